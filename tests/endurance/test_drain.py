"""Workers that are told to stop (SIGTERM) under load: out in half a minute, and others go on at once."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

import pytest

from bench.chaos.evidence import Line
from flow8.domain.play import PlayState
from flow8.ids import new_id
from flow8.store.flows import FlowRecord
from tests.support.crew import AUTHORIZATION, Crew, Worker
from tests.support.deeds import deed, lines_of, start_workers
from tests.support.sizes import sized
from tests.support.system import call, until

ROUNDS: Final = sized(1, 4)
PLAYS: Final = sized(24, 120)
CALLERS: Final = sized(3, 12)
EFFECTS: Final = ("write", "read", "irreversible", "write")
"""What the flowlets of a play do, one after another."""
SECONDS: Final = (0.1, 20.0)
"""How long a flowlet takes. None of these runs twice."""
LONGEST_PLAY: Final = 35.0
LATE_ONES: Final = tuple((5.0 + 2 * n, 19.0, 0.1, 0.1) for n in range(6))
"""Plays with a second flowlet that would not end in time if the worker began it after the signal."""
TOO_LONG_ONES: Final = ((31.0, 0.1, 0.1, 0.1),) * 2
"""Plays with a first flowlet that no stop waits for. It runs again elsewhere."""
LONGEST_PAUSE: Final = 2.0
OUT_WITHIN: Final = 30.0
AT_ONCE: Final = 8.0
"""A lease that nobody gives back takes 20 seconds at least."""
QUIET_SECONDS: Final = 150.0
SEED: Final = 20260707

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(300, 900))]

Durations = tuple[float, ...]


def steps(log: Path) -> dict[str, Any]:
    """A flow of four deeds, each as long as the args say."""
    flowlets = [
        deed(log, f"step{place}", effect, f"{{{{ $args.milliseconds[{place}] }}}}")
        for place, effect in enumerate(EFFECTS)
    ]
    return {"flow": "steps", "name": "Steps", "flowlets": flowlets}


def some_durations(rng: random.Random) -> Durations:
    """Short flowlets more often than long ones."""
    shortest, longest = SECONDS
    while True:
        found = tuple(shortest * (longest / shortest) ** rng.random() for _ in EFFECTS)
        if sum(found) <= LONGEST_PLAY:
            return found


def args_of(n: int, seconds: Durations) -> dict[str, Any]:
    """The args of one play."""
    return {"n": n, "milliseconds": [int(1000 * each) for each in seconds]}


@dataclass
class Caller:
    """A client of a channel: has one play after another, and asks under one key until it is heard."""

    port: int
    rng: random.Random
    over: threading.Event
    heard: dict[str, set[str]] = field(default_factory=dict)
    """The plays of each key."""
    strange: list[str] = field(default_factory=list)

    def ask_on(self) -> None:
        """Ask until all is over."""
        while not self.over.is_set():
            key, n = new_id(), self.rng.randrange(1000)
            body = args_of(n, tuple(self.rng.uniform(0.1, 1.0) for _ in EFFECTS))
            until(lambda: self._is_heard(key, body), 60, f"an answer to {key}")  # noqa: B023 - called at once

    def _is_heard(self, key: str, body: dict[str, Any]) -> bool:
        headers = {**AUTHORIZATION, "Idempotency-Key": key}
        try:
            answer = call("POST", f"http://127.0.0.1:{self.port}/orders", body, headers, 60)
        except (OSError, HTTPException):
            return False
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            return False
        is_right = answer.status == HTTPStatus.ACCEPTED or (
            answer.status == HTTPStatus.OK and answer.json["n"] == body["n"]
        )
        if not is_right:
            self.strange.append(f"{body} was answered {answer.status} {answer.text}")
        self.heard.setdefault(key, set()).add(answer.headers.get("X-Flow8-Play", ""))
        return True


@dataclass(frozen=True)
class Left:
    """A worker that was told to stop, and is gone."""

    pids: frozenset[int]
    told_at: float
    gone_at: float
    code: int

    def faults(self, lines: Sequence[Line]) -> Iterator[str]:
        """What this worker did wrong, and what was left undone after it."""
        if self.code != 0 or self.gone_at - self.told_at > OUT_WITHIN:
            yield f"it ended with {self.code} after {self.gone_at - self.told_at:.1f} s"
        for play_id in {line.play for line in lines if line.pid in self.pids}:
            yield from self._pause(play_id, [line for line in lines if line.play == play_id])

    def _pause(self, play_id: str, lines: Sequence[Line]) -> Iterator[str]:
        """A play that was not gone on with at once."""
        mine = [line for line in lines if line.pid in self.pids]
        # It may have been gone on with already when a flowlet that took too long still wrote its end.
        theirs = [line for line in lines if line.pid not in self.pids and line.at > self.told_at]
        if theirs and theirs[0].at > mine[-1].at:
            seconds = theirs[0].at - (mine[-1].at if mine[-1].ends else self.gone_at)
            if seconds > AT_ONCE:
                yield f"play {play_id} was let lie for {seconds:.1f} s after {mine[-1]}"


def stop(worker: Worker) -> Left:
    """Tell a worker to stop, and wait until it is gone."""
    pids, told_at = frozenset(worker.children()), time.monotonic()
    code = worker.stop(60)
    return Left(pids, told_at, time.monotonic(), code)


@dataclass
class Scene:
    """Plays of the queue, and what became of them."""

    crew: Crew
    record: FlowRecord
    rng: random.Random
    plays: dict[str, Durations] = field(default_factory=dict)

    def load(self) -> None:
        """Start plays, and let them all begin."""
        orders = [*LATE_ONES, *TOO_LONG_ONES, *(some_durations(self.rng) for _ in range(PLAYS))]
        self.rng.shuffle(orders)
        fresh = {self.crew.stage.accept(self.record, args_of(n, each)): each for n, each in enumerate(orders)}
        self.plays |= fresh
        until(lambda: fresh.keys() <= {line.play for line in lines_of(self.crew)}, 60, "every start")
        time.sleep(self.rng.uniform(0, LONGEST_PAUSE))

    def rows(self) -> list[dict[str, Any]]:
        """Every play as it is stored."""
        return list(self.crew.engine.store.database["plays"].find({}, {"state": 1, "error": 1}))

    def are_over(self) -> bool:
        """Whether nothing is left to be done."""
        return all(row["state"] not in (PlayState.NEW, PlayState.RUN) for row in self.rows())

    def repeated(self, lines: Sequence[Line], left: Sequence[Left]) -> Iterator[str]:
        """Flowlets that ran again, but for those which no stop waits for."""
        begun: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in lines:
            if not line.ends:
                begun[line.play, line.ref].append(line)
        gone = frozenset(pid for each in left for pid in each.pids)
        for (play_id, ref), (*earlier, _) in begun.items():
            durations = self.plays.get(play_id, ())
            may_be_cut = durations in TOO_LONG_ONES and ref == "step0"
            if earlier and not (may_be_cut and all(line.pid in gone for line in earlier)):
                yield f"{ref} of {play_id} {durations} began {len(earlier) + 1} times"


def test_a_worker_that_is_told_to_stop_is_gone_in_time_and_its_plays_go_on_at_once(deed_crew: Crew) -> None:
    rng, over = random.Random(SEED), threading.Event()
    scene = Scene(deed_crew, deed_crew.publish(steps(deed_crew.stage.log)), rng)
    worker = start_workers(deed_crew, 1, WORKER_THREADS="200")[0]
    port = deed_crew.open_channel(scene.record, timeout_seconds=60).channel.port
    until(lambda: deed_crew.answers(port), what="the channel")
    callers = [Caller(port, random.Random(rng.random()), over) for _ in range(CALLERS)]
    left: list[Left] = []

    with ThreadPoolExecutor(CALLERS) as pool:
        asking = [pool.submit(caller.ask_on) for caller in callers]
        for _ in range(ROUNDS):
            scene.load()
            successor = start_workers(deed_crew, 1, WORKER_THREADS="200")[0]
            left.append(stop(worker))
            worker = successor
        over.set()
        for each in asking:
            each.result()
    until(scene.are_over, QUIET_SECONDS, "the end of every play")

    lines, rows = lines_of(deed_crew), scene.rows()
    assert [fault for each in left for fault in each.faults(lines)] == []
    assert list(scene.repeated(lines, left)) == []
    assert {row["state"] for row in rows} == {PlayState.DONE}, [row for row in rows if "error" in row]
    assert [words for caller in callers for words in caller.strange] == []
    heard = [plays for caller in callers for plays in caller.heard.values()]
    assert [plays for plays in heard if len(plays) != 1] == []
    assert {*scene.plays, *(play_id for plays in heard for play_id in plays)} == {row["_id"] for row in rows}
