"""Load, with what it cost: a window of it, or a number of requests one by one."""

from collections.abc import Iterable, Sequence

from bench.load import Call, load_for, load_of
from bench.meter import Processor
from bench.rows import values_of
from bench.stage import Stage

QUICK_ANSWERS = 60


def window(
    stage: Stage, port: int, calls: Sequence[Call], callers: int, pids: Iterable[int]
) -> dict[str, float]:
    """Rate, times, and the processor time of `pids` and of MongoDB for each answer, after a warm-up."""
    options = stage.options
    if options.quick:
        return values_of(load_of(port, calls, callers=callers, count=QUICK_ANSWERS))
    load_for(port, calls, callers=callers, seconds=options.warm)
    with Processor(server=pids, mongodb=[stage.mongodb.process.pid]) as processor:
        load = load_for(port, calls, callers=callers, seconds=options.seconds)
    return {**values_of(load), **processor.per(load.count)}


def one_by_one(stage: Stage, port: int, call: Call, count: int, pids: Iterable[int]) -> dict[str, float]:
    """Times of `count` requests by one caller, so that the time of an answer is the time of its play."""
    with Processor(server=pids, mongodb=[stage.mongodb.process.pid]) as processor:
        load = load_of(port, [call], callers=1, count=count)
    return {**values_of(load), **processor.per(load.count)}
