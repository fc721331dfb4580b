"""One play of 40 flowlets in a row, from request to answer: pure ones, and such with a checkpoint each."""

from collections.abc import Iterator, Mapping
from typing import Any

from bench.load import load_of, post
from bench.measurements.window import one_by_one
from bench.rows import Aim, Row
from bench.stage import Stage
from bench.work import CHECKPOINTS, FORTY

PLAYS = 100
WARM = 10
STEPS = 40


def measure(stage: Stage) -> Iterator[Row]:
    """One caller, after a warm-up."""
    yield _row(stage, FORTY, "steps-pure", f"one play of {STEPS} pure flowlets", 10.0)
    yield _row(stage, CHECKPOINTS, "steps-checkpoints", f"one play of {STEPS} `write` flowlets", 45.0)


def _row(stage: Stage, flow: Mapping[str, Any], name: str, title: str, below_ms: float) -> Row:
    port, token = stage.channel
    call = post(f"/{flow['flow']}", b'{"n":1}', _is_last, Authorization=f"Bearer {token}")
    load_of(port, [call], callers=1, count=stage.options.count(WARM))
    values = one_by_one(stage, port, call, stage.options.count(PLAYS), stage.system.pids("worker"))
    return Row(name, title, values, aims=(Aim("p50_ms", below=below_ms),))


def _is_last(status: int, body: bytes) -> bool:
    return (status, body) == (200, b'{"n":%d}' % STEPS)
