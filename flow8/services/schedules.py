"""Schedules, as people and programs keep them: flows that start by the clock, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flow8.domain.access import Actor, Right
from flow8.domain.schedule import FiringState, Misfire, Overlap, Timing, timing_problems
from flow8.engine.engine import Engine
from flow8.errors import Conflict
from flow8.ids import new_id
from flow8.services.asking import audit
from flow8.services.flows import flow_named
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.services.reach import must_on_flow, must_on_schedule, must_within, no_schedule
from flow8.services.schedule_rules import (
    USUAL_COUNT,
    Wish,
    anchored,
    count_problems,
    firings_problems,
    over_problems,
    wish_problems,
)
from flow8.services.shown_schedules import ShownSchedule, with_flow, with_flows
from flow8.store.firings import Firing
from flow8.store.schedules import Schedule

NOT_MADE: Final = "This schedule cannot be made."
NOT_CHANGED: Final = "This schedule cannot be changed so."


@dataclass(frozen=True)
class FiringPage:
    """Some firings, the last due first; `next` is what to pass as `after` for the ones before them."""

    rows: list[Firing]
    next: str | None


def list_schedules(
    engine: Engine, actor: Actor, *, flow: str | None = None, page: int = 1, size: int = USUAL_SIZE
) -> Page[ShownSchedule]:
    """The company's schedules by name, or those of one flow.

    Raises:
        Denied: without the right to view.
        NotFound: FLOW_NOT_FOUND.
        Invalid: there is no such page.
    """
    within = must_within(engine, actor, Right.VIEW, "schedules.list")
    if flow is not None:
        must_on_flow(engine, actor, Right.VIEW, "schedules.list", flow)
    flow_id = None if flow is None else flow_named(engine, actor.company_id, flow).id
    schedules = engine.store.schedules
    found = page_of(
        lambda skip, rows: schedules.page(
            actor.company_id, skip=skip, size=rows, within=within, flow_id=flow_id
        ),
        page,
        size,
    )
    rows = with_flows(engine, actor.company_id, found.data)
    return Page(rows, found.total, found.page, found.size, found.pages)


def get_schedule(engine: Engine, actor: Actor, schedule_id: str) -> ShownSchedule:
    """One schedule.

    Raises:
        Denied: without the right to view its flow.
        NotFound: SCHEDULE_NOT_FOUND.
    """
    must_on_schedule(engine, actor, Right.VIEW, "schedules.get", schedule_id)
    return with_flow(engine, schedule_named(engine, actor.company_id, schedule_id))


def create_schedule(engine: Engine, actor: Actor, wish: Wish) -> ShownSchedule:
    """A new schedule; what it plays is played in the name of who changed it last.

    Raises:
        Denied: without the right to edit the flow.
        NotFound: FLOW_NOT_FOUND.
        Invalid: every field that is not right, the args too if the flow is published.
    """
    must_on_flow(engine, actor, Right.EDIT, "schedules.create", wish.flow)
    flow, now = flow_named(engine, actor.company_id, wish.flow), engine.store.clock.now()
    refuse([*wish_problems(engine, wish, flow), *over_problems(wish.timing, now)], NOT_MADE)
    timing = anchored(wish.timing, None, now)
    made = Schedule(
        id=new_id(),
        company_id=actor.company_id,
        name=wish.name.strip(),
        flow_id=flow.id,
        timing=timing,
        misfire=Misfire(wish.misfire),
        overlap=Overlap(wish.overlap),
        args=wish.args,
        version=wish.version,
        enabled=wish.enabled,
        due_at=timing.next_after(now) if wish.enabled else None,
        created_at=now,
        updated_at=now,
        updated_by=actor.name,
    )
    engine.store.schedules.create(actor.company_id, made)
    audit(engine, actor, "schedules.create", made.id, after=_told(made))
    return with_flow(engine, made)


def change_schedule(
    engine: Engine, actor: Actor, schedule_id: str, wish: Wish, *, rev: int | None = None
) -> ShownSchedule:
    """Make a schedule what is asked for; with `rev` only if it is still at that one.

    Another timing counts from now on. What is due already, and whatever is the same, stays.

    Raises:
        Denied: without the right to edit its flow, or the flow that is asked for.
        NotFound: SCHEDULE_NOT_FOUND or FLOW_NOT_FOUND.
        Invalid: every field that is not right.
        Conflict: SCHEDULE_CHANGED meanwhile.
    """
    must_on_schedule(engine, actor, Right.EDIT, "schedules.change", schedule_id)
    old = schedule_named(engine, actor.company_id, schedule_id, rev)
    must_on_flow(engine, actor, Right.EDIT, "schedules.change", wish.flow)
    flow, now = flow_named(engine, actor.company_id, wish.flow), engine.store.clock.now()
    refuse(wish_problems(engine, wish, flow), NOT_CHANGED)
    timing = anchored(wish.timing, old.timing, now)
    new = replace(
        old,
        name=wish.name.strip(),
        flow_id=flow.id,
        timing=timing,
        misfire=Misfire(wish.misfire),
        overlap=Overlap(wish.overlap),
        args=wish.args,
        version=wish.version,
    )
    new = _switched(new, now, enabled=wish.enabled, begins=timing != old.timing or not old.enabled)
    return _change(engine, actor, "schedules.change", old, new)


def set_enabled(engine: Engine, actor: Actor, schedule_id: str, *, enabled: bool) -> ShownSchedule:
    """Switch a schedule on or off. What would have been due while it was off is not made up for.

    Raises:
        Denied: without the right to edit its flow.
        NotFound: SCHEDULE_NOT_FOUND.
        Invalid: its one moment is over.
        Conflict: SCHEDULE_CHANGED meanwhile.
    """
    must_on_schedule(engine, actor, Right.EDIT, "schedules.set_enabled", schedule_id)
    old = schedule_named(engine, actor.company_id, schedule_id)
    if old.enabled == enabled:
        return with_flow(engine, old)
    new = _switched(old, engine.store.clock.now(), enabled=enabled, begins=enabled)
    return _change(engine, actor, "schedules.set_enabled", old, new)


def remove_schedule(engine: Engine, actor: Actor, schedule_id: str, *, rev: int | None = None) -> None:
    """Remove a schedule with what is told of its firings; with `rev` only if it is still at that one.

    Its plays stay.

    Raises:
        Denied: without the right to edit its flow.
        NotFound: SCHEDULE_NOT_FOUND.
        Conflict: SCHEDULE_CHANGED, it is not at `rev`.
    """
    must_on_schedule(engine, actor, Right.EDIT, "schedules.remove", schedule_id)
    old = schedule_named(engine, actor.company_id, schedule_id, rev)
    if not engine.store.schedules.remove(actor.company_id, schedule_id, rev):
        raise _changed()
    engine.store.firings.remove_of(actor.company_id, schedule_id)
    audit(engine, actor, "schedules.remove", schedule_id, before=_told(old))


def next_due(engine: Engine, actor: Actor, schedule_id: str, count: int = USUAL_COUNT) -> list[datetime]:
    """When a schedule is due next, in local time, so many times; also while it is disabled.

    Raises:
        Denied: without the right to view its flow.
        NotFound: SCHEDULE_NOT_FOUND.
        Invalid: `count` is out of bounds.
    """
    must_on_schedule(engine, actor, Right.VIEW, "schedules.next", schedule_id)
    refuse(count_problems(count), "So many cannot be told.")
    return _upcoming(engine, schedule_named(engine, actor.company_id, schedule_id).timing, count)


def preview(engine: Engine, actor: Actor, timing: Timing, count: int = USUAL_COUNT) -> list[datetime]:
    """When a schedule of this timing would be due, in local time, so many times from now.

    Raises:
        Denied: without the right to view any flow.
        Invalid: every field that is not right.
    """
    must_within(engine, actor, Right.VIEW, "schedules.preview")
    refuse([*timing_problems(timing), *count_problems(count)], "This is no timing.")
    return _upcoming(engine, anchored(timing, None, engine.store.clock.now()), count)


def list_firings(
    engine: Engine,
    actor: Actor,
    schedule_id: str,
    *,
    states: Sequence[str] = (),
    size: int = USUAL_SIZE,
    after: str | None = None,
) -> FiringPage:
    """The firings of a schedule in these states, the last due first, those before the firing `after`.

    Raises:
        Denied: without the right to view its flow.
        NotFound: SCHEDULE_NOT_FOUND.
        Invalid: there is no such state or size.
    """
    must_on_schedule(engine, actor, Right.VIEW, "schedules.firings", schedule_id)
    refuse(firings_problems(states, size), "These firings cannot be listed.")
    found = schedule_named(engine, actor.company_id, schedule_id)
    wanted = [FiringState(state) for state in states]
    rows = engine.store.firings.page(found.company_id, found.id, wanted, size=size + 1, after=after)
    return FiringPage(rows[:size], rows[size - 1].id if len(rows) > size else None)


def _upcoming(engine: Engine, timing: Timing, count: int) -> list[datetime]:
    zone = ZoneInfo(timing.time_zone)
    return [due.astimezone(zone) for due in timing.upcoming(engine.store.clock.now(), count)]


def _switched(schedule: Schedule, now: datetime, *, enabled: bool, begins: bool) -> Schedule:
    """The schedule on or off; one that `begins` is due from now on, any other when it was.

    Raises:
        Invalid: it begins, and its one moment is over.
    """
    if not enabled:
        return replace(schedule, enabled=False, due_at=None)
    if not begins:
        return schedule
    refuse(over_problems(schedule.timing, now), NOT_CHANGED)
    return replace(schedule, enabled=True, due_at=schedule.timing.next_after(now))


def _change(engine: Engine, actor: Actor, action: str, old: Schedule, new: Schedule) -> ShownSchedule:
    new = replace(new, updated_at=engine.store.clock.now(), updated_by=actor.name)
    changed = engine.store.schedules.change(actor.company_id, old, new)
    if changed is None:
        raise _changed()
    audit(engine, actor, action, old.id, before=_told(old), after=_told(changed))
    return with_flow(engine, changed)


def schedule_named(engine: Engine, company_id: str, schedule_id: str, rev: int | None = None) -> Schedule:
    """One of the company's schedules, at this `rev` if one is given, for services.

    Raises:
        NotFound: SCHEDULE_NOT_FOUND.
        Conflict: SCHEDULE_CHANGED, it is at another one.
    """
    found = engine.store.schedules.get(company_id, schedule_id) if schedule_id.isprintable() else None
    if found is None:
        raise no_schedule(schedule_id)
    if rev is not None and rev != found.rev:
        raise _changed()
    return found


def _changed() -> Conflict:
    return Conflict("Somebody changed this schedule meanwhile; load it again.", code="SCHEDULE_CHANGED")


def _told(schedule: Schedule) -> dict[str, Any]:
    """What the audit tells of a schedule before and after a change."""
    return {
        "name": schedule.name,
        "flowId": schedule.flow_id,
        "cron": schedule.timing.cron,
        "timeZone": schedule.timing.time_zone,
        "intervalSeconds": schedule.timing.interval_seconds,
        "startsAt": schedule.timing.starts_at,
        "at": schedule.timing.at,
        "misfire": schedule.misfire.value,
        "overlap": schedule.overlap.value,
        "args": schedule.args,
        "version": schedule.version,
        "enabled": schedule.enabled,
    }
