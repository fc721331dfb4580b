"""One window of load, with what it cost."""

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
