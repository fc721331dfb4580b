"""How many plays were accepted when, and what became of them: counted from an index, in a limited time."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.page import refuse
from flow8.services.play_filter import EVERYTHING, Filter, filter_problems, which_plays
from flow8.services.reach import must_within
from flow8.store.play_filter import STATES

USUAL_SPAN: Final = timedelta(hours=24)
USUAL_BUCKETS: Final = 48
MOST_BUCKETS: Final = 500
SECOND: Final = timedelta(seconds=1)
COUNT_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Bucket:
    """The plays that were accepted from `since` on, for one width, by their state."""

    since: datetime
    counts: dict[str, int]


@dataclass(frozen=True)
class Histogram:
    """Buckets one after another, empty ones too; each takes `width`, whole seconds."""

    since: datetime
    until: datetime
    width: timedelta
    buckets: tuple[Bucket, ...]


def histogram(
    engine: Engine, actor: Actor, wanted: Filter = EVERYTHING, *, buckets: int = USUAL_BUCKETS
) -> Histogram:
    """Counts of plays by time and state; without a time, of the last 24 hours.

    Raises:
        Denied: without the right to view.
        NotFound: FLOW_NOT_FOUND.
        Invalid: every field that is not right.
        Unavailable: TOO_MANY_PLAYS to be counted in ten seconds.
    """
    within = must_within(engine, actor, Right.VIEW, "plays.histogram")
    problems = filter_problems(wanted)
    if not 1 <= buckets <= MOST_BUCKETS:
        problems.append(Problem("buckets", f"must be from 1 to {MOST_BUCKETS}"))
    refuse(problems, "These plays cannot be counted.")
    until = wanted.until or engine.store.clock.now()
    since = (wanted.since or until - USUAL_SPAN).replace(microsecond=0)
    width = max(SECOND, -((since - until) // buckets // SECOND * SECOND))
    which = which_plays(engine, actor, Right.VIEW, replace(wanted, since=since, until=until), within)
    which = replace(which, states=which.states or tuple(STATES))
    rows = engine.store.play_views.histogram(actor.company_id, which, since, width, COUNT_SECONDS)
    return Histogram(since, until, width, tuple(_buckets(rows, since, until, width)))


def _buckets(
    rows: list[tuple[int, str, int]], since: datetime, until: datetime, width: timedelta
) -> list[Bucket]:
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    last = -(-(until - since) // width) - 1
    for place, state, count in rows:
        # An id that was made a moment before or after the play was accepted.
        near = counts[min(max(place, 0), last)]
        near[state] = near.get(state, 0) + count
    return [Bucket(since + place * width, counts.get(place, {})) for place in range(last + 1)]
