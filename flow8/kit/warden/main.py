"""The first process: puts up walls, has the second one run the program, and sees that nothing is left."""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any, Final

from . import walls
from .watch import Order, Watch

PR_SET_CHILD_SUBREAPER: Final = 36


def main(order: Order) -> None:
    """Run what the order names, tell how it ended, and leave no process of it behind."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    order["limits"]["tasks"] += _tasks_of_this_user()
    order["walls"] = standing = _put_up(order["walls"])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    second = os.fork()
    if second == 0:
        _tell({**Watch(order).run(), "walls": standing})
        os._exit(0)
    os.waitpid(second, 0)
    _kill_the_rest()
    if _is_abandoned():
        clear(Path(order["folder"]))


def clear(folder: Path) -> None:
    """Remove a folder with all that is in it, also what its program made unreadable."""
    for here, names, _ in os.walk(folder):
        for name in names:
            inner = Path(here, name)
            if not inner.is_symlink():
                inner.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _put_up(wanted: list[str]) -> list[str]:
    """The walls of those wanted that this kernel can give."""
    standing = ["files"] if "files" in wanted and walls.landlock_version() else []
    return [*standing, "network"] if "network" in wanted and walls.cut_off() else standing


def _tasks_of_this_user() -> int:
    """How many threads this user runs already: the system counts them all against the limit."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == os.geteuid():
                count += len(list((process / "task").iterdir()))
    return count


def _kill_the_rest() -> None:
    """Kill what comes back to this process until nothing is left."""
    with contextlib.suppress(ChildProcessError):
        while True:
            if os.waitpid(-1, os.WNOHANG)[0]:
                continue
            for pid in _descendants():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            os.waitpid(-1, 0)


def _descendants() -> list[int]:
    """Everything that this process is the parent of, or its children are, and so on."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            after_name = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
            parents[int(stat.parent.name)] = int(after_name.split()[1])
    found = [os.getpid()]
    for each in found:
        found += [pid for pid, parent in parents.items() if parent == each]
    return found[1:]


def _is_abandoned() -> bool:
    """Whether whoever asked is gone, so that nobody else removes the folder."""
    os.set_blocking(0, False)
    try:
        return os.read(0, 1) == b""
    except BlockingIOError:
        return False


def _tell(report: dict[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(1, json.dumps(report).encode())
