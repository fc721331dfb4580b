"""The timetable is filled with what is due soon, by the leader alone, however the clocks go."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.domain.schedule import Timing
from flow8.engine.engine import Engine
from flow8.services import schedules
from flow8.services.schedule_rules import Wish
from scheduler.filler import Filler
from scheduler.leader import Leader
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.system import until


@pytest.fixture
def actor(stage: Stage) -> Actor:
    """Somebody who may do everything, with a flow to play."""
    stage.publish(a_flow())
    return Actor(stage.company_id, "ada", RIGHTS[Role.ADMIN], "test")


@pytest.fixture
def timetable() -> Iterator[BackgroundScheduler]:
    """A timetable that runs, with a chore that it does once a day."""
    made = BackgroundScheduler(timezone="UTC")
    made.add_job(lambda: None, "interval", days=1, id="chore")
    made.start()
    yield made
    made.shutdown()


@pytest.fixture
def filler(engine: Engine, timetable: BackgroundScheduler) -> Filler:
    """A filler of a process that leads as soon as it is asked."""
    return Filler(engine, Leader(engine.store.leaders, "one"), timetable)


def make(engine: Engine, actor: Actor, **timing: Any) -> str:
    wish = Wish("ticks", "a-flow", Timing(**timing), args={})
    return schedules.create_schedule(engine, actor, wish).schedule.id


def played(engine: Engine, schedule_id: str) -> int:
    wanted = {"scheduleId": schedule_id, "state": "played"}
    return engine.store.database["firings"].count_documents(wanted)


def test_what_is_made_changed_and_removed_counts_within_two_seconds(
    engine: Engine, actor: Actor, filler: Filler
) -> None:
    filler.start()
    name = make(engine, actor, interval_seconds=1)
    begun = time.monotonic()

    until(lambda: played(engine, name), 30, "a firing")
    assert time.monotonic() - begun < 10
    schedules.set_enabled(engine, actor, name, enabled=False)
    time.sleep(2)  # until then it may still fire
    before = played(engine, name)
    time.sleep(2.2)
    filler.stop()

    assert played(engine, name) == before


def test_a_firing_comes_at_its_time(engine: Engine, actor: Actor, filler: Filler) -> None:
    filler.start()
    name = make(engine, actor, interval_seconds=1)
    until(lambda: played(engine, name) >= 6, 15, "six firings")
    filler.stop()

    rows = list(engine.store.database["firings"].find({"scheduleId": name}).sort("dueAt", 1))
    late = sorted((row["settledAt"] - row["dueAt"]).total_seconds() for row in rows[1:6])
    assert late[0] > -0.1
    assert late[2] < 2


def test_who_does_not_lead_fills_and_fires_nothing(engine: Engine, actor: Actor, filler: Filler) -> None:
    Leader(engine.store.leaders, "another").leads()
    name = make(engine, actor, at=engine.store.clock.now() + timedelta(seconds=1))

    filler.fill()
    time.sleep(1.2)
    filler.fill()
    filler.fire(name)

    assert filler._timetable.get_jobs() == filler._chores
    assert played(engine, name) == 0


def test_chores_are_done_at_once_when_the_clock_was_put_back(filler: Filler) -> None:
    (chore,) = filler._chores
    filler.fill()
    in_a_day = chore.next_run_time
    filler._ahead += 300

    filler.fill()

    assert in_a_day - datetime.now(UTC) > timedelta(hours=23)
    until(lambda: chore.next_run_time != in_a_day, 30, "the chore")


def test_a_schedule_that_breaks_is_left_alone_for_a_minute(
    engine: Engine, actor: Actor, filler: Filler, caplog: pytest.LogCaptureFixture
) -> None:
    name = make(engine, actor, interval_seconds=1)
    fine = make(engine, actor, interval_seconds=1)
    engine.store.database["schedules"].update_one({"_id": name}, {"$set": {"misfire": "broken"}})
    filler.start()
    until(lambda: played(engine, fine) >= 3, 15, "three firings of the other one")
    filler.stop()

    told = [record for record in caplog.records if name in record.getMessage()]
    assert [record.levelname for record in told] == ["ERROR"]
    assert "left alone for a minute" in told[0].getMessage()


def test_many_that_are_due_at_once_are_each_played_once(
    engine: Engine, actor: Actor, filler: Filler, caplog: pytest.LogCaptureFixture
) -> None:
    made = schedules.create_schedule(
        engine, actor, Wish("ticks", "a-flow", Timing(interval_seconds=3600), args={})
    ).schedule
    now = engine.store.clock.asked()
    for n in range(200):
        engine.store.schedules.create(
            actor.company_id, replace(made, id=f"{n:024d}", due_at=now + timedelta(seconds=1.5))
        )
    filler.start()
    until(lambda: engine.store.database["plays"].count_documents({}) >= 200, 30, "200 plays")
    filler.stop()
    until(lambda: not filler._added, 30, "rest")

    assert engine.store.database["plays"].count_documents({}) == 200
    assert "maximum number of running instances" not in caplog.text
