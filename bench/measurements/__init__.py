"""Every measurement, one file each, in the order in which they run.

A new one is a function that yields rows, in a file here, and a line in `TABLE`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bench.measurements import (
    accept,
    channel,
    drain,
    inserts,
    loops,
    memory,
    no_ops,
    parallel,
    queue,
    start,
    steps,
    waiting,
    writes,
)
from bench.rows import Row
from bench.stage import Stage


class When(Enum):
    """Once before everything else, once in each round, or once after."""

    BEFORE = auto()
    ROUNDS = auto()
    AFTER = auto()


@dataclass(frozen=True)
class Measurement:
    """A name for `--only`, and what measures."""

    name: str
    measure: Callable[[Stage], Iterator[Row]]
    when: When = When.ROUNDS


TABLE: tuple[Measurement, ...] = (
    Measurement("start", start.measure, When.BEFORE),
    Measurement("memory", memory.idle, When.BEFORE),
    Measurement("inserts", inserts.measure),
    Measurement("no-ops", no_ops.measure),
    Measurement("channel", channel.measure),
    Measurement("queue", queue.measure),
    Measurement("accept", accept.measure),
    Measurement("drain", drain.measure),
    Measurement("steps", steps.measure),
    Measurement("parallel", parallel.measure),
    Measurement("loops", loops.measure),
    Measurement("waiting", waiting.measure),
    Measurement("writes", writes.measure, When.AFTER),
    Measurement("memory-after", memory.after_work, When.AFTER),
)
NAMES = tuple(each.name for each in TABLE)
