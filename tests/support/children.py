"""Children for tests: short scripts run as they are, and a look at which processes are still there."""

import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest

from flow8.ids import new_id
from flow8.kit.child import FILES, NETWORK, WALLS, Ended, Limits, fresh_folder, run_child, walls_here
from flow8.kit.testing import FakeContext

PYTHON_NEEDS = (sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parents[1]))

every_wall = pytest.mark.parametrize(
    "walls", [(FILES, NETWORK), (FILES,), ()], ids=lambda walls: "+".join(walls) or "none"
)
"""Once with all that the kernel gives, once as in a container, once as if it gave nothing."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A child's folder."""
    with fresh_folder(FakeContext()) as made:
        yield made


@pytest.fixture
def mark() -> Iterator[str]:
    """A word for a command line; whatever carries it at the end is killed, so that tests stay apart."""
    word = f"mark-{new_id()}"
    yield word
    for pid in carrying(word):
        os.kill(pid, signal.SIGKILL)


def carrying(mark: str) -> list[int]:
    """The processes whose command line holds a word."""
    return [pid for pid, line in _command_lines() if mark in line and pid != os.getpid()]


def name_of(pid: int) -> str:
    """The name of a process's program; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether it holds within that time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def needs(walls: Collection[str]) -> None:
    """Skip on a kernel that does not give these walls."""
    if missing := set(walls) - walls_here():
        pytest.skip(f"This kernel gives no wall against {' and '.join(sorted(missing))}.")


def shell(script: str, folder: Path, limits: Limits | None = None, walls: Collection[str] = WALLS) -> Ended:
    """How a script of the shell ended."""
    return run_child(["/bin/sh", "-c", script], FakeContext(), folder=folder, limits=limits, walls=walls)


def python(
    script: str, folder: Path, *words: str, limits: Limits | None = None, walls: Collection[str] = WALLS
) -> Ended:
    """How a script of Python ended."""
    command = [sys.executable, "-I", "-S", "-c", script, *words]
    return run_child(command, FakeContext(), folder=folder, limits=limits, reads=PYTHON_NEEDS, walls=walls)


def _command_lines() -> Iterator[tuple[int, str]]:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield int(file.parent.name), file.read_bytes().decode(errors="replace")
        except OSError:
            continue
