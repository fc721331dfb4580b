"""Whatever happens in whatever order to plays, workers and leases: the rules hold after each step.

Workers take turns over a real MongoDB (`tests/support/turns.py`), and time stands still between the steps.
What must hold stands in `tests/support/turn_watch.py`. At the end of each run the storm is over: whatever is
waited for comes, and every play must end.
"""

import logging
from collections import Counter
from typing import Final

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from config.settings import Settings
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine import performance
from flow8.engine.start import start
from flow8.registry import load_registry
from flow8.services import hands
from flow8.store import Store
from flow8.store.flows import FlowRecord
from tests.support import turns
from tests.support.sizes import is_full, sized
from tests.support.turn_doubles import PausingQueue
from tests.support.turn_flows import EXECUTION, FLOWS, STARTED
from tests.support.turn_stage import TURN_MODULES, TurnStage
from tests.support.turn_watch import MANY, Watched, pick

pytestmark = pytest.mark.timeout(sized(900, 7_200))

RUNS: Final = sized(25, 500)
STEPS: Final = 50
MOST_PLAYS: Final = 6
MOST_JOBS: Final = 8
PICK: Final = st.integers(0, 11)
FLOW: Final = st.sampled_from(STARTED)
POINT: Final = st.sampled_from([turns.BEGINS, turns.ACTS, turns.WRITES, turns.HAS_WRITTEN, turns.LOOKS])

log = logging.getLogger("turns")


class Machine(Watched):
    """Plays of every kind, workers that take turns, and everything that may befall them."""

    @initialize(flows=st.lists(FLOW, min_size=2, max_size=3))
    def begin(self, flows: list[str]) -> None:
        """Some plays are accepted, and a worker hears of them."""
        for flow in flows:
            start(self.stage.engine, self.request(flow))
        self.take_what_was_rung(self.worker(0))

    @precondition(lambda self: len(self.before) < MOST_PLAYS)
    @rule(flow=FLOW, worker=st.none() | PICK)
    def accept(self, flow: str, worker: int | None) -> None:
        """Somebody starts a play, through the queue or on the channel port of a worker."""
        if worker is None:
            start(self.stage.engine, self.request(flow))
        else:
            self.turn_of(self.worker(worker).start_here(self.request(flow)))

    @precondition(lambda self: len(self.stage.jobs) < MOST_JOBS)
    @rule(play=PICK, worker=PICK)
    def take(self, play: int, worker: int) -> None:
        """A message reaches a worker, be it the first of its kind or not."""
        self.turn_of(self.worker(worker).take(pick(sorted(self.before), play)))

    @precondition(lambda self: self.stage.rings.rung)
    @rule(worker=PICK)
    def hear_the_rings(self, worker: int) -> None:
        """A worker hears every ring."""
        self.take_what_was_rung(self.worker(worker))

    @precondition(lambda self: self.stage.jobs)
    @rule(job=PICK, times=st.sampled_from([1, 2, 4, MANY]))
    def go_on(self, job: int, times: int) -> None:
        """Somebody gets some turns."""
        self.turns_of(pick(self.stage.jobs, job), times)

    @precondition(lambda self: self.stage.jobs)
    @rule(times=st.integers(1, 4))
    def everybody_goes_on(self, times: int) -> None:
        """Everybody gets some turns."""
        for _ in range(times):
            for job in self.stage.jobs:
                self.turns_of(job, 1)

    @precondition(lambda self: self.stage.jobs)
    @rule(job=PICK, answer=st.sampled_from([turns.FAIL, turns.FAIL_FOR_GOOD, turns.SKIP]))
    def end_badly(self, job: int, answer: str) -> None:
        """A module fails, or has nothing to do."""
        chosen = pick(self.jobs_in_modules() or self.stage.jobs, job)
        if self.turns_until(chosen, turns.ACTS):
            self.turn_of(chosen, answer)

    @precondition(lambda self: self.stage.jobs)
    @rule(job=PICK, point=st.sampled_from([turns.WRITES, turns.HAS_WRITTEN]))
    def break_a_connection(self, job: int, point: str) -> None:
        """MongoDB does not hear of a write, or hears of it and its answer is lost."""
        chosen = pick(self.stage.jobs, job)
        if self.turns_until(chosen, point):
            self.turn_of(chosen, turns.BREAK)

    @precondition(lambda self: self.stage.jobs)
    @rule(job=PICK, point=POINT)
    def crash(self, job: int, point: str) -> None:
        """The process in which something runs is killed with -9, at such a point."""
        chosen = pick(self.jobs_in_modules() or self.stage.jobs, job)
        self.turns_until(chosen, point)
        for worker in self.stage.workers:
            if chosen in worker.jobs:
                worker.die()

    @rule(seconds=st.sampled_from([1, 4, 11, 31, 90]))
    def time_passes(self, seconds: int) -> None:
        """Workers renew their leases, and the sweep comes."""
        self.stage.clock.go_on(seconds)
        self.beat()
        self.sweep()

    @rule(seconds=st.sampled_from([31, 90]))
    def everybody_sleeps(self, seconds: int) -> None:
        """Every worker is stopped for longer than its leases last; a new one hears the rings of the sweep."""
        self.stage.clock.go_on(seconds)
        self.sweep()
        self.take_what_was_rung(self.stage.add_worker())

    @rule(worker=st.none() | PICK)
    def disturb(self, worker: int | None) -> None:
        """Every ring that nobody heard yet is lost; or SIGTERM: a worker gives back what it holds."""
        if worker is None:
            self.stage.rings.rung.clear()
        else:
            self.worker(worker).engine.drain()

    @rule(play=PICK, hand=st.sampled_from(["cancel", "hold", "resume", "approved", "declined", "event"]))
    def lay_hands_on(self, play: int, hand: str) -> None:
        """Somebody wants something of a play."""
        play_id = pick(sorted(self.before), play)
        if hand == "event":
            self.ask(hands.send_event, play_id, "told", {"n": 1})
        elif hand in ("approved", "declined"):
            self.decide(play_id, hand)
        else:
            self.ask(getattr(hands, hand), play_id)


def test_the_rules_hold_whatever_happens_in_whatever_order(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performance, "queue", PausingQueue)  # the standard library's, not a part of ours
    company = store.companies.ensure("default", "Default")
    stage = TurnStage(settings, store, load_registry([TURN_MODULES]))

    class Run(Machine):
        pass

    Run.stage, Run.ends = stage, Counter()
    Run.actor = Actor(company.id, "ana", RIGHTS[Role.ADMIN], "test")
    Run.flows = {name: published(store, company.id, name) for name in FLOWS}

    run_state_machine_as_test(
        Run,
        settings=hypothesis_settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not is_full(),
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    log.info("plays by how they ended: %s", dict(sorted(Run.ends.items())))


def published(store: Store, company_id: str, name: str) -> FlowRecord:
    """A flow of the table, published."""
    flow = {"flow": name, "name": name, "flowlets": FLOWS[name], "execution": EXECUTION.get(name, {})}
    return store.flows.publish(store.flows.create(company_id, flow, "test"), None, "test")
