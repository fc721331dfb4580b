"""Processes that hold one play at a time and nothing else; each stays a while for the next one."""

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Final

AT_ONCE: Final = 3
"""Each takes as much memory as a worker."""
DONE: Final = "done"
EXITED: Final = 256
"""More than any exit code: a module ended its process with code 0."""

log = logging.getLogger("engine")


class LoneProcesses:
    """Performs plays whose leases this process holds in processes apart from all others."""

    def __init__(self) -> None:
        self._busy = 0
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[str]] = []

    @property
    def has_place(self) -> bool:
        """Whether a process that is not busy stands ready, or may be started."""
        return self._busy < AT_ONCE

    @property
    def stands_ready(self) -> bool:
        """Whether a process waits for a play."""
        return bool(self._idle)

    def prepare(self) -> bool:
        """Have a process stand ready; False when all are busy, or when a new one cannot even start."""
        with self._place() as is_free:
            process = self._take() if is_free else None
            if process is not None:
                self._idle.append(process)
        return process is not None

    def perform(self, play_id: str, token: str) -> int | None:
        """How the process ended with the play, negative by a signal; 0 when both live; None when not begun.

        It is not begun while all are busy, or when a new process cannot even start.
        """
        with self._place() as is_free:
            process = self._take() if is_free else None
            if process is None:
                return None
            if _ask(process, f"{play_id} {token}"):
                self._idle.append(process)
                return 0
            return _let_go(process) or EXITED

    @contextlib.contextmanager
    def _place(self) -> Iterator[bool]:
        """Room for one more that is busy, if there is any."""
        with self._lock:
            is_free = self._busy < AT_ONCE
            self._busy += is_free
        try:
            yield is_free
        finally:
            with self._lock:
                self._busy -= is_free

    def close(self) -> None:
        """Let the idle ones end."""
        while self._idle:
            _let_go(self._idle.pop())

    def _take(self) -> subprocess.Popen[str] | None:
        """An idle process that answers, or a new one; None when that dies at its start."""
        while self._idle:
            process = self._idle.pop()
            if _ask(process, ""):
                return process
            _let_go(process)
        process = _start()
        if _ask(process, ""):
            return process
        log.warning("no process could be started for a play alone (code %s)", _let_go(process))
        return None


def _start() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "flow8.engine.alone"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )


def _ask(process: subprocess.Popen[str], line: str) -> bool:
    """Whether the process says that it has done what the line names; an empty line asks for nothing."""
    if process.stdin is None or process.stdout is None:
        return False
    try:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        return process.stdout.readline().strip() == DONE
    except OSError:
        return False


def _let_go(process: subprocess.Popen[str]) -> int:
    """Let a process end that does no work for us any more; its exit code."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    return process.wait()
