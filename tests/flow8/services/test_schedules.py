"""Schedules as people and programs keep them, and who may."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from flow8.domain.access import Actor, Right
from flow8.domain.schedule import Timing
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services import firing, schedules, switches
from flow8.services.schedule_rules import Wish
from flow8.services.shown_schedules import ShownSchedule
from flow8.store.people import Company
from tests.support.audit import actions_of, entries_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.people import a_user, granted, known_as

HOURLY = Timing(cron="0 * * * *")
STRICT = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}


@pytest.fixture(autouse=True)
def flows(stage: Stage) -> None:
    """Two flows, one of which wants an id."""
    stage.publish(a_flow())
    stage.publish(a_flow(flow="strict", input=STRICT))


def make(engine: Engine, actor: Actor, timing: Timing = HOURLY, **changes: Any) -> ShownSchedule:
    wish = replace(Wish("ticks", "a-flow", timing, args={}), **changes)
    return schedules.create_schedule(engine, actor, wish)


def wish_of(made: ShownSchedule, **changes: Any) -> Wish:
    """The schedule as it is, but for this."""
    kept = made.schedule
    wish = Wish(
        kept.name,
        kept.flow_id,
        kept.timing,
        kept.misfire.value,
        kept.overlap.value,
        kept.args,
        kept.version,
        kept.enabled,
    )
    return replace(wish, **changes)


def test_a_new_schedule_is_due_from_now_on(engine: Engine, admin: Actor) -> None:
    now = engine.store.clock.now()

    hourly = make(engine, admin).schedule
    off = make(engine, admin, enabled=False).schedule
    each_second = make(engine, admin, Timing(interval_seconds=1)).schedule
    once = make(engine, admin, Timing(at=now + timedelta(days=1))).schedule

    assert hourly.due_at is not None
    assert timedelta() < hourly.due_at - now <= timedelta(hours=1)
    assert off.due_at is None
    assert each_second.due_at is not None
    assert timedelta() < each_second.due_at - now <= timedelta(seconds=2)
    assert once.due_at == now + timedelta(days=1)
    assert (hourly.updated_by, hourly.rev) == (admin.name, 1)


def test_moments_are_kept_in_milliseconds(engine: Engine, admin: Actor) -> None:
    moment = datetime.fromisoformat("2099-01-01T00:00:00.123456+00:00")

    once = make(engine, admin, Timing(at=moment)).schedule

    assert once == schedules.get_schedule(engine, admin, once.id).schedule
    assert once.due_at == moment.replace(microsecond=123000)


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "x" * 201, "misfire": "x", "overlap": "y"}, ["name", "misfire", "overlap"]),
        ({"flow": "strict"}, ["args.id"]),
        ({"flow": "strict", "args": {"id": 5}}, ["args.id"]),
        ({"version": 0}, ["version"]),
        ({"version": 2}, ["version"]),
        ({"args": "x" * 70_000}, ["args"]),
        ({"args": {"n": float("nan")}}, ["args"]),
        ({"timing": Timing(at=datetime.fromisoformat("2020-01-01T00:00:00+00:00"))}, ["at"]),
    ],
)
def test_every_problem_names_its_field(
    engine: Engine, admin: Actor, changes: dict[str, Any], paths: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        make(engine, admin, **changes)

    assert [problem.path for problem in refused.value.problems] == paths
    assert schedules.list_schedules(engine, admin).total == 0


def test_a_flow_that_is_not_there_is_told(engine: Engine, admin: Actor) -> None:
    with pytest.raises(NotFound):
        make(engine, admin, flow="nobody-knows")


def test_what_stands_in_its_way_is_told(engine: Engine, admin: Actor) -> None:
    engine.store.flows.create(admin.company_id, a_flow(flow="new"), "test")
    made, draft = make(engine, admin), make(engine, admin, flow="new")
    before = made.trouble
    switches.set_enabled(engine, admin, "a-flow", enabled=False)
    disabled = schedules.get_schedule(engine, admin, made.schedule.id).trouble
    switches.remove_flow(engine, admin, "a-flow")
    removed = schedules.get_schedule(engine, admin, made.schedule.id).trouble

    assert before is None
    assert [each.path if each else None for each in (draft.trouble, disabled, removed)] == [
        "FLOW_NOT_PUBLISHED",
        "FLOW_DISABLED",
        "FLOW_NOT_FOUND",
    ]


def test_another_timing_counts_from_now_on_and_anything_else_leaves_what_is_due(
    engine: Engine, admin: Actor
) -> None:
    made = make(engine, admin, Timing(interval_seconds=3600))
    due = made.schedule.due_at
    assert due is not None
    long_ago = due - timedelta(days=1)
    engine.store.database["schedules"].update_many({}, {"$set": {"dueAt": long_ago}})

    renamed = schedules.change_schedule(engine, admin, made.schedule.id, wish_of(made, name="other"))
    slower = Timing(interval_seconds=7200)
    changed = schedules.change_schedule(engine, admin, made.schedule.id, wish_of(made, timing=slower))

    assert (renamed.schedule.name, renamed.schedule.due_at) == ("other", long_ago)
    assert changed.schedule.timing == replace(made.schedule.timing, interval_seconds=7200)
    assert changed.schedule.due_at is not None
    assert changed.schedule.due_at > engine.store.clock.now()


def test_what_would_have_been_due_while_it_was_off_is_not_made_up_for(engine: Engine, admin: Actor) -> None:
    made = make(engine, admin, Timing(interval_seconds=1))

    off = schedules.set_enabled(engine, admin, made.schedule.id, enabled=False).schedule
    on = schedules.set_enabled(engine, admin, made.schedule.id, enabled=True).schedule
    again = schedules.set_enabled(engine, admin, made.schedule.id, enabled=True).schedule

    assert (off.enabled, off.due_at) == (False, None)
    assert on.due_at is not None
    assert on.due_at > on.updated_at
    assert again == on


def test_one_moment_that_is_over_can_be_kept_and_not_begun_again(engine: Engine, admin: Actor) -> None:
    soon = engine.store.clock.now() + timedelta(days=1)
    made = make(engine, admin, Timing(at=soon))
    firing.fire(engine, made.schedule.id, 1, soon)
    over = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    engine.store.database["schedules"].update_many({}, {"$set": {"at": over}})
    made = schedules.get_schedule(engine, admin, made.schedule.id)

    kept = schedules.change_schedule(engine, admin, made.schedule.id, wish_of(made, name="done"))
    schedules.set_enabled(engine, admin, made.schedule.id, enabled=False)
    with pytest.raises(Invalid) as refused:
        schedules.set_enabled(engine, admin, made.schedule.id, enabled=True)

    assert (kept.schedule.name, kept.schedule.due_at) == ("done", None)
    assert [problem.path for problem in refused.value.problems] == ["at"]


def test_a_change_that_did_not_see_the_last_one_is_refused(engine: Engine, admin: Actor) -> None:
    made = make(engine, admin)
    schedules.change_schedule(engine, admin, made.schedule.id, wish_of(made, name="other"), rev=1)

    for refused in (
        lambda: schedules.change_schedule(engine, admin, made.schedule.id, wish_of(made), rev=1),
        lambda: schedules.remove_schedule(engine, admin, made.schedule.id, rev=1),
    ):
        with pytest.raises(Conflict):
            refused()
    assert schedules.get_schedule(engine, admin, made.schedule.id).schedule.name == "other"


def test_what_is_removed_leaves_no_firing_behind(engine: Engine, admin: Actor) -> None:
    made = make(engine, admin)
    assert made.schedule.due_at is not None
    firing.fire(engine, made.schedule.id, 1, made.schedule.due_at)
    assert engine.store.database["firings"].count_documents({}) == 1

    schedules.remove_schedule(engine, admin, made.schedule.id)

    assert engine.store.database["firings"].count_documents({}) == 0
    assert engine.store.database["plays"].count_documents({}) == 1
    with pytest.raises(NotFound):
        schedules.get_schedule(engine, admin, made.schedule.id)


def test_the_audit_tells_what_changed_and_no_secret(engine: Engine, admin: Actor) -> None:
    made = make(engine, admin, args={"password": "swordfish-and-chips"})
    schedules.change_schedule(engine, admin, made.schedule.id, wish_of(made, overlap="skip"))
    schedules.set_enabled(engine, admin, made.schedule.id, enabled=False)
    schedules.remove_schedule(engine, admin, made.schedule.id)

    assert actions_of(engine, admin.company_id)[-4:] == [
        "schedules.create",
        "schedules.change",
        "schedules.set_enabled",
        "schedules.remove",
    ]
    entries = entries_of(engine, admin.company_id)
    assert "swordfish" not in str(entries)


def test_due_times_are_told_while_it_is_off(engine: Engine, admin: Actor) -> None:
    zone = Timing(cron="0 9 * * *", time_zone="Asia/Tokyo")
    made = make(engine, admin, zone, enabled=False)

    found = schedules.next_due(engine, admin, made.schedule.id, 3)

    assert found == schedules.preview(engine, admin, zone, 3)
    assert [each.strftime("%H:%M %Z") for each in found] == ["09:00 JST"] * 3
    for count in (0, 101):
        with pytest.raises(Invalid):
            schedules.preview(engine, admin, zone, count)


def test_a_viewer_sees_and_changes_nothing(engine: Engine, admin: Actor, viewer: Actor) -> None:
    made = make(engine, admin)

    assert schedules.get_schedule(engine, viewer, made.schedule.id) == made
    assert schedules.list_schedules(engine, viewer).data == [made]
    for refused in _changes(engine, viewer, made):
        with pytest.raises(Denied):
            refused()


def test_another_company_sees_nothing(engine: Engine, admin: Actor, stranger: Actor) -> None:
    made = make(engine, admin)

    assert schedules.list_schedules(engine, stranger).total == 0
    looks = [
        lambda: schedules.get_schedule(engine, stranger, made.schedule.id),
        lambda: schedules.list_firings(engine, stranger, made.schedule.id),
    ]
    for refused in (*looks, *_changes(engine, stranger, made)):
        with pytest.raises(NotFound):
            refused()


def test_who_may_edit_one_flow_keeps_its_schedules_and_sees_no_others(
    engine: Engine, admin: Actor, company: Company
) -> None:
    gil = a_user(engine, company, "gil@example.com", None)
    granted(engine, admin, gil, Right.EDIT, flow="a-flow")
    actor = known_as(engine, gil, company)
    other = make(engine, admin, flow="strict", args={"id": "x"})

    mine = make(engine, actor)
    assert schedules.list_schedules(engine, actor).data == [mine]
    assert schedules.change_schedule(engine, actor, mine.schedule.id, wish_of(mine, name="n")).flow
    refused: list[Callable[[], object]] = [
        *_changes(engine, actor, other),
        lambda: schedules.get_schedule(engine, actor, other.schedule.id),
        lambda: schedules.change_schedule(engine, actor, mine.schedule.id, wish_of(mine, flow="strict")),
        lambda: schedules.list_schedules(engine, actor, flow="strict"),
    ]
    for each in refused:
        with pytest.raises(NotFound):
            each()


def _changes(engine: Engine, actor: Actor, made: ShownSchedule) -> list[Callable[[], object]]:
    name = made.schedule.id
    return [
        lambda: make(engine, actor, flow=made.schedule.flow_id, args=made.schedule.args),
        lambda: schedules.change_schedule(engine, actor, name, wish_of(made)),
        lambda: schedules.set_enabled(engine, actor, name, enabled=False),
        lambda: schedules.remove_schedule(engine, actor, name),
    ]
