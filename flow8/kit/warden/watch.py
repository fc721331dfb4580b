"""The second process: starts the program under its limits, waits for its end or ends it."""

import contextlib
import ctypes
import os
import resource
import selectors
import signal
import sys
import time
from pathlib import Path
from typing import Any, Final

from . import walls

TERM_SECONDS: Final = 2.0
"""Between asking a program to end and killing it."""

TAIL_BYTES: Final = 16 * 1024
"""So much of the end of a program's output is kept."""

PIECE: Final = 65536
DRAINED: Final = 16
"""So many pieces are read of what an ended program has said last."""

NOT_STARTED: Final = 127
NICENESS: Final = 10
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38

LIMITS: Final = {
    "memory": resource.RLIMIT_DATA,
    "cpu": resource.RLIMIT_CPU,
    "file": resource.RLIMIT_FSIZE,
    "files": resource.RLIMIT_NOFILE,
    "tasks": resource.RLIMIT_NPROC,
}

Order = dict[str, Any]
"""`command`, `folder`, `environment`, `seconds`, `limits` by the names above, `walls`, `reads`, `sockets`."""


class Watch:
    """A started program, its output and its time."""

    def __init__(self, order: Order) -> None:
        _die_with_parent()
        self._selector = selectors.DefaultSelector()
        self._hear_of_deaths()
        self._output, theirs = os.pipe()
        self._pid = _start(order, theirs)
        os.close(theirs)
        os.set_blocking(self._output, False)
        self._selector.register(self._output, selectors.EVENT_READ, self._read)
        self._selector.register(0, selectors.EVENT_READ, self._hear_of_the_end)
        self._until = time.monotonic() + order["seconds"]
        self._tail = b""
        self._timed_out = False

    def run(self) -> dict[str, Any]:
        """How the program ended, once it has: `code`, `timedOut`, `output`."""
        while not self._has_ended():
            if time.monotonic() >= self._until:
                self._end()
            for key, _ in self._selector.select(max(0.0, self._until - time.monotonic())):
                key.data()
        # As long as nobody has fetched its exit code, its group's number is nobody else's.
        self._send(signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        for _ in range(DRAINED):
            self._read()
        return {
            "code": os.waitstatus_to_exitcode(status),
            "timedOut": self._timed_out,
            "output": self._tail.decode(errors="replace"),
        }

    def _hear_of_deaths(self) -> None:
        """The end of a child wakes the selector."""
        ours, theirs = os.pipe()
        for end in (ours, theirs):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(ours, selectors.EVENT_READ, lambda: os.read(ours, PIECE))

    def _hear_of_the_end(self) -> None:
        """Whoever asked is gone."""
        self._selector.unregister(0)
        self._send(signal.SIGKILL)

    def _read(self) -> None:
        """Keep the end of what the program says."""
        with contextlib.suppress(BlockingIOError):
            if piece := os.read(self._output, PIECE):
                self._tail = (self._tail + piece)[-TAIL_BYTES:]
            elif self._output in self._selector.get_map():
                self._selector.unregister(self._output)

    def _has_ended(self) -> bool:
        """Whether the program has; others that came to this process are only seen off."""
        with contextlib.suppress(ChildProcessError):
            while died := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if died.si_pid == self._pid:
                    return True
                os.waitpid(died.si_pid, 0)
        return False

    def _end(self) -> None:
        """Its time is over: ask first, kill then."""
        self._send(signal.SIGKILL if self._timed_out else signal.SIGTERM)
        self._timed_out = True
        self._until = time.monotonic() + TERM_SECONDS

    def _send(self, number: signal.Signals) -> None:
        """Send a signal to the program and its group, which it may not have made yet."""
        for send in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                send(self._pid, number)


def _start(order: Order, output: int) -> int:
    """The process id of the started program."""
    if pid := os.fork():
        return pid
    try:
        os.setsid()
        _die_with_parent()
        for number, end in enumerate((os.open(os.devnull, os.O_RDONLY), output, output)):
            os.dup2(end, number)
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(ignored, signal.SIG_DFL)
        os.chdir(order["folder"])
        _give_way()
        _give_up_privileges()
        _limit(order["limits"])
        if "files" in order["walls"]:
            walls.confine(order["folder"], order["reads"], order["sockets"])
        # A full path and a list of arguments: no shell, no search.
        os.execve(order["command"][0], order["command"], order["environment"])  # noqa: S606 - on purpose
    except OSError as error:
        os.write(2, f"It cannot be started: {error.strerror}".encode())
    finally:
        os._exit(NOT_STARTED)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _give_way() -> None:
    """A process that serves others comes first, for time and for memory."""
    os.nice(NICENESS)
    if sys.platform == "linux":
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _give_up_privileges() -> None:
    """What root may do beside owning files is not for a child, and no set-uid program gives it more."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        for capability in range(64):
            prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _limit(limits: dict[str, int]) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name, most in limits.items():
        _, hard = resource.getrlimit(LIMITS[name])
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # Over its time the soft limit asks, and this many seconds later the hard one kills.
        after = int(TERM_SECONDS) if name == "cpu" else 0
        resource.setrlimit(LIMITS[name], (allowed, allowed + after))
