"""One play of ten flowlets that wait 100 ms side by side, from request to answer."""

from collections.abc import Iterator

from bench.load import load_of, post
from bench.rows import Aim, Row, values_of
from bench.stage import Stage
from bench.work import WAITS

PLAYS = 20


def measure(stage: Stage) -> Iterator[Row]:
    """One caller."""
    port, token = stage.channel
    call = post(f"/{WAITS['flow']}", b"{}", _is_ok, Authorization=f"Bearer {token}")
    load = load_of(port, [call], callers=1, count=stage.options.count(PLAYS))
    yield Row(
        "parallel",
        "one play of 10 parallel waits of 100 ms",
        values_of(load),
        aims=(Aim("p50_ms", below=115.0),),
    )


def _is_ok(status: int, body: bytes) -> bool:
    return (status, body) == (200, b'{"ok":true}')
