"""What a stretch of work cost: processor time of processes, operations of MongoDB on the plays."""

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

from bench import processes
from flow8.store.database import Documents


class Processor:
    """Reads the processor time of groups of processes before and after."""

    def __init__(self, **groups: Iterable[int]) -> None:
        self._groups = {name: tuple(pids) for name, pids in groups.items()}

    def __enter__(self) -> Self:
        self._before = self._now()
        self._after = self._before
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._after = self._now()

    def _now(self) -> dict[str, float]:
        return {name: processes.cpu_seconds(pids) for name, pids in self._groups.items()}

    def per(self, count: int) -> dict[str, float]:
        """Milliseconds of each group for each of `count` pieces of work: `<group>_cpu_ms`."""
        if not count:
            return {}
        return {
            f"{name}_cpu_ms": 1000 * (self._after[name] - before) / count
            for name, before in self._before.items()
        }


def operations(database: Documents, collection: str = "plays") -> Mapping[str, int]:
    """How many `reads` and `writes` a collection has had so far, by MongoDB's own count."""
    stats = next(iter(database[collection].aggregate([{"$collStats": {"latencyStats": {}}}])))
    return {kind: int(stats["latencyStats"][kind]["ops"]) for kind in ("reads", "writes")}
