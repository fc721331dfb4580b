"""Starting plays: what is refused, what a key repeats, the short way, and how many writes each way costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import monitoring

from config.settings import Settings
from flow8.broker.bell import Bell
from flow8.clock import utc_now
from flow8.domain.play import Origin, PlayState
from flow8.engine.engine import Engine, engine_of
from flow8.engine.perform import perform
from flow8.engine.start import StartRequest, start, start_and_wait, start_here, wait
from flow8.errors import Conflict, Invalid, NotFound
from flow8.live import Event, Live
from flow8.registry import Registry
from flow8.store.database import open_database
from flow8.store.store import store_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.system import until

SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}
PURE = [{"ref": ref, "appId": "var", "args": {"values": {"n": 1}}} for ref in ("a", "b", "c")]


def a_request(stage: Stage, flow: dict[str, Any] | None = None, **changes: Any) -> StartRequest:
    return StartRequest(
        stage.publish(flow or a_flow(*PURE)), **{"args": {}, "origin": Origin("test"), **changes}
    )


def test_args_are_checked_against_input_and_every_problem_is_named(stage: Stage) -> None:
    request = a_request(stage, a_flow(*PURE, input=SCHEMA), args={"id": "x", "name": 1})

    with pytest.raises(Invalid) as refused:
        start(stage.engine, request)

    assert [problem.path for problem in refused.value.problems] == ["args.id", "args.name"]
    assert stage.engine.store.database["plays"].count_documents({}) == 0


def test_a_flow_that_was_never_published_cannot_run(stage: Stage) -> None:
    flow = stage.engine.store.flows.create(stage.company_id, a_flow(), "test")

    with pytest.raises(Conflict) as refused:
        start(stage.engine, StartRequest(flow, {}, Origin("test")))

    assert refused.value.error_code == "FLOW_NOT_PUBLISHED"


def test_a_disabled_flow_runs_only_by_force(stage: Stage) -> None:
    request = a_request(stage, a_flow(*PURE, enabled=False))

    with pytest.raises(Conflict) as refused:
        start(stage.engine, request)
    forced = start(stage.engine, replace(request, force=True))

    assert refused.value.error_code == "FLOW_DISABLED"
    assert forced.state is PlayState.NEW


def test_the_same_key_gives_the_same_play_and_with_other_args_a_conflict(stage: Stage) -> None:
    request = a_request(stage, args={"a": 1, "b": 2}, idempotency_key="k")

    first = start(stage.engine, request)
    again = start(stage.engine, replace(request, args={"b": 2, "a": 1}))
    with pytest.raises(Conflict) as refused:
        start(stage.engine, replace(request, args={"a": 2}))

    assert again.play_id == first.play_id
    assert refused.value.error_code == "IDEMPOTENCY_MISMATCH"


def test_a_key_is_free_again_after_a_day(stage: Stage) -> None:
    request = a_request(stage, idempotency_key="k")
    first = start(stage.engine, request)
    yesterday = utc_now() - timedelta(hours=25)
    stage.engine.store.database["plays"].update_one(
        {"_id": first.play_id}, {"$set": {"createdAt": yesterday}}
    )

    second = start(stage.engine, request)

    assert second.play_id != first.play_id


def test_the_short_way_answers_with_the_finished_play(stage: Stage) -> None:
    outcome = start_here(stage.engine, a_request(stage), 10)

    assert (outcome.state, outcome.output) == (PlayState.DONE, {"n": 1})
    assert stage.load(outcome.play_id).state is PlayState.DONE


def test_the_short_way_lets_a_slow_play_go_on(stage: Stage) -> None:
    request = a_request(stage, a_flow(stage.probe("slow", effect="read", seconds=0.5)))

    early = start_here(stage.engine, request, 0.05)
    late = wait(stage.engine, early.play_id, 10)

    assert (early.finished, late.state) == (False, PlayState.DONE)


def test_the_short_way_repeats_the_answer_for_a_key(stage: Stage) -> None:
    request = a_request(stage, a_flow(stage.probe("once")), idempotency_key="k")

    first, again = (start_here(stage.engine, request, 10) for _ in range(2))

    assert first == again
    assert stage.marks() == ["start once", "end once"]


def test_waiting_ends_when_another_process_finishes_the_play(stage: Stage) -> None:
    play_id = start(stage.engine, a_request(stage)).play_id
    stage.engine.spawn(perform, stage.engine, play_id)

    outcome = wait(stage.engine, play_id, 10)

    assert outcome.state is PlayState.DONE


class Worker(Bell):
    """Performs what is rung, beside the caller."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ring(self, play_id: str, lane: str, *, priority: int = 0) -> None:  # noqa: ARG002 - the bell's signature
        """Perform it."""
        self._engine.spawn(perform, self._engine, play_id)


def with_worker(stage: Stage, **changes: Any) -> Engine:
    """The stage's engine, with a worker beside it."""
    return replace(stage.engine, bell=Worker(stage.engine), **changes)


def test_who_starts_a_play_and_waits_gets_its_output(stage: Stage) -> None:
    outcome = start_and_wait(with_worker(stage), a_request(stage), 10)

    assert (outcome.state, outcome.output, outcome.error) == (PlayState.DONE, {"n": 1}, None)
    assert outcome.created_at == stage.load(outcome.play_id).created_at


