"""One play of a loop over 100 and over 10,000 items, from request to answer, and the memory that it takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench import processes
from bench.load import Call, post
from bench.measurements.window import one_by_one
from bench.rows import Aim, Row
from bench.stage import Stage
from bench.work import LOOP, LOOP_OF_TEN, as_json


@dataclass(frozen=True)
class _Size:
    """How many items, how many plays, and how long one may take."""

    items: int
    plays: int
    below_ms: float
    aims: tuple[Aim, ...] = ()


FLAT = Aim("grown_mb", below=16.0)
"""Memory stays flat: ten thousand items and what comes of them are not held at once."""
SIZES = (_Size(100, 20, 100.0), _Size(10_000, 1, 5000.0, (FLAT,)))


def measure(stage: Stage) -> Iterator[Row]:
    """One caller; the small loops come first, so that nothing that happens once counts for the large ones."""
    for size in SIZES:
        yield _row(stage, LOOP, f"loop-{size.items}", "one after the other", size)
        yield _row(stage, LOOP_OF_TEN, f"loop-{size.items}-parallel", "10 at once", size)


def _row(stage: Stage, flow: Mapping[str, Any], name: str, how: str, size: _Size) -> Row:
    (port, token), workers = stage.channel, stage.system.pids("worker")
    items, plays = stage.options.count(size.items), stage.options.count(size.plays)
    call = _call(f"/{flow['flow']}", items, token)
    before = _memory_now(workers)
    values = one_by_one(stage, port, call, plays, workers)
    return Row(
        name,
        f"one loop of {items} pure flowlets, {how}",
        {**values, **_memory_since(before)},
        aims=(Aim("p50_ms", below=size.below_ms), *size.aims),
    )


def _call(path: str, items: int, token: str) -> Call:
    answer = as_json({"count": items, "done": items, "failed": 0})
    body = as_json({"count": items})
    return post(path, body, lambda *heard: heard == (200, answer), Authorization=f"Bearer {token}")


def _memory_now(workers: list[int]) -> dict[int, float]:
    for pid in workers:
        processes.forget_peak(pid)
    return {pid: processes.rss_mb(pid) for pid in workers}


def _memory_since(before: Mapping[int, float]) -> dict[str, float]:
    """The peak of the largest worker, and how much the one that played took beyond what it had."""
    peaks = {pid: processes.peak_mb(pid) for pid in before}
    grown = max(peaks[pid] - had for pid, had in before.items())
    return {"peak_mb": max(peaks.values()), "grown_mb": grown}
