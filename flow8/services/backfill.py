"""Playing a schedule's due times of the past: each one that no play was made for, and none of them twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Final

from flow8.clock import iso
from flow8.domain.access import Actor, Right
from flow8.domain.play import Origin
from flow8.domain.schedule import FiringState
from flow8.engine.engine import Engine
from flow8.engine.start import StartRequest, start
from flow8.errors import Conflict, Problem
from flow8.ids import new_id
from flow8.services.asking import audit
from flow8.services.firing import DOOR, KEY_TAKEN, key_of
from flow8.services.flows import flow_named
from flow8.services.page import refuse
from flow8.services.reach import must_on_schedule
from flow8.services.schedules import schedule_named
from flow8.store.firings import Firing
from flow8.store.flows import FlowRecord
from flow8.store.schedules import Schedule

MOST: Final = 500
"""So many due times are played by one call."""
JUST_BEFORE: Final = timedelta(milliseconds=1)
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Before it no clock of ours counts, and near the first year of all nothing can be counted back."""
NOT_PLAYED: Final = "These due times cannot be played."


@dataclass(frozen=True)
class Backfilled:
    """The plays that were made, or how many would be; `already` counts due times that had theirs before."""

    count: int
    already: int
    play_ids: list[str]
    first: datetime | None
    last: datetime | None


def backfill(
    engine: Engine, actor: Actor, schedule_id: str, since: datetime, until: datetime, *, dry_run: bool = False
) -> Backfilled:
    """Play what was due from `since` on and before `until`, as the schedule is now.

    They are all accepted at once, whatever the schedule says of overlaps. Due times that became a play in the
    last 30 days are left out, so that the same call may be made again after any fault.

    Raises:
        Denied: without the right to run the flow.
        NotFound: SCHEDULE_NOT_FOUND, FLOW_NOT_FOUND.
        Invalid: the span is none, ends in the time to come, or holds more than 500 due times.
        Conflict: the flow cannot be played now.
    """
    must_on_schedule(engine, actor, Right.RUN, "schedules.backfill", schedule_id)
    schedule = schedule_named(engine, actor.company_id, schedule_id)
    now = engine.store.clock.now()
    refuse(_span_problems(since, until, now), NOT_PLAYED)
    due = list(islice(_due(schedule, since, until, now), MOST + 1))
    refuse(_size_problems(due), NOT_PLAYED)
    taken = engine.store.firings.with_play(schedule.company_id, schedule.id, since, until)
    wanted = [moment for moment in due if moment not in taken]
    made = [] if dry_run else _play_all(engine, actor, schedule, wanted)
    ends = (wanted[0], wanted[-1]) if wanted else (None, None)
    return Backfilled(len(made) if not dry_run else len(wanted), len(due) - len(wanted), made, *ends)


def _span_problems(since: datetime, until: datetime, now: datetime) -> list[Problem]:
    if until > now:
        return [Problem("to", "is in the time to come; what is due then is played then")]
    if since < EARLIEST:
        return [Problem("from", f"must not be before {EARLIEST.year}")]
    return [] if since < until else [Problem("to", "must be later than `from`")]


def _size_problems(due: list[datetime]) -> list[Problem]:
    words = f"it is due more than {MOST} times until then; choose a shorter span"
    return [Problem("to", words)] if len(due) > MOST else []


def _due(schedule: Schedule, since: datetime, until: datetime, now: datetime) -> Iterator[datetime]:
    """The due times of the span, but for those that the scheduler has still to lay out."""
    end = min(until, schedule.due_at or now)
    first = schedule.timing.next_after(since - JUST_BEFORE)
    times = iter(()) if first is None else schedule.timing.from_on(first)
    return takewhile(lambda moment: moment < end, times)


def _play_all(engine: Engine, actor: Actor, schedule: Schedule, due: list[datetime]) -> list[str]:
    flow, made = flow_named(engine, actor.company_id, schedule.flow_id), []
    for moment in due:
        play_id = _play(engine, actor, schedule, flow, moment)
        if play_id is not None:
            made.append(play_id)
            engine.store.firings.make_up(schedule.company_id, _firing(engine, schedule, moment, play_id))
    if due:
        since, until = iso(due[0]), iso(due[-1])
        audit(engine, actor, "schedules.backfill", schedule.id, since=since, until=until, count=len(made))
    return made


def _play(engine: Engine, actor: Actor, schedule: Schedule, flow: FlowRecord, moment: datetime) -> str | None:
    """The play of a due time; None when another process made it meanwhile, of other args."""
    due = iso(moment)
    origin = Origin(
        DOOR, actor.name, actor.key_id, actor.ip, actor.request_id, schedule_id=schedule.id, scheduled_for=due
    )
    key = key_of(schedule.id, moment)
    try:
        return start(engine, StartRequest(flow, schedule.args, origin, key, version=schedule.version)).play_id
    except Conflict as error:
        if error.error_code == KEY_TAKEN:
            return None
        raise


def _firing(engine: Engine, schedule: Schedule, moment: datetime, play_id: str) -> Firing:
    return Firing(
        id=new_id(),
        company_id=schedule.company_id,
        schedule_id=schedule.id,
        flow_id=schedule.flow_id,
        due_at=moment,
        state=FiringState.PLAYED,
        token=schedule.fence,
        until=moment,
        settled_at=engine.store.clock.now(),
        play_id=play_id,
    )
