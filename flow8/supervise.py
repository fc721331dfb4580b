"""Keeps the processes of `up` alive: starts them, passes their output on, restarts what dies, stops them all.

One thread does everything, because a child that asks the kernel to end with its parent ends with the *thread*
that started it.
"""

import contextlib
import ctypes
import functools
import io
import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

logger = logging.getLogger("supervisor")

PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COLOURS = (36, 33, 32, 35, 34, 31)
LONGEST_PIECE = 65536
RECORD = b'{"time": '
"""So begins a record of LOG_FORMAT=json. It says itself whose it is, and has to stay an object."""

if sys.platform == "linux":
    _prctl = ctypes.CDLL(None, use_errno=True).prctl


def end_with_parent(parent: int | None = None) -> None:
    """Have the kernel kill this process when the thread that started it ends (Linux; elsewhere nothing).

    Call it first thing in the new process, with the id of its parent where that is known: a parent that ended
    before the call is noticed by it, and then this process ends at once.
    """
    if sys.platform != "linux":
        return
    expected = os.getppid() if parent is None else parent
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != expected:
        os._exit(1)


@dataclass(frozen=True)
class Program:
    """A line of the Procfile: a name for its output and a command for the shell, which it replaces."""

    name: str
    command: str


def read_procfile(file: Path) -> dict[str, str]:
    """The commands of a Procfile by name."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    named = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {name.strip(): command.strip() for name, _, command in named}


@dataclass(frozen=True)
class Pace:
    """Seconds: the waits before restarts, when a process counts as well again, the longest stop."""

    waits: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0)
    well_after: float = 5.0
    stop_within: float = 28.0


@dataclass
class _Child:
    """A program, its process while it has one, and when it is due for the next."""

    program: Program
    prefix: bytes
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float | None = 0.0
    deaths: int = 0


@dataclass
class _Stream:
    """The output of one process, cut into lines."""

    pipe: IO[bytes]
    prefix: bytes
    rest: bytes = b""

    def lines(self, piece: bytes) -> list[bytes]:
        """The complete lines that `piece` ends, each but JSON with its prefix; an endless line is cut."""
        *whole, self.rest = (self.rest + piece).split(b"\n")
        if len(self.rest) > LONGEST_PIECE:
            whole, self.rest = [*whole, self.rest], b""
        return [(line if line.startswith(RECORD) else self.prefix + line) + b"\n" for line in whole]


@dataclass
class Supervisor:
    """Runs programs in `folder` until SIGINT, SIGTERM or SIGHUP stops it; a second one hurries it."""

    programs: Sequence[Program]
    folder: Path
    environment: Mapping[str, str]
    output: BinaryIO
    colours: bool = False
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._asked = 0
        width = max((len(program.name) for program in self.programs), default=0)
        self._children = [
            _Child(program, self._prefix(program.name.ljust(width), number))
            for number, program in enumerate(self.programs)
        ]

    def run(self, tick: Callable[[], float | None] = lambda: None) -> None:
        """Run until stopped. Must be called in the main thread.

        `tick` is called after everything that happens, and again after the seconds that it answers.
        """
        with self._listening_to_signals():
            try:
                wait: float | None = 0.0
                while not self._asked:
                    self._start_those_due()
                    self._turn(self._shorter(wait))
                    wait = tick()
            finally:
                self._stop_all()

    def _prefix(self, name: str, number: int) -> bytes:
        if not self.colours:
            return f"{name} | ".encode()
        return f"\x1b[{COLOURS[number % len(COLOURS)]}m{name} |\x1b[0m ".encode()

    @contextlib.contextmanager
    def _listening_to_signals(self) -> Iterator[None]:
        """Signals wake the selector, the end of a child (SIGCHLD) among them."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        self._selector.register(ours, selectors.EVENT_READ, ours)
        before = {number: signal.signal(number, self._note) for number in (*STOP_SIGNALS, signal.SIGCHLD)}
        wakeup = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.close()
            ours.close()
            theirs.close()

    def _note(self, number: int, _: object) -> None:
        if number != signal.SIGCHLD:
            self._asked += 1

    def _shorter(self, wait: float | None) -> float | None:
        """Until what comes first: the next restart, or `wait`."""
        now = time.monotonic()
        waits = [max(0.0, child.due - now) for child in self._children if child.due is not None]
        return min([*waits, *([] if wait is None else [wait])], default=None)

    def _turn(self, wait: float | None) -> None:
        """Wait for something to happen, pass output on, note who died."""
        for key, _ in self._selector.select(wait):
            if isinstance(key.data, _Stream):
                self._pass_on(key.data)
            else:
                with contextlib.suppress(BlockingIOError):
                    key.data.recv(4096)
        for child in self._children:
            self._note_death(child)

    def _pass_on(self, stream: _Stream) -> None:
        try:
            piece = os.read(stream.pipe.fileno(), LONGEST_PIECE)
        except BlockingIOError:
            return
        lines = stream.lines(piece) if piece else stream.lines(b"\n" if stream.rest else b"")
        if not piece:
            self._selector.unregister(stream.pipe)
            stream.pipe.close()
        self._write(lines)

    def _write(self, lines: list[bytes]) -> None:
        try:
            self.output.write(b"".join(lines))
            self.output.flush()
        except OSError:
            # Nobody reads our output any more (`up | head`): a supervisor that cannot speak stops.
            self._asked += 1
            self.output = io.BytesIO()

    def _start_those_due(self) -> None:
        for child in self._children:
            if child.due is not None and child.due <= time.monotonic():
                self._start(child)

    def _start(self, child: _Child) -> None:
        child.process = subprocess.Popen(
            ["sh", "-c", f"exec {child.program.command}"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=functools.partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - we have one thread
        )
        child.started, child.due = time.monotonic(), None
        pipe = child.process.stdout
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, _Stream(pipe, child.prefix))

    def _note_death(self, child: _Child) -> None:
        if child.process is None or child.process.poll() is None:
            return
        code = child.process.returncode
        _kill_group(child.process)
        child.process = None
        if self._asked:
            return
        now = time.monotonic()
        child.deaths = 1 if now - child.started >= self.pace.well_after else child.deaths + 1
        wait = self.pace.waits[min(child.deaths, len(self.pace.waits)) - 1]
        child.due = now + wait
        logger.warning(
            "%s ended (%s); it starts again in %s s", child.program.name, exit_in_words(code), wait
        )

    def _stop_all(self) -> None:
        """SIGTERM to each, then SIGKILL to the groups of those that are late or when asked a second time."""
        logger.info("stopping")
        asked_first = self._asked
        until = time.monotonic() + self.pace.stop_within
        for process in self._running():
            # The leader alone: Dramatiq passes the signal on, and takes a second one as "now".
            process.terminate()
        while self._running() and self._asked == asked_first and (left := until - time.monotonic()) > 0:
            self._turn(left)
        for child in self._children:
            if child.process is not None:
                logger.warning("%s did not stop in time and is killed", child.program.name)
                _kill_group(child.process)
                child.process.wait()
        self._empty_pipes()

    def _running(self) -> list[subprocess.Popen[bytes]]:
        return [child.process for child in self._children if child.process is not None]

    def _empty_pipes(self) -> None:
        """Pass on what the dead have said last."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, _Stream):
                self._pass_on(key.data)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the group that a process leads, itself included."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def exit_in_words(code: int) -> str:
    """How a process ended: its exit code, or the signal that ended it."""
    return f"code {code}" if code >= 0 else signal.Signals(-code).name
