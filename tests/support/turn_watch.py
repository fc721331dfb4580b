"""Watches engines that take turns: what must hold after each of them, and that every play ends in the end."""

import contextlib
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, invariant

from flow8.domain.access import Actor
from flow8.domain.play import Origin
from flow8.engine.accept import StartRequest
from flow8.engine.rescue import sweep
from flow8.errors import Conflict, NotFound
from flow8.services import hands
from flow8.services.approvals import decide
from flow8.store.flows import FlowRecord
from tests.support import turns
from tests.support.play_rows import (
    Document,
    has_failed,
    history_has_no_gaps,
    is_over,
    it_may_have_come_from,
    iterations_over,
    layer_state,
    something_moves_it_on,
)
from tests.support.turn_flows import AROUND, FLOWS, TURNS
from tests.support.turn_stage import TurnStage, Worker
from tests.support.turns import Job

MOST_WORKERS: Final = 3
ROUNDS: Final = 80
SOON: Final = 12
MANY: Final = 25
"""So many turns take most jobs to where they wait for somebody else."""
IRREVERSIBLE: Final = "/pay"

T = TypeVar("T")


def pick(things: Sequence[T], number: int) -> T:
    """One of some things."""
    return things[number % len(things)]


class Watched(RuleBasedStateMachine):
    """One run, watched: whatever rules come to it, what must hold is looked at after every turn."""

    stage: TurnStage
    flows: dict[str, FlowRecord]
    actor: Actor
    ends: Counter[str]
    """How plays ended, in all runs."""

    def __init__(self) -> None:
        super().__init__()
        self.clean()
        self.before: dict[str, Document] = {}
        self.looked_at: Any = None
        self.settled: dict[str, Document] = {}
        self.began: Counter[str] = Counter()
        self.acted: Counter[str] = Counter()
        self.owed: set[tuple[str, str]] = set()
        """Effects that are over; whatever is slow waits until they are written."""

    def clean(self) -> None:
        """Nothing of an earlier run is there."""
        stage = self.stage
        for name in ("plays", "iterations", "slots", "payloads", "audit"):
            stage.store.database[name].delete_many({})
        stage.workers.clear()
        stage.writes.clear()
        stage.rings.rung.clear()
        stage.told.events.clear()

    # How it happens

    def worker(self, number: int) -> Worker:
        """One of the workers; a new one while there are few."""
        workers = [each for each in self.stage.workers if each.takes_plays]
        if len(workers) < MOST_WORKERS and number >= len(workers):
            return self.stage.add_worker()
        found: Worker = pick(workers, number)
        return found

    def jobs_in_modules(self) -> list[Job]:
        """What is about to act, or has just acted."""
        points = (turns.BEGINS, turns.ACTS)
        return [job for job in self.stage.jobs if job.point is not None and job.point.name in points]

    def request(self, flow: str) -> StartRequest:
        """A wish that a flow be played."""
        return StartRequest(self.flows[flow], {}, Origin("test"))

    def sweep(self) -> None:
        """The scheduler rings for what is due."""
        sweep(self.stage.engine)

    def take_what_was_rung(self, worker: Worker) -> None:
        """A worker takes every message off its queue."""
        while self.stage.rings.rung:
            play_id, _ = self.stage.rings.rung.popitem()
            self.turn_of(worker.take(play_id))

    def turns_of(self, job: Job, times: int) -> None:
        """Give a job so many turns, unless it ends before."""
        for _ in range(times):
            if not job.is_over:
                self.turn_of(job)

    def turns_until(self, job: Job, point: str) -> bool:
        """Give a job turns until it pauses at this point; whether it does so soon."""
        for _ in range(SOON):
            if job.point is None or job.point.name == point:
                break
            self.turn_of(job)
        return job.point is not None and job.point.name == point

    def turn_of(self, job: Job, answer: str = turns.GO_ON) -> None:
        """Give a job a turn, and see what it did."""
        acted = job.point.key if job.point is not None and job.point.name == turns.ACTS else None
        self.stage.go_on(job, answer)
        if acted is not None and job.lease is not None and TURNS[parts_of(acted)[1]] != "read":
            self.owed.add((job.lease.token, acted))
        if job.point is not None and job.point.name == turns.BEGINS:
            self.see_it_begin(job, job.point.key)
        elif job.point is not None and job.point.name == turns.ACTS:
            self.acted[job.point.key] += 1
        self.look()

    def beat(self) -> None:
        """Every worker that lives looks after its leases."""
        for worker in self.stage.workers:
            if not worker.is_dead:
                worker.held.beat()

    def ask(self, hand: Any, *args: Any, **more: Any) -> None:
        """Lay hands on a play; it may be too late or too early for that."""
        with contextlib.suppress(Conflict, NotFound):
            hand(self.stage.engine, self.actor, *args, **more)

    def decide(self, play_id: str, decision: str) -> None:
        """Decide everything in a play that waits for it."""
        for layer_id in self.before.get(play_id, {}).get("layers", {}):
            if layer_id.partition("#")[0] == "asked":
                self.ask(decide, play_id, layer_id, decision=decision)

    def rows(self) -> dict[str, Document]:
        """Every play as it stands in MongoDB."""
        return {row["_id"]: row for row in self.stage.store.database["plays"].find()}

    # The calm after the storm

    def teardown(self) -> None:
        """The storm is over; every play ends."""
        for _ in range(ROUNDS):
            if not self.unfinished():
                break
            self.calm_round()
        left = self.unfinished()
        for worker in self.stage.workers:
            worker.die()
        assert left == {}
        self.see_that_what_is_done_was_done()

    def unfinished(self) -> Document:
        """The plays that are not over."""
        return {play_id: row for play_id, row in self.rows().items() if not is_over(row)}

    def calm_round(self) -> None:
        """All that somebody waits for comes, everybody gets many turns, and some seconds pass."""
        for play_id in self.unfinished():
            self.ask(hands.resume, play_id)
            self.ask(hands.send_event, play_id, "told")
            self.decide(play_id, "approved")
        self.sweep()
        self.take_what_was_rung(self.calm_worker())
        for _ in range(3):
            for job in self.stage.jobs:
                self.turns_of(job, MANY)
        self.stage.clock.go_on(8)
        self.beat()
        self.look()

    def calm_worker(self) -> Worker:
        """A worker that does not drain."""
        workers = [each for each in self.stage.workers if each.takes_plays]
        return workers[0] if workers else self.stage.add_worker()

    # What holds

    @invariant()
    def look(self) -> None:
        """Compare what stands in MongoDB with what stood there before."""
        now = self.stage.clock.now()
        if (self.stage.plays.changes, now) == self.looked_at:
            return
        self.looked_at = (self.stage.plays.changes, now)
        rows = self.rows()
        for play_id, row in rows.items():
            something_moves_it_on(row, now)
            if row != self.before.get(play_id):
                history_has_no_gaps(row)
                it_may_have_come_from(self.before.get(play_id), row, now)
        assert self.before.keys() <= rows.keys()
        self.before = rows
        self.see_that_only_holders_wrote()
        self.see_that_settled_iterations_stay()
        assert all(len(row["holders"]) <= 1 for row in self.stage.store.database["slots"].find())

    def see_that_only_holders_wrote(self) -> None:
        """A write was taken only while its lease was the play's; and one not taken changed nothing."""
        for written in self.stage.writes:
            holder = (written.before.get("lease") or {}).get("token")
            assert holder == written.lease.token if written.taken else written.before == written.after
        self.stage.writes.clear()

    def see_that_settled_iterations_stay(self) -> None:
        """What a play counts as over is written, and never changes again."""
        over = [name for row in self.before.values() for name in iterations_over(row)]
        if over:
            found = {row["_id"]: row for row in self.stage.store.database["iterations"].find()}
            for name in over:
                assert self.settled.setdefault(name, found[name]) == found[name]

    def see_it_begin(self, job: Job, key: str) -> None:
        """A module is about to act. That is right only while its layer runs, by what is written.

        The module of a zombie cannot know better; that nothing of it is written is seen elsewhere.
        """
        self.began[key] += 1
        assert self.began[key] == 1 or not key.endswith(IRREVERSIBLE), f"{key} begins again"
        play_id, _, layer_id = key.partition("/")
        row = self.rows()[play_id]
        if job.lease is not None and (row.get("lease") or {}).get("token") == job.lease.token:
            states = [layer_state(row, layer_id), *self.settled_state(key)]
            assert all(state in (None, "RUN") for state in states), f"{key} begins again after its end"
            if not job.is_part:
                assert not has_failed(row, FLOWS[row["flow"]]), f"{key} begins in a play that has failed"
                owed = [each for token, each in self.owed if token == job.lease.token and each != key]
                assert [each for each in owed if layer_state(row, each.partition("/")[2]) == "RUN"] == []

    def settled_state(self, key: str) -> list[str]:
        """How a layer stands in an iteration that is over."""
        play_id, ref, suffix = parts_of(key)
        row = self.settled.get(f"{play_id}/{AROUND.get(ref)}{suffix}")
        return [] if row is None else [row["layers"][ref]["state"]]

    def see_that_what_is_done_was_done(self) -> None:
        """No flowlet is called done that did not act."""
        for play_id, row in self.rows().items():
            self.ends[f"{row['flow']} {row['state']} {row.get('error', {}).get('code', '')}"] += 1
            for layer_id, layer in row.get("layers", {}).items():
                if layer["state"] == "DONE" and layer_id in TURNS:
                    assert self.acted[f"{play_id}/{layer_id}"] >= 1
        for name, row in self.settled.items():
            suffix = name[name.index("#") :]
            for ref, layer in row["layers"].items():
                if layer["state"] == "DONE" and ref in TURNS:
                    assert self.acted[f"{row['playId']}/{ref}{suffix}"] >= 1


def parts_of(key: str) -> tuple[str, str, str]:
    """The play, the ref and, inside loops, the positions that the key of a flowlet names."""
    play_id, _, layer_id = key.partition("/")
    ref, sign, places = layer_id.partition("#")
    return play_id, ref, sign + places
