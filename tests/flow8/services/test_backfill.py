"""Playing due times of the past: each that has no play yet, and each once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from flow8.domain.access import Actor, Right
from flow8.domain.schedule import FiringState, Misfire, Overlap, Timing
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.ids import new_id
from flow8.services import firing, schedules, switches
from flow8.services.backfill import MOST, Backfilled, backfill
from flow8.store.flows import FlowRecord
from flow8.store.schedules import Schedule
from tests.support.audit import actions_of
from tests.support.engines import Stage
from tests.support.factories import a_flow

NOON: Final = datetime(2026, 6, 10, 12, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)


@pytest.fixture
def flow(stage: Stage) -> FlowRecord:
    """A flow that may be played by the clock."""
    return stage.publish(a_flow())


@pytest.fixture
def schedule(engine: Engine, flow: FlowRecord) -> Schedule:
    """One that is due each minute, and was off until now."""
    made = Schedule(
        id=new_id(),
        company_id=flow.company_id,
        name="ticks",
        flow_id=flow.id,
        timing=Timing(cron="* * * * *", time_zone="UTC"),
        misfire=Misfire.ONCE,
        overlap=Overlap.SKIP,
        args={"n": 1},
        version=None,
        enabled=False,
        due_at=None,
        created_at=NOON,
        updated_at=NOON,
        updated_by="ada@example.com",
    )
    engine.store.schedules.create(made.company_id, made)
    return made


def filled(engine: Engine, admin: Actor, schedule: Schedule, minutes: int, **more: Any) -> Backfilled:
    return backfill(engine, admin, schedule.id, NOON, NOON + minutes * MINUTE, **more)


def firings(engine: Engine, schedule: Schedule) -> dict[datetime, tuple[FiringState, str | None]]:
    rows = engine.store.firings.page(schedule.company_id, schedule.id, (), size=100)
    return {row.due_at: (row.state, row.play_id) for row in rows}


def test_each_due_time_becomes_a_play_that_knows_when_it_was_due(
    engine: Engine, admin: Actor, stage: Stage, schedule: Schedule
) -> None:
    counted = filled(engine, admin, schedule, 3, dry_run=True)
    untouched = firings(engine, schedule)

    done = filled(engine, admin, schedule, 3)

    assert (counted, untouched) == (Backfilled(3, 0, [], NOON, NOON + 2 * MINUTE), {})
    assert (done.count, done.already, done.first, done.last) == (3, 0, NOON, NOON + 2 * MINUTE)
    plays = [stage.load(play_id) for play_id in done.play_ids]
    assert [play.origin.scheduled_for for play in plays] == [f"2026-06-10T12:0{n}:00.000Z" for n in range(3)]
    assert {(play.origin.door, play.origin.schedule_id, play.origin.actor) for play in plays} == {
        ("schedule", schedule.id, admin.name)
    }
    assert [play.args for play in plays] == [{"n": 1}] * 3
    assert firings(engine, schedule) == {
        NOON + n * MINUTE: (FiringState.PLAYED, done.play_ids[n]) for n in range(3)
    }
    assert actions_of(engine, admin.company_id).count("schedules.backfill") == 1


def test_what_has_a_play_gets_no_second_one(engine: Engine, admin: Actor, schedule: Schedule) -> None:
    first = filled(engine, admin, schedule, 2)

    again = filled(engine, admin, schedule, 3)

    assert (again.count, again.already) == (1, 2)
    assert not set(again.play_ids) & set(first.play_ids)


def test_a_process_that_died_before_it_noted_a_play_leaves_no_second_one(
    engine: Engine, admin: Actor, schedule: Schedule
) -> None:
    first = filled(engine, admin, schedule, 2)
    engine.store.database["firings"].delete_many({})

    again = filled(engine, admin, schedule, 2)

    assert again.play_ids == first.play_ids
    assert engine.store.database["plays"].count_documents({}) == 2


def test_what_was_missed_stays_told_so_beside_its_play(
    engine: Engine, admin: Actor, schedule: Schedule
) -> None:
    late = replace(schedule, enabled=True, due_at=NOON, misfire=Misfire.SKIP)
    assert engine.store.schedules.change(schedule.company_id, schedule, late) is not None
    firing.fire(engine, schedule.id, 7, NOON + 5 * MINUTE + timedelta(seconds=90))
    before = firings(engine, schedule)

    done = filled(engine, admin, schedule, 3)

    assert before[NOON] == (FiringState.MISSED, None)
    after = firings(engine, schedule)
    assert after[NOON] == (FiringState.MISSED, done.play_ids[0])
    assert after[NOON + MINUTE] == (FiringState.PLAYED, done.play_ids[1])
    assert filled(engine, admin, schedule, 3).count == 0


def test_what_the_scheduler_has_still_to_play_is_left_to_it(
    engine: Engine, admin: Actor, schedule: Schedule
) -> None:
    due = replace(schedule, enabled=True, due_at=NOON + 2 * MINUTE)
    engine.store.schedules.change(schedule.company_id, schedule, due)

    assert filled(engine, admin, schedule, 10).count == 2


def test_a_span_that_is_none_is_refused_with_the_field(
    engine: Engine, admin: Actor, schedule: Schedule
) -> None:
    def words(since: datetime, until: datetime) -> list[tuple[str, str]]:
        with pytest.raises(Invalid) as caught:
            backfill(engine, admin, schedule.id, since, until, dry_run=True)
        return [(each.path, each.message) for each in caught.value.problems]

    now = engine.store.clock.now()
    assert words(NOON, NOON) == [("to", "must be later than `from`")]
    assert words(NOON, now + MINUTE) == [("to", "is in the time to come; what is due then is played then")]
    assert words(datetime.min.replace(tzinfo=UTC), NOON) == [("from", "must not be before 1970")]
    assert words(NOON, NOON + (MOST + 1) * MINUTE) == [
        ("to", f"it is due more than {MOST} times until then; choose a shorter span")
    ]
    assert filled(engine, admin, schedule, MOST, dry_run=True).count == MOST


def test_a_flow_that_may_not_be_played_makes_nothing(
    engine: Engine, admin: Actor, flow: FlowRecord, schedule: Schedule
) -> None:
    switches.set_enabled(engine, admin, flow.id, enabled=False)

    with pytest.raises(Conflict, match="disabled"):
        filled(engine, admin, schedule, 2)

    assert firings(engine, schedule) == {}


def test_who_may_not_run_the_flow_may_not_backfill(engine: Engine, admin: Actor, schedule: Schedule) -> None:
    viewer = replace(admin, rights=frozenset({Right.VIEW}))

    with pytest.raises(Denied):
        filled(engine, viewer, schedule, 2)
    with pytest.raises(NotFound):
        backfill(engine, admin, "nobody", NOON, NOON + MINUTE)
    assert schedules.next_due(engine, viewer, schedule.id, 1)
