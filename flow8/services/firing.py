"""What the scheduler's leader does: each due time of a schedule is laid out once, and played once.

Both are safe to be done again, by whoever leads next. To lay out is to insert under a unique key (schedule,
due time); to play is to start under an idempotency key of both. Only then a schedule is moved on.
"""

import logging
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from flow8.clock import iso
from flow8.domain.access import Actor
from flow8.domain.play import Origin, PlayState, is_finished
from flow8.domain.schedule import Due, FiringState, Overlap, plan
from flow8.engine.engine import Engine
from flow8.engine.start import StartRequest, start
from flow8.errors import Flow8Error, Unavailable
from flow8.ids import new_id
from flow8.services.asking import audit
from flow8.services.reach import no_flow
from flow8.store.database import faults_in_words
from flow8.store.firings import Firing
from flow8.store.schedules import Schedule

DOOR: Final = "schedule"
MOST: Final = 1000
"""So many schedules are looked at in one go, the first due first."""
MOST_PLAYED: Final = 100
MISFIRE: Final = "MISFIRE"
OVERLAP: Final = "OVERLAP"
KEY_TAKEN: Final = "IDEMPOTENCY_MISMATCH"
"""Two processes start a play at once, with args that were changed between; one of them did."""
NOBODY_PLAYED: Final = "No scheduler could play it in time."

log = logging.getLogger("schedules")


def due_soon(engine: Engine, within: timedelta) -> dict[str, float]:
    """The schedules with something to do, each with in how many seconds, by the server's clock.

    Raises:
        Unavailable: MongoDB does not answer.
    """
    with faults_in_words():
        now = engine.store.clock.asked()
        due = engine.store.schedules.due_by(now + within, MOST)
        left = engine.store.firings.left_open(MOST)
    return {name: (moment - now).total_seconds() for name, moment in due.items()} | dict.fromkeys(left, 0.0)


def fire(engine: Engine, schedule_id: str, token: int, now: datetime | None = None) -> float | None:
    """Lay out what is due of a schedule by now, and play what is laid out; `token` is that of the lead.

    In how many seconds it is due again, if this was the time to move it on.

    Raises:
        Unavailable: MongoDB does not answer; it goes on where it was when it is asked again.
    """
    with faults_in_words():
        now, begun = now or engine.store.clock.asked(), time.monotonic()
        schedule = engine.store.schedules.due(schedule_id, now)
        following = None if schedule is None else _lay_out(engine, schedule, token, now)
        for firing in engine.store.firings.open_of(schedule_id, MOST_PLAYED):
            _settle(engine, firing)
    if following is None:
        return None
    return (following - now).total_seconds() - (time.monotonic() - begun)


def _lay_out(engine: Engine, schedule: Schedule, token: int, now: datetime) -> datetime | None:
    """When it is due next; None if never, or if it was not moved on."""
    schedules, firings = engine.store.schedules, engine.store.firings
    if schedule.due_at is None or (schedule.fence != token and not schedules.hold(schedule, token)):
        log.info("schedule=%s is left to another leader, or was just changed", schedule.id)
        return None
    found, rest = plan(schedule.timing, schedule.misfire, schedule.due_at, now)
    if not firings.lay_out([_firing(schedule, due, token, now) for due in found]):
        # A leader before this one died after it had laid some of them out: go on behind those.
        last = firings.last_due(schedule.company_id, schedule.id)
        rest = rest if last is None else schedule.timing.next_after(last)
    return rest if schedules.move_on(schedule, token, rest) else None


def _firing(schedule: Schedule, due: Due, token: int, now: datetime) -> Firing:
    firing = Firing(
        id=new_id(),
        company_id=schedule.company_id,
        schedule_id=schedule.id,
        flow_id=schedule.flow_id,
        due_at=due.at,
        state=FiringState.OPEN,
        token=token,
        until=due.until,
        count=due.count,
    )
    if not due.missed:
        return firing
    return replace(firing, state=FiringState.MISSED, settled_at=now, code=MISFIRE, message=NOBODY_PLAYED)


def _settle(engine: Engine, firing: Firing) -> None:
    schedule = engine.store.schedules.get(firing.company_id, firing.schedule_id)
    if schedule is None:
        engine.store.firings.remove_of(firing.company_id, firing.schedule_id)
        return
    became = _played_before(engine, firing) or _overlapping(engine, schedule, firing)
    became = replace(became or _play(engine, schedule, firing), settled_at=engine.store.clock.now())
    engine.store.firings.settle(became)
    if became.code == no_flow("").error_code and schedule.flow_id == firing.flow_id:
        _switch_off(engine, schedule, became)


def _played_before(engine: Engine, firing: Firing) -> Firing | None:
    """The firing as played, if its play was started by somebody who could not write that down."""
    play = engine.store.plays.by_key(firing.company_id, firing.flow_id, _key(firing))
    return None if play is None else replace(firing, state=FiringState.PLAYED, play_id=play.id)


def _overlapping(engine: Engine, schedule: Schedule, firing: Firing) -> Firing | None:
    """The firing as skipped, if the play before it goes on and that is not allowed."""
    if schedule.overlap is Overlap.ALLOW:
        return None
    before = engine.store.firings.last_played(schedule.company_id, schedule.id, firing.due_at)
    state = None if before is None else engine.store.play_views.state_of(before)
    if state is None or is_finished(PlayState(state)):
        return None
    return _skipped(firing, OVERLAP, f"The play before it, {before}, was not finished.")


def _play(engine: Engine, schedule: Schedule, firing: Firing) -> Firing:
    flow = engine.store.flows.find(firing.company_id, firing.flow_id)
    if flow is None:
        error = no_flow(firing.flow_id)
        return _skipped(firing, error.error_code, error.message)
    due = iso(firing.due_at)
    origin = Origin(DOOR, schedule.updated_by, schedule_id=schedule.id, scheduled_for=due)
    request = StartRequest(flow, schedule.args, origin, _key(firing), version=schedule.version)
    try:
        play_id = start(engine, request).play_id
    except Flow8Error as error:
        if isinstance(error, Unavailable) or error.error_code == KEY_TAKEN:
            raise
        return _skipped(firing, error.error_code, str(error))
    return replace(firing, state=FiringState.PLAYED, play_id=play_id)


def key_of(schedule_id: str, due_at: datetime) -> str:
    """The idempotency key under which a due time is played, whoever plays it."""
    # No caller can send such a key: those of people and of headers are one printable line.
    return f"schedule\n{schedule_id}/{iso(due_at)}"


def _key(firing: Firing) -> str:
    return key_of(firing.schedule_id, firing.due_at)


def _skipped(firing: Firing, code: str, message: str) -> Firing:
    return replace(firing, state=FiringState.SKIPPED, code=code, message=message)


def _switch_off(engine: Engine, schedule: Schedule, firing: Firing) -> None:
    """A schedule whose flow is gone would be refused for ever."""
    if not schedule.enabled or not engine.store.schedules.switch_off(schedule):
        return
    log.warning("schedule=%s is disabled: its flow is gone", schedule.id)
    actor = Actor(schedule.company_id, "flow8", frozenset(), "scheduler")
    was, now = {"enabled": True}, {"enabled": False}
    audit(engine, actor, "schedules.set_enabled", schedule.id, before=was, after=now, why=firing.message)
