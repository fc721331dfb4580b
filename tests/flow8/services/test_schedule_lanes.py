"""The day of all schedules: what became of what was due, how long its plays took, and what is due."""

from datetime import timedelta

from flow8.domain.access import Actor, Right
from flow8.domain.schedule import FiringState, Timing
from flow8.engine.engine import Engine
from flow8.services import firing, schedules
from flow8.services.schedule_lanes import HALF, MOST_DUE, lanes
from flow8.services.schedule_rules import Wish
from flow8.store.people import Company
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.people import a_user, granted, known_as


def test_a_lane_tells_what_was_missed_what_was_played_and_what_is_due(
    engine: Engine, stage: Stage, admin: Actor
) -> None:
    stage.publish(a_flow())
    begin = engine.store.clock.now() - timedelta(days=1)
    wish = Wish("ticks", "a-flow", Timing(interval_seconds=3600, starts_at=begin), args={})
    made = schedules.create_schedule(engine, admin, wish).schedule
    due = made.due_at
    assert due is not None
    firing.fire(engine, made.id, 7, due + timedelta(seconds=1))
    schedules.create_schedule(
        engine, admin, Wish("off", "a-flow", Timing(cron="* * * * *"), args={}, enabled=False)
    )

    day = lanes(engine, admin)

    off, ticks = day.rows
    assert (off.schedule.name, off.firings, off.due) == ("off", [], [])
    [played] = ticks.firings
    assert played.state is FiringState.PLAYED
    assert [*ticks.spans] == [played.play_id]
    assert len(ticks.due) == 12
    assert day.now < ticks.due[0] < ticks.due[-1] <= day.end == day.now + HALF


def test_what_is_due_very_often_is_told_up_to_a_bound(engine: Engine, stage: Stage, admin: Actor) -> None:
    stage.publish(a_flow())
    schedules.create_schedule(engine, admin, Wish("often", "a-flow", Timing(interval_seconds=1), args={}))

    [often] = lanes(engine, admin).rows

    assert (len(often.due), often.more) == (MOST_DUE, True)


def test_lanes_are_those_of_the_flows_that_one_may_see(
    engine: Engine, stage: Stage, admin: Actor, company: Company
) -> None:
    stage.publish(a_flow())
    stage.publish(a_flow(flow="other"))
    for flow in ("a-flow", "other"):
        schedules.create_schedule(engine, admin, Wish(flow, flow, Timing(cron="0 * * * *"), args={}))
    ada = a_user(engine, company, "ada@example.com", None)
    granted(engine, admin, ada, Right.VIEW, flow="other")

    [seen] = lanes(engine, known_as(engine, ada, company)).rows

    assert seen.schedule.name == "other"
