"""Walls around a program, each put up only where the kernel lets everybody do it.

Namespaces take the network away, and let the kernel end everything with the first process inside. Landlock
takes away files, TCP, and signals to whoever stands outside; containers allow it where they refuse the first.
"""

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

NEW_NAMESPACES: Final = 0x10000000 | 0x20000000 | 0x40000000
"""Users, processes, network."""

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH: Final = 1

EXECUTE, WRITE, READ, LIST, REMOVE, MAKE_SOCKET, TRUNCATE, DEVICE_CALL = (
    1 << bit for bit in (0, 1, 2, 3, 5, 9, 14, 15)
)
RIGHTS_SINCE: Final = ((5, 16), (3, 15), (2, 14), (1, 13))
"""How many rights to files there are since which version of the rules."""

TCP_SINCE, SCOPE_SINCE = 4, 6
BOTH: Final = 3
LOOK: Final = EXECUTE | READ | LIST
OF_FILES: Final = EXECUTE | WRITE | READ | TRUNCATE | DEVICE_CALL

SYSTEM: Final = (
    *("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32"),
    *("/usr/lib64", "/usr/libexec", "/usr/share", "/usr/local/bin", "/usr/local/lib", "/usr/local/share"),
    *("/etc/alternatives", "/etc/fonts", "/etc/group", "/etc/ld.so.cache", "/etc/ld.so.conf"),
    *("/etc/ld.so.conf.d", "/etc/locale.alias", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd"),
    *("/var/cache/fontconfig", "/proc", "/sys/devices/system/cpu"),
)
"""What programs of a system need in order to run, and nothing that somebody put there with secrets in it."""

_linux = sys.platform == "linux"
_libc: Any = ctypes.CDLL(None, use_errno=True) if _linux else None


def cut_off() -> bool:
    """Leave the network, and let the next process be the first of its world; whether the kernel lets us."""
    if not _linux:
        return False
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(NEW_NAMESPACES) != 0:
        return False
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        # Without a name of its own in there the program runs as nobody, with our rights all the same.
        with contextlib.suppress(OSError):
            Path("/proc/self", name).write_text(text, encoding="ascii")
    return True


def landlock_version() -> int:
    """Which rules this kernel knows; 0 where it has no Landlock."""
    if not _linux:
        return 0
    return max(0, int(_libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def confine(folder: str, reads: Iterable[str], sockets: Iterable[str]) -> None:
    """Let this process and its children use one folder, look at the system and `reads`, and no more.

    In `sockets` they may make sockets, and remove files, which cannot be told apart.
    The process must have given up the right to get more by set-uid programs.

    Raises:
        OSError: this kernel does not let us.
    """
    version = landlock_version()
    rights = _rights(version)
    rules = _checked(_libc.syscall(CREATE_RULESET, *_ruleset(version, rights), 0))
    _allow(rules, folder, rights)
    for path in (*SYSTEM, *reads):
        _allow(rules, path, LOOK)
    for device in ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"):
        _allow(rules, device, (READ | WRITE) & rights)
    for place in sockets:
        _allow(rules, place, MAKE_SOCKET | REMOVE)
    _checked(_libc.syscall(RESTRICT_SELF, rules, 0))
    os.close(rules)


def _rights(version: int) -> int:
    """Every right to files that this kernel can take away."""
    count = next(count for since, count in RIGHTS_SINCE if version >= since)
    return (1 << count) - 1


def _ruleset(version: int, rights: int) -> tuple[Any, ctypes.c_size_t]:
    """What is taken away: rights to files, TCP both ways, abstract sockets and signals."""
    taken = [rights, *(BOTH for since in (TCP_SINCE, SCOPE_SINCE) if version >= since)]
    made = (ctypes.c_uint64 * len(taken))(*taken)
    return ctypes.byref(made), ctypes.c_size_t(ctypes.sizeof(made))


class _Beneath(ctypes.Structure):
    """A rule of the kernel: these rights beneath this open path."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("path", ctypes.c_int32))


def _allow(rules: int, path: str, rights: int) -> None:
    """Give rights to a path, if there is such a path."""
    try:
        found = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        mine = rights if Path(path).is_dir() else rights & OF_FILES
        _checked(_libc.syscall(ADD_RULE, rules, PATH_BENEATH, ctypes.byref(_Beneath(mine, found)), 0))
    finally:
        os.close(found)


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
