"""A box of so much memory and processor time for processes, made of the kernel's control groups.

Both versions are known: the first has a tree for each kind of limit, the second one tree for all. A group of
the first kind is made below the one that this process is in; with the second, which keeps processes at leaves
only, below the root.
"""

import contextlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from flow8.ids import new_id

ROOT: Final = Path("/sys/fs/cgroup")
PERIOD: Final = 100_000
"""Microseconds over which processor time is counted."""
MEBIBYTE: Final = 1024 * 1024
GONE_SECONDS: Final = 10.0


@dataclass
class Box:
    """Groups that limit whoever enters them."""

    megabytes: int
    cores: float
    folders: list[Path] = field(default_factory=list)

    @property
    def entering(self) -> Sequence[str]:
        """What to put before a command so that it runs in the box."""
        enter = " && ".join(f"echo $$ >'{folder / 'cgroup.procs'}'" for folder in self.folders)
        return ("sh", "-c", f'{enter} && exec "$@"', "box")

    @property
    def peak_mb(self) -> float:
        """The most memory that was ever taken, cached files counted as the kernel counts them."""
        return int(self._text("memory.max_usage_in_bytes", "memory.peak")) / MEBIBYTE

    @property
    def held_mb(self) -> float:
        """The memory of the processes now, without cached files."""
        counted = self._counted("memory.stat")
        return counted.get("total_rss", counted.get("anon", 0)) / MEBIBYTE

    @property
    def killed(self) -> int:
        """How many processes the kernel has killed for want of memory."""
        return self._counted("memory.oom_control", "memory.events")["oom_kill"]

    @property
    def throttled(self) -> int:
        """In how many periods somebody had to wait for processor time."""
        return self._counted("cpu.stat")["nr_throttled"]

    def make(self) -> None:
        """Make the groups and set their limits.

        Raises:
            OSError: this machine does not allow it.
        """
        name = f"flow8-test-{new_id()}"
        quota = int(self.cores * PERIOD)
        if (ROOT / "cgroup.controllers").exists():
            (ROOT / "cgroup.subtree_control").write_text("+memory +cpu")
            limits = {"memory.max": self._bytes, "cpu.max": f"{quota} {PERIOD}"}
            self._make(ROOT / name, limits)
        else:
            self._make(_own("memory") / name, {"memory.limit_in_bytes": self._bytes})
            self._make(_own("cpu") / name, {"cpu.cfs_period_us": str(PERIOD), "cpu.cfs_quota_us": str(quota)})

    @property
    def _bytes(self) -> str:
        return str(self.megabytes * MEBIBYTE)

    def _make(self, folder: Path, limits: Mapping[str, str]) -> None:
        folder.mkdir()
        self.folders.append(folder)
        for name, limit in limits.items():
            (folder / name).write_text(limit)

    def remove(self) -> None:
        """Remove the groups once the last process in them is gone."""
        for folder in self.folders:
            until = time.monotonic() + GONE_SECONDS
            while (folder / "cgroup.procs").read_text() and time.monotonic() < until:
                time.sleep(0.1)
            folder.rmdir()

    def _text(self, *names: str) -> str:
        found = [folder / name for folder in self.folders for name in names]
        return next(file for file in found if file.exists()).read_text()

    def _counted(self, *names: str) -> dict[str, int]:
        lines = (line.split() for line in self._text(*names).splitlines())
        return {name: int(number) for name, number in lines}


def _own(controller: str) -> Path:
    """The group of this process in the tree of one controller."""
    lines = (line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines())
    path = next((path for _, names, path in lines if controller in names.split(",")), "/")
    return ROOT / controller / path.lstrip("/")


@contextlib.contextmanager
def box(megabytes: int, cores: float) -> Iterator[Box]:
    """A box, removed at the end; the test is skipped, or fails where everything must run, without one."""
    made = Box(megabytes, cores)
    try:
        made.make()
    except OSError as error:
        made.remove()
        missing = f"This machine lets nobody limit memory and processor by control groups: {error}"
        # Who asks for all tests as root has control groups or wants to know; nobody else can have them.
        if os.environ.get("FLOW8_TEST_ALL") == "1" and os.getuid() == 0:
            pytest.fail(missing)
        pytest.skip(missing)
    try:
        yield made
    finally:
        made.remove()
