"""Chores are done by the leader only, at their times, and their faults end nothing."""

import logging

from flow8.engine.engine import Engine
from flow8.errors import Unavailable
from scheduler.chores import Chore, chores
from scheduler.leader import Leader
from scheduler.timetable import as_leader, make_timetable


def test_retention_keeps_the_interval_of_its_setting(engine: Engine) -> None:
    seconds = {chore.name: chore.seconds for chore in chores(engine.settings)}

    assert seconds == {"sweep": 3.0, "retention": 120.0, "audit": 60.0, "notices": 5.0, "snapshots": 600.0}


def test_a_late_firing_is_never_dropped(engine: Engine) -> None:
    jobs = make_timetable(engine, Leader(engine.store.leaders, "one")).get_jobs()

    assert {job.id for job in jobs} == {"sweep", "retention", "audit", "notices", "snapshots"}
    assert {job.misfire_grace_time for job in jobs} == {None}


def test_a_chore_that_takes_longer_than_its_interval_is_no_news(engine: Engine) -> None:
    make_timetable(engine, Leader(engine.store.leaders, "one"))

    assert not logging.getLogger("apscheduler.scheduler").isEnabledFor(logging.WARNING)


def test_only_the_leader_does_a_chore(engine: Engine) -> None:
    done: list[str] = []
    chore = Chore("c", 1, lambda _: done.append("done"))
    jobs = [as_leader(chore, engine, Leader(engine.store.leaders, name)) for name in ("one", "two")]

    for job in jobs:
        job()

    assert done == ["done"]


def test_a_chore_that_breaks_ends_nothing(engine: Engine) -> None:
    leader = Leader(engine.store.leaders, "one")

    def break_down(_: Engine) -> None:
        raise RuntimeError("broken")

    def give_up(_: Engine) -> None:
        raise Unavailable

    for work in (break_down, give_up):
        as_leader(Chore("c", 1, work), engine, leader)()

    assert leader.leads()
