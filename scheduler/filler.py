"""Fills the timetable with the schedules that are due soon, each second anew, as MongoDB has them.

So a schedule that somebody made, changed or removed counts within two seconds, whoever told nobody. A job of
the timetable only says when to look: what is due is decided by what MongoDB says then, by the server's clock.
"""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.schedulers.blocking import BlockingScheduler

from flow8.engine.engine import Engine
from flow8.errors import Unavailable
from flow8.services import firing
from scheduler.leader import Leader

EVERY_SECONDS: Final = 1.0
AHEAD: Final = timedelta(seconds=2)
JUMP_SECONDS: Final = 1.0
REST_SECONDS: Final = 60.0
"""A schedule that broke something is left alone for so long."""
PREFIX: Final = "schedule "

log = logging.getLogger("scheduler")


class Filler:
    """A thread beside the timetable; only the leader fills it."""

    def __init__(self, engine: Engine, leader: Leader, timetable: BlockingScheduler) -> None:
        self._engine = engine
        self._leader = leader
        self._timetable = timetable
        self._chores = timetable.get_jobs()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="filler", daemon=True)
        self._added: dict[str, float] = {}
        self._resting: dict[str, float] = {}
        self._ahead = time.time() - time.monotonic()

    def start(self) -> None:
        """Begin to fill."""
        self._thread.start()

    def stop(self) -> None:
        """Fill no more; returns once nothing is filled."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            try:
                self.fill()
            except Unavailable as error:
                log.warning("schedules are not looked at: %s", error.message)
            except Exception:
                log.exception("filling the timetable broke; it is done again in a second")

    def fill(self) -> None:
        """Put what is due soon into the timetable.

        Raises:
            Unavailable: MongoDB does not answer.
        """
        self._mind_the_clock()
        if not self._leader.leads():
            return
        for name, seconds in firing.due_soon(self._engine, AHEAD).items():
            if not self._rests(name) and not self._is_at_work(name):
                self._add(name, seconds)

    def _rests(self, name: str) -> bool:
        if time.monotonic() - self._resting.get(name, float("-inf")) < REST_SECONDS:
            return True
        self._resting.pop(name, None)
        return False

    def _is_at_work(self, name: str) -> bool:
        """Whether its job has left the timetable and is not over; one that hangs counts for a minute."""
        is_new = time.monotonic() - self._added.get(name, float("-inf")) < REST_SECONDS
        return is_new and self._timetable.get_job(f"{PREFIX}{name}") is None

    def _add(self, name: str, seconds: float) -> None:
        self._added[name] = time.monotonic()
        self._timetable.add_job(
            self.fire,
            "date",
            args=[name],
            # By this machine's clock, however wrong: it is this clock that the timetable looks at.
            run_date=datetime.now(UTC) + timedelta(seconds=max(0.0, seconds)),
            id=f"{PREFIX}{name}",
            replace_existing=True,
            # Its default of one second would drop a firing whenever the process was busy.
            misfire_grace_time=None,
            max_instances=1,
        )

    def _mind_the_clock(self) -> None:
        """Do every chore at once when this machine's clock was put, lest it is long before their times."""
        ahead = time.time() - time.monotonic()
        if abs(ahead - self._ahead) > JUMP_SECONDS:
            log.warning("this machine's clock was put by %.0f seconds", ahead - self._ahead)
            for chore in self._chores:
                chore.modify(next_run_time=datetime.now(UTC))
        self._ahead = ahead

    def fire(self, name: str) -> None:
        """Do what is due of a schedule, as leader, and look again when it is due soon after."""
        try:
            token = self._leader.token()
            seconds = None if token is None else firing.fire(self._engine, name, token)
        except Unavailable as error:
            log.warning("schedule=%s goes on later: %s", name, error.message)
            seconds = None
        except Exception:
            log.exception("schedule=%s broke; it is left alone for a minute", name)
            self._resting[name] = time.monotonic()
            seconds = None
        self._added.pop(name, None)
        if seconds is not None and seconds <= AHEAD.total_seconds() and not self._stopped.is_set():
            self._add(name, seconds)
