"""Runs a program as a child: bounded, with an empty environment, and with nothing of it left afterwards.

The child ends with the process that asked for it, whatever ends that one. How, is told in `flow8.kit.warden`.
"""

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from flow8.kit.context import Context
from flow8.kit.errors import Failed
from flow8.kit.warden.main import clear
from flow8.kit.warden.walls import landlock_version
from flow8.kit.warden.watch import TERM_SECONDS, Order

MIB: Final = 1024 * 1024
PATH: Final = "/usr/local/bin:/usr/bin:/bin"

FILES: Final = "files"
"""The wall that hides all files but the child's folder and those of the system (Landlock)."""

NETWORK: Final = "network"
"""The wall that takes the network away, and with it every process that would outlive the child."""

WALLS: Final = frozenset({FILES, NETWORK})

WARDEN: Final = (
    "import json, sys; sys.path.append(sys.argv[1]); "
    "from warden.main import main; main(json.loads(sys.argv[2]))"
)
LATE_SECONDS: Final = 8.0
"""A warden that says nothing so long after it should have ended its program is killed itself."""

AT_ONCE: Final = max(2, os.cpu_count() or 1)
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Limits:
    """What a child may use. Memory, CPU seconds and files are counted for each of its processes.

    `cpu_seconds` are twice the seconds unless given. `tasks` are processes and threads beside those that this
    user runs already; root is not held by it.
    """

    seconds: float = 120.0
    cpu_seconds: int | None = None
    memory_bytes: int = 2048 * MIB
    file_bytes: int = 512 * MIB
    open_files: int = 512
    tasks: int = 256


@dataclass(frozen=True)
class Ended:
    """How a child ended.

    `code` is its exit code, or the negative number of the signal that ended it; `output` is the end of what
    it wrote; `walls` are those that stood around it.
    """

    code: int
    timed_out: bool
    output: str
    walls: frozenset[str]

    @property
    def told(self) -> str:
        """Its code in words."""
        if self.code >= 0:
            return f"code {self.code}"
        return f"signal {-self.code} ({signal.strsignal(-self.code)})"


def can_hide_files() -> bool:
    """Whether the wall `FILES` stands on this machine."""
    return landlock_version() > 0


def walls_here() -> frozenset[str]:
    """The walls that this machine's kernel gives; a child that does nothing tells."""
    with tempfile.TemporaryDirectory(prefix="flow8-child-") as folder:
        order = _order(["/bin/true"], Path(folder), Limits(seconds=10.0))
        return _watched({**order, "reads": [], "sockets": [], "walls": list(WALLS)}).walls


@contextlib.contextmanager
def fresh_folder(ctx: Context) -> Iterator[Path]:
    """A new folder for a child, which no other user may read; it is gone afterwards with all that is in it.

    There are only as many at once in this process as there are processors; the others wait.

    Raises:
        Failed: the flowlet's time was over before its turn came.
    """
    if not _places.acquire(timeout=max(0.0, ctx.seconds_left())):
        raise Failed("execution timeout", code="TIMEOUT")
    try:
        folder = Path(tempfile.mkdtemp(prefix="flow8-child-")).resolve()
        try:
            yield folder
        finally:
            clear(folder)
    finally:
        _places.release()


def run_child(
    command: Sequence[str],
    ctx: Context,
    *,
    folder: Path,
    limits: Limits | None = None,
    reads: Collection[str] = (),
    sockets: Collection[str] = (),
    walls: Collection[str] = WALLS,
) -> Ended:
    """Run a program in `folder` and wait until it has ended or was ended, and everything it started with it.

    `command` begins with a full path. Its time is the shorter one of its limit and what the flowlet has left;
    then it gets SIGTERM, and SIGKILL two seconds later. It gets nothing of our environment: HOME and TMPDIR
    are in the folder. Behind `FILES` it sees the folder, the system's programs and what `reads` names, and
    may make and remove sockets in the folders `sockets`.

    Raises:
        Failed: the child cannot be watched.
    """
    given = limits or Limits()
    held = replace(given, seconds=min(given.seconds, max(0.0, ctx.seconds_left())))
    seen = {"reads": list(reads), "sockets": list(sockets), "walls": list(walls)}
    return _watched({**_order(command, folder, held), **seen})


def _order(command: Sequence[str], folder: Path, limits: Limits) -> Order:
    """What the warden is told; the folder gets the places that the environment names."""
    for name in ("home", "tmp"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    inside = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
    return {
        "command": list(command),
        "folder": str(folder),
        "environment": {"PATH": PATH, "LANG": "C.UTF-8", **inside},
        "seconds": limits.seconds,
        "limits": {
            "cpu": limits.cpu_seconds or math.ceil(2 * limits.seconds),
            "memory": limits.memory_bytes,
            "file": limits.file_bytes,
            "files": limits.open_files,
            "tasks": limits.tasks,
        },
    }


def _watched(order: Order) -> Ended:
    """Have a warden carry out the order; its lifeline is a pipe that closes with us, however we end."""
    command = [sys.executable, "-I", "-S", "-c", WARDEN, str(Path(__file__).parent), json.dumps(order)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}, start_new_session=True
    ) as process:
        # communicate() would close it before it waits.
        lifeline, process.stdin = process.stdin, None
        try:
            report, _ = process.communicate(timeout=order["seconds"] + TERM_SECONDS + LATE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise Failed("A program could not be ended in time", code="TIMEOUT") from None
        finally:
            if lifeline is not None:
                lifeline.close()
    return _ended(report)


def _ended(report: bytes) -> Ended:
    if not report:
        raise Failed("The process that watches over a program was lost", code="CHILD_LOST")
    told: dict[str, Any] = json.loads(report)
    return Ended(told["code"], told["timedOut"], told["output"], frozenset(told["walls"]))
