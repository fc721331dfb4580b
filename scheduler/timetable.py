"""The timetable: APScheduler, in memory, told by us what to do when it is late."""

import logging
from collections.abc import Callable

from apscheduler.schedulers.blocking import BlockingScheduler

from flow8.engine.engine import Engine
from flow8.errors import Flow8Error
from scheduler.chores import Chore, chores
from scheduler.leader import Leader

log = logging.getLogger("scheduler")


def make_timetable(engine: Engine, leader: Leader) -> BlockingScheduler:
    """A timetable with every chore; `start` serves it until `shutdown`."""
    # It warns of each chore that takes longer than its interval: all do while MongoDB is away, which is told.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    timetable = BlockingScheduler(timezone="UTC")
    for chore in chores(engine.settings):
        timetable.add_job(
            as_leader(chore, engine, leader),
            "interval",
            seconds=chore.seconds,
            id=chore.name,
            # Its default of one second would drop a firing whenever the process was busy.
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    return timetable


def as_leader(chore: Chore, engine: Engine, leader: Leader) -> Callable[[], None]:
    """The chore as a job: done when this process leads, its faults logged, never ending the process."""

    def do() -> None:
        if not leader.leads():
            return
        try:
            chore.work(engine)
        except Flow8Error as error:
            log.warning("%s did not finish: %s", chore.name, error.message)
        except Exception:
            log.exception("%s broke; it is done again at its next time", chore.name)

    return do
