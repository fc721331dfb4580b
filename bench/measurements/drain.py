"""A queue of 2,000 plays, accepted while the workers rest, until the last one has ended."""

import time
from collections.abc import Iterator

from bench import processes
from bench.load import load_of
from bench.meter import Processor
from bench.plays import all_over
from bench.rows import RATE, Aim, Row
from bench.stage import Stage
from bench.work import THREE

PLAYS = 2000
CALLERS = 20
LONGEST_SECONDS = 120.0


def measure(stage: Stage) -> Iterator[Row]:
    """Accept, then let the workers go and look every 20 ms."""
    system, count = stage.system, stage.options.count(PLAYS)
    calls = [system.run_call(str(THREE["flow"]), {"args": order}, _accepted) for order in stage.orders]
    workers = system.pids("worker")
    with processes.resting(workers):
        load_of(system.web, calls, callers=CALLERS, count=count)
        processor = Processor(server=workers, mongodb=[stage.mongodb.process.pid])
        processor.__enter__()
        began = time.perf_counter()
    processes.until(lambda: all_over(stage), LONGEST_SECONDS, "the end of all plays")
    seconds = time.perf_counter() - began
    processor.__exit__(None, None, None)
    yield Row(
        "drain",
        f"draining {count} queued plays of 3 pure flowlets",
        {RATE: count / seconds, "seconds": seconds, "count": float(count), **processor.per(count)},
        aims=(Aim(RATE, at_least=800.0),),
    )


def _accepted(status: int, body: bytes) -> bool:
    return status == 202 and b'"playId"' in body  # noqa: PLR2004 - HTTP's Accepted
