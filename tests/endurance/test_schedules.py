"""Schedulers that are killed while they lead: every due time is played, and none of them twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest

from flow8.domain.schedule import FiringState, Misfire, Timing
from flow8.services import schedules
from flow8.services.schedule_rules import Wish
from flow8.supervise import end_with_parent
from tests.support.crew import Crew
from tests.support.factories import a_flow
from tests.support.sizes import sized
from tests.support.system import ROOT, until

SCHEDULERS: Final = 3
KILLS: Final = sized(2, 30)
FIRINGS: Final = sized(20, 1000)
LEADS_SECONDS: Final = sized((1.0, 3.0), (8.0, 24.0))
"""How long a leader leads before it is killed."""
TAKEOVER: Final = 25.0
SEED: Final = 20260329
SECOND: Final = timedelta(seconds=1)

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(150, 2400))]


@dataclass
class Troupe:
    """Some schedulers over the database of a crew; those that are killed are started again."""

    crew: Crew
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    killed: list[int] = field(default_factory=list)

    def start(self) -> None:
        """One more scheduler."""
        with (self.crew.folder / f"scheduler{len(self.processes)}.log").open("wb") as output:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "scheduler"],
                    cwd=ROOT,
                    env=self.crew.environment,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - one prctl call, no lock
                )
            )

    def leader(self) -> int | None:
        """The process that leads, one of those that live."""
        row = self.crew.engine.store.database["leaders"].find_one({"_id": "scheduler"}) or {}
        pid = int((row.get("owner") or "::").split(":")[1] or 0)
        return pid if any(each.pid == pid and each.poll() is None for each in self.processes) else None

    def kill_leader(self) -> None:
        """SIGKILL, and another one in its place."""
        pid = until(self.leader, TAKEOVER, "a leader")
        os.kill(pid, signal.SIGKILL)
        self.killed.append(pid)
        self.start()

    def close(self) -> None:
        """Stop all of them."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(20)

    @property
    def output(self) -> str:
        """All that they said."""
        return "".join(path.read_text() for path in sorted(self.crew.folder.glob("scheduler*.log")))


def firings_of(crew: Crew, schedule_id: str) -> list[dict[str, Any]]:
    return list(crew.engine.store.database["firings"].find({"scheduleId": schedule_id}).sort("dueAt", 1))


def strike(crew: Crew, troupe: Troupe, rng: random.Random, *, amid: bool) -> None:
    """Kill the leader some time after it began to play, `amid` a firing if one can be met there."""
    begun = crew.engine.store.database["firings"].count_documents({})
    until(
        lambda: crew.engine.store.database["firings"].count_documents({}) > begun,
        TAKEOVER,
        "a firing under this leader",
    )
    time.sleep(rng.uniform(*LEADS_SECONDS))
    end = time.monotonic() + 1.5
    while amid and time.monotonic() < end:
        if crew.engine.store.database["firings"].find_one({"state": FiringState.OPEN.value}, {"_id": 1}):
            break
    troupe.kill_leader()


def test_every_due_time_is_played_once_whoever_is_killed(crew: Crew) -> None:
    rng, troupe = random.Random(SEED), Troupe(crew)
    crew.publish(a_flow())
    wish = Wish("ticks", "a-flow", Timing(interval_seconds=1), misfire=Misfire.SKIP.value, args={"n": 1})
    made = schedules.create_schedule(crew.engine, crew.actor, wish).schedule
    try:
        for _ in range(SCHEDULERS):
            troupe.start()
        for number in range(KILLS):
            strike(crew, troupe, rng, amid=number % 2 == 0)
        until(lambda: len(firings_of(crew, made.id)) >= FIRINGS, 1200, f"{FIRINGS} firings")
        until(troupe.leader, TAKEOVER, "a last leader")
        time.sleep(3)
        schedules.set_enabled(crew.engine, crew.actor, made.id, enabled=False)
        until(lambda: _all_settled(crew, made.id), TAKEOVER, "the last firing")
    finally:
        troupe.close()

    firings, plays = firings_of(crew, made.id), list(crew.engine.store.database["plays"].find())
    due = [each["dueAt"] for each in firings]
    first = made.due_at
    assert first is not None
    assert due == [first + n * SECOND for n in range(len(due))], "a due time is missing or there twice"
    assert Counter(each["state"] for each in firings) == {"played": len(due)}
    assert sorted(each["origin"]["scheduledFor"] for each in plays) == sorted(_text(each) for each in due)
    assert {each["_id"] for each in plays} == {each["playId"] for each in firings}
    assert len(troupe.killed) == KILLS
    assert "Traceback" not in troupe.output
    _tell(firings)


def _all_settled(crew: Crew, schedule_id: str) -> bool:
    return all(each["state"] != FiringState.OPEN.value for each in firings_of(crew, schedule_id))


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _tell(firings: list[dict[str, Any]]) -> None:
    """The figures of this run, for who runs it by hand."""
    late = sorted((each["settledAt"] - each["dueAt"]).total_seconds() for each in firings)
    middle, worst = late[len(late) // 2], late[-1]
    in_time = sum(seconds < 1 for seconds in late)
    print(  # noqa: T201
        f"{len(firings)} firings, {KILLS} leaders killed, each once; {in_time} within a second, "
        f"in the middle {middle:.3f} s late, at most {worst:.1f} s"
    )
