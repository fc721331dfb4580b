"""Ports for servers that are started a moment later: each is given to one process only, while that lives.

The kernel's own choice (bind to port 0) will not do. It is free for a moment only: while a server starts, the
kernel may give it to any client, and a client that knocks there in vain may even be connected to itself.
"""

import contextlib
import fcntl
import os
import socket
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bench.faults import NotHere
from flow8.embedded import make_private

FIRST, END = 10_000, 30_000
ENOUGH = 1_000
KERNELS_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
STRIDE = 64
"""Processes begin to look in different places, so that a port rests before another process gets it."""


def free_ports(count: int) -> range:
    """A run of ports that nobody listens on, and that no other process is given while this one lives.

    Raises:
        NotHere: there is no such run.
    """
    return _of_this_process().take(count)


def free_port() -> int:
    """One such port."""
    return free_ports(1)[0]


@cache
def _of_this_process() -> "Ports":
    return Ports(Path(tempfile.gettempdir()) / f"flow8-bench-ports-{os.getuid()}", places(KERNELS_RANGE))


def places(kernels_range: Path) -> range:
    """Where to look: below the ports that the kernel gives to clients, where that leaves enough."""
    lowest = END
    with contextlib.suppress(OSError, ValueError, IndexError):
        lowest = int(kernels_range.read_text(encoding="ascii").split()[0])
    return range(FIRST, min(END, lowest) if lowest >= FIRST + ENOUGH else END)


class Ports:
    """Ports of a range. Byte N of a file in `folder` is locked for port N.

    One object for a file and a process: the locks of a process on a file end with its first close of it.
    """

    def __init__(self, folder: Path, within: range) -> None:
        make_private(folder)
        self._locks = os.open(folder / "ports", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._given = set[int]()
        pace = os.getpid() * STRIDE % len(within)
        self._places = [*within[pace:], *within[:pace]]
        self._last = within[-1]

    def take(self, count: int) -> range:
        """A run of free ports, which belong to this process from now on.

        Raises:
            NotHere: there is no such run.
        """
        for first in self._places:
            run = range(first, first + count)
            if run[-1] <= self._last and self._given.isdisjoint(run) and self._take(run):
                return run
        raise NotHere(f"there are no {count} free ports in a row")

    def _take(self, run: Iterable[int]) -> bool:
        for port in run:
            if not (self._lock(port) and _is_free(port)):
                self._unlock(run)
                return False
        self._given.update(run)
        return True

    def _lock(self, port: int) -> bool:
        try:
            fcntl.lockf(self._locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        except OSError:
            return False
        return True

    def _unlock(self, ports: Iterable[int]) -> None:
        for port in ports:
            fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, port)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
