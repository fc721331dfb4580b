"""Workers that are stopped (SIGSTOP) for two leases and go on then: whatever they still write is void."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Container, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from bench.chaos.work import flow
from flow8.domain.play import PlayState
from flow8.services import hands
from flow8.store.flows import FlowRecord
from flow8.store.plays import LEASE_SECONDS
from tests.support.crew import AUTHORIZATION, Crew, Worker
from tests.support.deeds import deed, lines_of, start_workers
from tests.support.loops import each, inside
from tests.support.sizes import sized
from tests.support.system import Answer, call, until

WORKERS: Final = sized(2, 10)
QUEUED_FOR_EACH: Final = sized(2, 4)
BY_CHANNEL: Final = sized(2, 10)
PLAYS: Final = WORKERS * QUEUED_FOR_EACH + BY_CHANNEL
CANCELLED: Final = slice(1, None, 4)
"""The loops of these workers are cancelled while they are stopped."""
RESCUERS: Final = sized(1, 2)
MILLISECONDS: Final = (1500, 3000)
"""How long a flowlet takes; three or four after one another make a play."""
STOP_AFTER: Final = (3, 0, 2)
"""Workers are stopped in the last, the first or a middle step of their quickest play: so many have ended."""
LONGEST_PAUSE: Final = 0.5
STOPPED_SECONDS: Final = 2.0 * LEASE_SECONDS
REFUSALS: Final = ("goes on in another worker", "is performed later")
"""What a worker says whose lease is lost, and one that was stopped while it waited for MongoDB."""
LOOKS: Final = 20 * WORKERS
"""So many connections reach every worker: the kernel chooses one for each."""
SEED: Final = 20260601

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(240, 600))]


def rounds(log: Path) -> dict[str, Any]:
    """A loop over three items, two at once, and something after it."""
    item, after = (deed(log, ref, "write", "{{ $args.milliseconds }}") for ref in ("item", "after"))
    return {
        "flow": "rounds",
        "name": "Rounds",
        "flowlets": [each([0, 1, 2], parallel=2), inside(item), after],
    }


@dataclass(frozen=True)
class Zombie:
    """A worker that was stopped while it performed plays."""

    worker: Worker
    pids: tuple[int, ...]
    plays: frozenset[str]
    stopped_at: float

    def go_on(self) -> None:
        """Continue it, as soon as it has rested for two leases."""
        time.sleep(max(0.0, self.stopped_at + STOPPED_SECONDS - time.monotonic()))
        for pid in self.pids:
            os.kill(pid, signal.SIGCONT)

    def has_given_up(self, answered: Container[str]) -> bool:
        """Whether it tried to go on with each of its plays and could not, or its client was answered."""
        said = self.worker.output
        return all(
            play_id in answered or any(f"play {play_id} {words}" in said for words in REFUSALS)
            for play_id in self.plays
        )


@dataclass
class Scene:
    """Plays in the hands of workers that are going to be stopped."""

    crew: Crew
    branches: FlowRecord
    loops: FlowRecord
    rng: random.Random

    def begin(self, port: int, clients: ThreadPoolExecutor) -> list[Future[Answer]]:
        """Start every play, some through a channel; the answers that the clients there will get."""
        url = f"http://127.0.0.1:{port}/orders"
        asked = [
            clients.submit(call, "POST", url, self.args(n), AUTHORIZATION, 200) for n in range(BY_CHANNEL)
        ]
        for n in range(BY_CHANNEL, PLAYS):
            self.crew.stage.accept(self.loops if n % 4 else self.branches, self.args(n))
        until(lambda: len(self.lines(ends=False)) == PLAYS, 30, "the start of every play")
        assert [waiting.result() for waiting in asked if waiting.done()] == []
        return asked

    def args(self, n: int) -> dict[str, int]:
        """The args of the play `n`."""
        return {"n": n, "milliseconds": self.rng.randint(*MILLISECONDS)}

    def lines(self, *, ends: bool) -> Counter[tuple[int, str]]:
        """How many flowlets began, or ended, in each process and play."""
        return Counter((line.pid, line.play) for line in lines_of(self.crew) if line.ends is ends)

    def stop(self, worker: Worker, after: int, pause: float) -> Zombie:
        """Stop a worker a moment after the first of its plays has ended so many flowlets."""
        children = worker.children()

        def is_time() -> bool:
            ended = self.lines(ends=True)
            return any(ended[key] >= after for key in self.lines(ends=False) if key[0] in children)

        until(is_time, 30, f"the end of {after} flowlets")
        time.sleep(pause)
        pids = (worker.process.pid, *children)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        plays = frozenset(play for pid, play in self.lines(ends=False) if pid in children)
        return Zombie(worker, pids, plays, time.monotonic())

    def cancel(self, zombies: list[Zombie]) -> int:
        """Cancel the loops that these workers held; how many there are."""
        looping = {row["_id"] for row in self.stored().values() if row.get("flow") == "rounds"}
        cancelled = looping.intersection(play_id for zombie in zombies for play_id in zombie.plays)
        for play_id in cancelled:
            hands.cancel(self.crew.engine, self.crew.actor, play_id)
        return len(cancelled)

    def stored(self) -> dict[str, dict[str, Any]]:
        """Every play and every iteration as they are stored."""
        database = self.crew.engine.store.database
        return {row["_id"]: row for name in ("plays", "iterations") for row in database[name].find()}

    def states(self) -> Counter[str]:
        """How many plays are in which state."""
        return Counter(row["state"] for row in self.crew.engine.store.database["plays"].find())

    def told_twice(self) -> list[tuple[str, int]]:
        """Places in histories that listeners were told of more than once."""
        rows = self.crew.engine.store.database["events"].find({"seq": {"$exists": True}})
        told = Counter((row["playId"], row["seq"]) for row in rows)
        return [place for place, times in told.items() if times > 1]


@pytest.fixture
def scene(deed_crew: Crew) -> Iterator[Scene]:
    """A scene whose stopped workers go on at its end, so that they can be told to stop."""
    log = deed_crew.stage.log
    yield Scene(deed_crew, deed_crew.publish(flow(log)), deed_crew.publish(rounds(log)), random.Random(SEED))
    for worker in deed_crew.workers:
        if worker.process.poll() is None:
            for pid in (worker.process.pid, *worker.children()):
                os.kill(pid, signal.SIGCONT)


@pytest.fixture
def clients() -> Iterator[ThreadPoolExecutor]:
    """Threads for clients who wait at a channel."""
    with ThreadPoolExecutor(BY_CHANNEL) as pool:
        yield pool


def faults_of(row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a finished play."""
    places = [line["seq"] for line in row["history"]]
    if places != list(range(1, len(places) + 1)):
        yield f"{row['_id']}: its history has the places {places}"
    ends = [line["type"] for line in row["history"] if line["type"] in ("play:completed", "play:failed")]
    if ends != ["play:completed"] or "lease" in row:
        yield f"{row['_id']}: its ends are {ends}, its lease {row.get('lease')}"


