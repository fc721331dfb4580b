"""How flow8 stands at this moment, in figures of one company: for people, and for whoever measures."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flow8.domain.access import Actor, Right
from flow8.domain.lanes import LANES
from flow8.engine.engine import Engine
from flow8.ids import time_of
from flow8.services.asking import must
from flow8.services.histogram import COUNT_SECONDS
from flow8.store.play_filter import STATES, Which

SCHEDULER: Final = "scheduler"
"""The job that the scheduler's leader holds."""
RECENT: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Numbers:
    """Unfinished plays by state; the last five minutes' plays by state; how long the oldest new one waits."""

    moment: datetime
    unfinished: dict[str, int]
    recent: dict[str, int]
    oldest_new_seconds: float
    scheduler_leads: bool


@dataclass(frozen=True)
class Status:
    """The figures, and what this installation is made of."""

    numbers: Numbers
    broker: str
    is_encrypted: bool
    modules: int
    lanes: tuple[str, ...]


def numbers(engine: Engine, actor: Actor) -> Numbers:
    """The company's figures, each counted from an index.

    Raises:
        Denied: without the right to view the company.
        Unavailable: TOO_MANY_PLAYS to be counted in ten seconds.
    """
    must(engine, actor, Right.VIEW, "system.metrics")
    return _numbers(engine, actor.company_id)


def status(engine: Engine, actor: Actor) -> Status:
    """How everything stands.

    Raises:
        Denied: without the right to administer.
        Unavailable: TOO_MANY_PLAYS to be counted in ten seconds.
    """
    must(engine, actor, Right.ADMINISTER, "system.status")
    settings = engine.settings
    return Status(
        numbers=_numbers(engine, actor.company_id),
        broker="rabbitmq" if settings.broker_url else "mongodb",
        is_encrypted=settings.encryption_key is not None,
        modules=len(engine.registry.modules),
        lanes=LANES,
    )


def _numbers(engine: Engine, company_id: str) -> Numbers:
    views, now = engine.store.play_views, engine.store.clock.now()
    oldest = views.oldest_new(company_id)
    return Numbers(
        moment=now,
        unfinished=views.unfinished_by_state(company_id, COUNT_SECONDS),
        recent=_recent(engine, company_id, now),
        oldest_new_seconds=0.0 if oldest is None else max(0.0, time.time() - time_of(oldest)),
        scheduler_leads=engine.store.leaders.is_led(SCHEDULER),
    )


def _recent(engine: Engine, company_id: str, now: datetime) -> dict[str, int]:
    """How many plays were accepted in the last five minutes, by the state that they are in now."""
    which = Which(states=tuple(STATES), since=now - RECENT)
    found = dict.fromkeys(STATES, 0)
    views = engine.store.play_views
    for _, state, count in views.histogram(company_id, which, now - RECENT, 2 * RECENT, COUNT_SECONDS):
        found[state] += count
    return found
