"""One play of ten flowlets that wait 100 ms side by side, from request to answer."""

from collections.abc import Iterator

from bench.load import post
from bench.measurements.window import one_by_one
from bench.rows import Aim, Row
from bench.stage import Stage
from bench.work import WAITS

PLAYS = 20


def measure(stage: Stage) -> Iterator[Row]:
    """One caller."""
    port, token = stage.channel
    call = post(f"/{WAITS['flow']}", b"{}", _is_ok, Authorization=f"Bearer {token}")
    values = one_by_one(stage, port, call, stage.options.count(PLAYS), stage.system.pids("worker"))
    yield Row(
        "parallel",
        "one play of 10 parallel waits of 100 ms",
        values,
        aims=(Aim("p50_ms", below=115.0),),
    )


def _is_ok(status: int, body: bytes) -> bool:
    return (status, body) == (200, b'{"ok":true}')