def went_on(scene: Scene, zombie: Zombie) -> list[str]:
    """Flowlets that a continued worker began after it had ended another one of the same play."""
    lines = [line for line in lines_of(scene.crew) if line.pid in zombie.pids and line.play in zombie.plays]
    later = [line for line in lines if line.at > zombie.stopped_at]
    return [
        f"{line.play}/{line.ref}"
        for place, line in enumerate(later)
        if not line.ends and any(other.play == line.play and other.ends for other in later[:place])
    ]


def test_what_a_worker_writes_that_was_stopped_for_two_leases_is_void(
    scene: Scene, clients: ThreadPoolExecutor
) -> None:
    crew, rng = scene.crew, scene.rng
    doomed = start_workers(crew, WORKERS, WORKER_THREADS=str(QUEUED_FOR_EACH))
    port = crew.open_channel(scene.branches, timeout_seconds=300).channel.port
    until(lambda: all(crew.answers(port) for _ in range(LOOKS)), what="the channel in every worker")
    asked = scene.begin(port, clients)
    with ThreadPoolExecutor(WORKERS) as pool:
        afters = [STOP_AFTER[n % len(STOP_AFTER)] for n in range(WORKERS)]
        pauses = [rng.uniform(0, LONGEST_PAUSE) for _ in range(WORKERS)]
        zombies = list(pool.map(scene.stop, doomed, afters, pauses))
    assert (sum(len(zombie.plays) for zombie in zombies), scene.states()) == (PLAYS, {PlayState.RUN: PLAYS})

    cancelled = scene.cancel(zombies[CANCELLED])
    rescuers = start_workers(crew, RESCUERS)
    ended = {PlayState.DONE: PLAYS - cancelled, PlayState.CANCELLED: cancelled}
    until(lambda: scene.states() == ended, 90, "the end of every play in other hands")
    before = scene.stored()
    for zombie in zombies:
        zombie.go_on()
    answers = [waiting.result() for waiting in asked]
    answered = {answer.headers["X-Flow8-Play"] for answer in answers}
    until(lambda: all(zombie.has_given_up(answered) for zombie in zombies), 60, "every zombie's refusal")
    for worker in rescuers:
        worker.stop()
    assert scene.stored() == before
    fresh = crew.stage.accept(scene.branches, scene.args(PLAYS))
    until(lambda: crew.stage.load(fresh).state is PlayState.DONE, 60, "a play of a worker that went on")
    codes = [worker.stop() for worker in doomed]

    after = scene.stored()
    assert {key: row for key, row in after.items() if key != fresh} == before
    assert [fault for row in after.values() if "history" in row for fault in faults_of(row)] == []
    assert [flowlet for zombie in zombies for flowlet in went_on(scene, zombie)] == []
    assert scene.told_twice() == []
    assert {answer.json["n"]: answer.status for answer in answers} == dict.fromkeys(range(BY_CHANNEL), 200)
    assert codes == [0] * WORKERS
