"""Processes beside this one: start them, rest them, and read what they cost from /proc."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.faults import NotHere, Wrong
from config.declare import declared_in
from config.kinds import ROOT
from config.settings import Settings, environment_with
from flow8.supervise import end_with_parent

PROC = Path("/proc")
BIN = Path(sys.executable).parent
LOOK_SECONDS = 0.02
STOP_SECONDS = 40.0
TICKS = os.sysconf("SC_CLK_TCK")

T = TypeVar("T")


def until(look: Callable[[], T | None], seconds: float, what: str) -> T:
    """What `look` gives as soon as it gives something.

    Raises:
        Wrong: nothing came within `seconds`.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(LOOK_SECONDS)
    raise Wrong(f"{what} did not happen within {seconds:.0f} seconds")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that knows these settings of flow8 and no others."""
    ours = {each.name for each in declared_in(Settings)}
    ours |= {f"{name}_FILE" for name in ours}
    inherited = {name: value for name, value in environment_with({}).items() if name not in ours}
    found = {"PATH": f"{BIN}{os.pathsep}{inherited.get('PATH', os.defpath)}", "PYTHONPATH": str(ROOT)}
    return {**inherited, **found, **settings}


def start(command: Sequence[str], settings: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A process that ends with this one; what it says goes to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for this process, which then stops the others
            preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - we have one thread
        )


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    """Ask a process to end and wait for it."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def resting(pids: Iterable[int]) -> Iterator[None]:
    """Stop processes where they are (SIGSTOP), and let them go on afterwards."""
    stopped = list(pids)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def descendants(pid: int) -> list[int]:
    """The children of a process, and theirs.

    Raises:
        NotHere: the system has no /proc.
    """
    if not PROC.is_dir():
        raise NotHere("this system has no /proc to read processes from")
    parents = {int(path.name): _parent(path) for path in PROC.iterdir() if path.name.isdigit()}
    found, fresh = set[int](), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return sorted(found)


def _parent(path: Path) -> int:
    stat = _read(path / "stat")
    return int(stat.rpartition(")")[2].split()[1]) if stat else 0


def command_line(pid: int) -> str:
    """The command line of a process; empty for one that is gone."""
    return _read(PROC / str(pid) / "cmdline").replace("\0", " ")


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time that these processes have taken so far, in user and in kernel mode."""
    ticks = 0
    for pid in pids:
        fields = _read(PROC / str(pid) / "stat").rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:13]))
    return ticks / TICKS


def pss_mb(pid: int) -> float:
    """Memory of a process in MiB, what it shares with others divided among them."""
    for line in _read(PROC / str(pid) / "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def rss_mb(pid: int) -> float:
    """Memory of a process in MiB, what it shares with others counted whole."""
    return _memory_mb(pid, "VmRSS:")


def peak_mb(pid: int) -> float:
    """The most that `rss_mb` has been since the process began, or since its peak was forgotten."""
    return _memory_mb(pid, "VmHWM:")


def forget_peak(pid: int) -> None:
    """Let the peak of a process be what it has now.

    Raises:
        NotHere: the system cannot.
    """
    try:
        (PROC / str(pid) / "clear_refs").write_text("5")
    except OSError as error:
        raise NotHere(f"this system does not forget peaks of memory: {error.strerror}") from None


def _memory_mb(pid: int, name: str) -> float:
    for line in _read(PROC / str(pid) / "status").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0.0


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""
