"""How long `up` takes until it is healthy, with a MongoDB of its own: the very first time, and again."""

import statistics
import time
from collections.abc import Iterator

from bench import processes
from bench.rows import Aim, Row
from bench.stage import Stage
from bench.system import System

AGAIN = 3
LONGEST_SECONDS = 60.0


def measure(stage: Stage) -> Iterator[Row]:
    """A first start in an empty folder, then starts of what it made."""
    system = System(stage.folder / "start", {})
    first = _seconds(system)
    again = [_seconds(system) for _ in range(1 if stage.options.quick else AGAIN)]
    yield Row("start-first", "`up` until healthy, first time", {"seconds": first})
    yield Row(
        "start-again",
        "`up` until healthy, again",
        {"seconds": statistics.median(again)},
        aims=(Aim("seconds", below=4.0),),
    )


def _seconds(system: System) -> float:
    began = time.perf_counter()
    system.launch()
    try:
        processes.until(system.is_healthy, LONGEST_SECONDS, "the start")
        return time.perf_counter() - began
    finally:
        system.stop()
