"""Notices that the kernel has ended a process of this container for want of memory: nobody else tells."""

from pathlib import Path
from typing import Final

PROC: Final = Path("/proc/self/cgroup")
GROUPS: Final = Path("/sys/fs/cgroup")
OLD, NEW = "memory.oom_control", "memory.events"
"""Where the two versions of control groups count, each in a line `oom_kill N`."""
ADVICE: Final = (
    "OOMKilled: the kernel has ended a process for want of memory; give the container more of it, "
    "or let it run fewer processes (WORKER_PROCESSES, WEB_CONCURRENCY, or GOMAXPROCS for both)"
)


class OutOfMemory:
    """Counts what the kernel has ended since it was asked last; 0 for ever where no limit is set."""

    def __init__(self, proc: Path = PROC, groups: Path = GROUPS) -> None:
        self._file = _counter(proc, groups)
        self._seen = self._count()

    def news(self) -> int:
        """How many it were since this was asked before."""
        before, self._seen = self._seen, self._count()
        return max(0, self._seen - before)

    def _count(self) -> int:
        if self._file is None:
            return 0
        try:
            lines = (line.split() for line in self._file.read_text(encoding="ascii").splitlines())
            return next((int(number) for name, number in lines if name == "oom_kill"), 0)
        except (OSError, ValueError):
            return 0


def _counter(proc: Path, groups: Path) -> Path | None:
    """The file that counts: that of our own group, or what a container sees in its place."""
    try:
        lines = [line.split(":", 2) for line in proc.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return None
    own = {names: path.lstrip("/") for _, names, path in lines}
    wanted = (
        groups / "memory" / own.get("memory", "") / OLD,
        groups / "memory" / OLD,
        groups / own.get("", "") / NEW,
        groups / NEW,
    )
    return next((file for file in wanted if file.is_file()), None)
