"""How often one play of three pure flowlets reads and writes the plays, by MongoDB's own count."""

from collections.abc import Iterator, Mapping

from bench.load import Call, load_of, post
from bench.meter import operations
from bench.rows import Aim, Row
from bench.stage import OURS, Stage
from bench.work import THREE, as_json

PLAYS = 500
CALLERS = 10
NOISE = 0.05
"""Leases that are renewed meanwhile are counted too."""


def measure(stage: Stage) -> Iterator[Row]:
    """Through a channel (the short way), and through the queue."""
    order, (port, token), system = stage.orders[0], stage.channel, stage.system
    short = post(f"/{THREE['flow']}", as_json(order), _is_done, Authorization=f"Bearer {token}")
    yield _row(stage, "writes-channel", "writes to plays for each play, channel", port, short, 1)
    queued = system.run_call(str(THREE["flow"]), {"args": order, "wait": 30}, _is_done)
    yield _row(stage, "writes-queue", "writes to plays for each play, queue", system.web, queued, 3)


def _row(stage: Stage, name: str, title: str, port: int, call: Call, writes: int) -> Row:
    database, count = stage.database(OURS), stage.options.count(PLAYS)
    before = operations(database)
    load_of(port, [call], callers=CALLERS, count=count)
    values = _per_play(before, operations(database), count)
    return Row(name, title, values, aims=(Aim("writes", below=writes + NOISE),))


def _per_play(before: Mapping[str, int], after: Mapping[str, int], count: int) -> dict[str, float]:
    return {**{kind: (after[kind] - before[kind]) / count for kind in after}, "count": float(count)}


def _is_done(status: int, _body: bytes) -> bool:
    return status == 200  # noqa: PLR2004 - HTTP's OK
