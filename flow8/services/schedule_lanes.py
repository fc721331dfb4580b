"""Lanes: each schedule's due times around now, what became of those before, how long its plays took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Final

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.services.reach import must_within
from flow8.store.firings import Firing
from flow8.store.play_views import Span
from flow8.store.schedules import Schedule

HALF: Final = timedelta(hours=12)
MOST_LANES: Final = 50
MOST_DUE: Final = 150
"""Of a schedule so many times are told to each side of now: more could not be told apart."""


@dataclass(frozen=True)
class Lane:
    """A schedule's day: its firings, the last due first, the plays of them by id, and when it is due next.

    With `more` it goes on being due after the last of the times.
    """

    schedule: Schedule
    firings: Sequence[Firing]
    spans: dict[str, Span]
    due: Sequence[datetime]
    more: bool


@dataclass(frozen=True)
class Lanes:
    """The lanes of the schedules that are due first, from 12 hours before now until 12 hours after it."""

    now: datetime
    rows: Sequence[Lane]

    @property
    def begin(self) -> datetime:
        """Where the lanes begin."""
        return self.now - HALF

    @property
    def end(self) -> datetime:
        """Where they end."""
        return self.now + HALF


def lanes(engine: Engine, actor: Actor) -> Lanes:
    """The day of the company's schedules, 50 of them at most, by name.

    Raises:
        Denied: without the right to view any flow.
    """
    within = must_within(engine, actor, Right.VIEW, "schedules.lanes")
    found, _ = engine.store.schedules.page(actor.company_id, skip=0, size=MOST_LANES, within=within)
    now = engine.store.clock.now()
    return Lanes(now, [_lane(engine, each, now) for each in found])


def _lane(engine: Engine, schedule: Schedule, now: datetime) -> Lane:
    since = now - HALF
    firings = engine.store.firings.since(schedule.company_id, schedule.id, since, limit=MOST_DUE)
    played = [each.play_id for each in firings if each.play_id is not None]
    spans = engine.store.play_views.spans(schedule.company_id, schedule.flow_id, played)
    due = _due(schedule, now)
    return Lane(schedule, firings, spans, due[:MOST_DUE], more=len(due) > MOST_DUE)


def _due(schedule: Schedule, now: datetime) -> list[datetime]:
    """When it is due within the time that is told, up to one more than is told; nothing while it is off."""
    if not schedule.enabled:
        return []
    first = schedule.timing.next_after(now)
    if first is None:
        return []
    until = now + HALF
    return list(islice(takewhile(lambda due: due <= until, schedule.timing.from_on(first)), MOST_DUE + 1))