def test_who_starts_a_play_that_fails_gets_its_error(stage: Stage) -> None:
    failing = a_flow({"ref": "f", "appId": "fail", "args": {"message": "no such order"}})

    outcome = start_and_wait(with_worker(stage), a_request(stage, failing), 10)

    assert outcome.state is PlayState.FAIL
    assert outcome.error is not None
    assert outcome.error.message == "no such order"


def test_who_waits_shortly_gets_the_play_as_it_stands(stage: Stage) -> None:
    request = a_request(stage, a_flow(stage.probe("slow", effect="read", seconds=0.5)))

    early = start_and_wait(with_worker(stage), request, 0.05)
    late = wait(stage.engine, early.play_id, 10)

    assert (early.finished, late.state) == (False, PlayState.DONE)


def test_who_waits_with_a_key_gets_the_answer_that_its_play_gave(stage: Stage) -> None:
    request = a_request(stage, a_flow(stage.probe("once")), idempotency_key="k")

    first, again = (start_and_wait(with_worker(stage), request, 10) for _ in range(2))

    assert first == again
    assert stage.marks() == ["start once", "end once"]


class Deaf(Live):
    """Believes that it hears, and hears nothing."""

    @property
    def is_heard(self) -> bool:
        """So it says."""
        return True

    def publish(self, event: Event) -> None:
        """Lose it."""


def test_who_waits_finds_the_end_that_no_event_told(stage: Stage) -> None:
    stage.engine.live = Deaf(stage.engine.store.events)

    outcome = start_and_wait(with_worker(stage), a_request(stage), 10)

    assert outcome.state is PlayState.DONE


def test_who_waits_looks_at_the_play_once_when_its_end_is_heard(
    stage: Stage, settings: Settings, registry: Registry
) -> None:
    with counting(stage, settings, registry) as (counted, commands):
        with counted.engine.live.listening("nobody", lambda _: None):
            until(lambda: counted.engine.live.is_heard, what="the first word from the tail")
        request = a_request(counted)
        commands.reads.clear()

        outcome = start_and_wait(replace(counted.engine, bell=Worker(stage.engine)), request, 10)

    assert outcome.state is PlayState.DONE
    assert commands.reads.get("plays") == 1


def test_the_short_way_keeps_no_play_in_mind(stage: Stage) -> None:
    start_here(stage.engine, a_request(stage), 10)

    until(lambda: not stage.engine.live.answered_here)


def test_waiting_for_no_play_says_so(stage: Stage) -> None:
    with pytest.raises(NotFound) as refused:
        wait(stage.engine, "0" * 24, 0)

    assert refused.value.error_code == "PLAY_NOT_FOUND"


class Writes(monitoring.CommandListener):
    """Counts the write commands to each collection, and the reads."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.reads: dict[str, int] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in ("insert", "update", "delete", "findAndModify", "bulkWrite"):
            collection = str(event.command[event.command_name])
            self.counts[collection] = self.counts.get(collection, 0) + 1
        if event.command_name == "find":
            collection = str(event.command["find"])
            self.reads[collection] = self.reads.get(collection, 0) + 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to count."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to count."""


@contextmanager
def counting(stage: Stage, settings: Settings, registry: Registry) -> Iterator[tuple[Stage, Writes]]:
    writes = Writes()
    store = store_of(open_database(settings, listeners=[writes]))
    engine = engine_of(settings, store, registry)
    yield Stage(engine, stage.log), writes
    engine.close()


def test_through_a_channel_a_play_of_pure_flowlets_costs_one_write(
    stage: Stage, settings: Settings, registry: Registry
) -> None:
    with counting(stage, settings, registry) as (counted, writes):
        request = a_request(counted)
        writes.counts.clear()

        start_here(counted.engine, request, 10)

    assert writes.counts.get("plays") == 1
    assert set(writes.counts) <= {"plays", "events"}


def test_through_a_channel_a_play_that_acts_once_costs_three_writes(
    stage: Stage, settings: Settings, registry: Registry
) -> None:
    with counting(stage, settings, registry) as (counted, writes):
        request = a_request(counted, a_flow(*PURE, stage.probe("acts")))
        writes.counts.clear()

        start_here(counted.engine, request, 10)

    assert writes.counts.get("plays") == 3


def test_through_the_queue_a_play_of_pure_flowlets_costs_three_writes(
    stage: Stage, settings: Settings, registry: Registry
) -> None:
    with counting(stage, settings, registry) as (counted, writes):
        request = a_request(counted)
        writes.counts.clear()

        perform(counted.engine, start(counted.engine, request).play_id)

    assert writes.counts.get("plays") == 3


@pytest.mark.parametrize(
    ("title", "shown"),
    [("Order {{ $args.id }}", "Order 7"), ("Sum {{ $prev.a.n }}", None), ("{{ 1 / $args.none }}", None)],
)
def test_a_play_has_its_title_from_the_start_if_the_args_tell_it(
    stage: Stage, title: str, shown: str | None
) -> None:
    play_id = start(stage.engine, a_request(stage, a_flow(*PURE, title=title), args={"id": 7})).play_id

    assert stage.load(play_id).title == shown
