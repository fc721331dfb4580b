"""Concurrency by key: so many plays at once, the others wait parked and go on in the order they came."""

from typing import Any

from flow8.domain.play import PlayState, WishKind
from flow8.engine.children import ask
from flow8.engine.perform import perform
from flow8.store.flows import FlowRecord
from tests.support.engines import Stage
from tests.support.factories import a_flow


def one_at_a_time(stage: Stage, key: str = "{{ $args.customer }}") -> FlowRecord:
    step = stage.probe("step", flowlet={"needsApproval": True})
    return stage.publish(a_flow(step, execution={"concurrency": {"key": key, "limit": 1}}))


def begun(stage: Stage, flow: FlowRecord, customer: str) -> str:
    play_id = stage.accept(flow, {"customer": customer})
    perform(stage.engine, play_id)
    return play_id


def approved(stage: Stage, play_id: str) -> None:
    ask(stage.engine, stage.company_id, play_id, WishKind.APPROVE, by="ana")
    perform(stage.engine, play_id)


def states(stage: Stage, *play_ids: str) -> list[PlayState]:
    return [stage.load(play_id).state for play_id in play_ids]


def test_a_second_play_of_the_same_key_waits_and_one_of_another_does_not(stage: Stage) -> None:
    flow = one_at_a_time(stage)

    plays = [begun(stage, flow, customer) for customer in ("ada", "ada", "bob")]

    assert states(stage, *plays) == [PlayState.WAIT, PlayState.DEFERRED, PlayState.WAIT]


def test_the_end_of_one_lets_the_one_that_waited_longest_go_on(stage: Stage) -> None:
    flow = one_at_a_time(stage)
    first, second, third = (begun(stage, flow, "ada") for _ in range(3))

    approved(stage, first)
    perform(stage.engine, second)
    perform(stage.engine, third)

    assert states(stage, first, second, third) == [PlayState.DONE, PlayState.WAIT, PlayState.DEFERRED]


def test_a_slot_that_a_dead_process_kept_is_taken_over(stage: Stage) -> None:
    flow = one_at_a_time(stage)
    first = begun(stage, flow, "ada")
    changes: dict[str, Any] = {"$set": {"state": "DONE"}, "$unset": {"lease": 1}}
    stage.engine.store.database["plays"].update_one({"_id": first}, changes)

    second = begun(stage, flow, "ada")

    assert states(stage, second) == [PlayState.WAIT]


def test_a_key_that_cannot_be_evaluated_fails_the_play_in_words(stage: Stage) -> None:
    play_id = begun(stage, one_at_a_time(stage, "{{ $args.customer - 1 }}"), "ada")

    error = stage.load(play_id).error
    assert error is not None
    assert "execution.concurrency.key" in error.message


def test_a_play_that_waits_for_a_slot_can_be_cancelled_and_held(stage: Stage) -> None:
    flow = one_at_a_time(stage)
    begun(stage, flow, "ada")
    cancelled, held = begun(stage, flow, "ada"), begun(stage, flow, "ada")

    for play_id, kind in ((cancelled, WishKind.CANCEL), (held, WishKind.HOLD)):
        ask(stage.engine, stage.company_id, play_id, kind, by="ana")
        perform(stage.engine, play_id)

    assert states(stage, cancelled, held) == [PlayState.CANCELLED, PlayState.ON_HOLD]
