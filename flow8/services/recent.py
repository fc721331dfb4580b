"""How things went lately: how long plays waited, which flowlets are slow, why plays failed."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flow8.domain.access import Actor, Right
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine
from flow8.services.asking import must
from flow8.store.database import Document
from flow8.store.play_filter import Which

SPAN: Final = timedelta(hours=1)
MOST_PLAYS: Final = 500
ROWS: Final = 10
SECONDS: Final = 3.0


@dataclass(frozen=True)
class Waits:
    """How long the plays that were looked at waited for a worker, in milliseconds."""

    half: int
    most: int
    longest: int


@dataclass(frozen=True)
class Slow:
    """One flowlet: how long it takes, of so many times."""

    flow: str
    ref: str
    average_ms: int
    longest_ms: int
    count: int


@dataclass(frozen=True)
class Failures:
    """Plays that failed for one reason, and the last of them."""

    code: str
    count: int
    last_play_id: str


@dataclass(frozen=True)
class Recent:
    """What the newest plays since a moment tell; `looked_at` of them, and no more than 500."""

    since: datetime
    looked_at: int
    waits: Waits | None
    slowest: tuple[Slow, ...]
    failures: tuple[Failures, ...]
    mongodb_ms: float


def recent(engine: Engine, actor: Actor) -> Recent:
    """How the company's plays of the last hour went, read off an index.

    Raises:
        Denied: without the right to administer.
        Unavailable: TOO_MANY_PLAYS to be looked at in time.
    """
    must(engine, actor, Right.ADMINISTER, "system.recent")
    plays, company = engine.store.recent_plays, actor.company_id
    began = time.perf_counter()
    since = engine.store.clock.now() - SPAN
    engine.store.probe()
    asked_ms = (time.perf_counter() - began) * 1000
    failed = Which(states=(PlayState.FAIL.value,), since=since)
    found = plays.waits(company, since, MOST_PLAYS, SECONDS)
    return Recent(
        since=since,
        looked_at=len(found),
        waits=_waits(found),
        slowest=tuple(map(_slow, plays.slowest_flowlets(company, since, MOST_PLAYS, ROWS, SECONDS))),
        failures=_failures(plays.failed(company, failed, MOST_PLAYS, SECONDS)),
        mongodb_ms=asked_ms,
    )


def _waits(rows: list[Document]) -> Waits | None:
    waited = sorted(
        max(0, (row["startedAt"] - row["createdAt"]) // timedelta(milliseconds=1))
        for row in rows
        if row.get("startedAt")
    )
    if not waited:
        return None
    return Waits(waited[len(waited) // 2], waited[min(len(waited) - 1, len(waited) * 95 // 100)], waited[-1])


def _slow(row: Document) -> Slow:
    name = row["_id"]
    return Slow(name["flow"], name["ref"], round(row["average"]), row["longest"], row["count"])


def _failures(rows: list[Document]) -> tuple[Failures, ...]:
    """By reason, the most frequent first; rows come with the last failure first."""
    last: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        code = row.get("error", {}).get("code", "UNKNOWN")
        counts[code] += 1
        last.setdefault(code, row["_id"])
    return tuple(Failures(code, count, last[code]) for code, count in counts.most_common(ROWS))
