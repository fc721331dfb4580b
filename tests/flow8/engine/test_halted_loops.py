"""A loop that one item failed ends once, whatever its other items were doing just then."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import Failure, LayerState, Play, PlayState
from flow8.engine.perform import perform
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import each, inside
from tests.support.system import until

RETRY_IN_A_MINUTE = {"retry": {"count": 1, "delayMs": 60_000}}
FIRST_FAILS_FOR_GOOD = {"fails": 1, "final": "{{ $item == 0 }}"}


def iterations(stage: Stage, play: Play) -> list[tuple[str, str]]:
    """How each iteration ended, and its only flowlet."""
    rows = stage.engine.store.iterations.page(stage.company_id, play.id, "each", size=10)
    return [(row["state"], row["layers"]["a"]["state"]) for row in rows]


@pytest.mark.timeout(20)
def test_an_item_that_waits_for_its_retry_is_closed(stage: Stage) -> None:
    seconds = "{{ $item == 0 ? 0.3 : 0 }}"
    flaky = inside(stage.probe("a", seconds=seconds, flowlet=RETRY_IN_A_MINUTE, **FIRST_FAILS_FOR_GOOD))

    play = stage.play(each([0, 1], parallel=2), flaky)

    assert play.error == Failure("ITEM_FAILED", "Item 0: attempt 1 fails", "a#0")
    assert iterations(stage, play) == [("FAIL", "FAIL"), ("SKIP", "SKIP")]


@pytest.mark.timeout(20)
def test_an_item_that_fails_for_now_is_not_tried_again(stage: Stage) -> None:
    seconds = "{{ $item == 0 ? 0 : 0.3 }}"
    flaky = inside(stage.probe("a", seconds=seconds, flowlet=RETRY_IN_A_MINUTE, **FIRST_FAILS_FOR_GOOD))

    play = stage.play(each([0, 1], parallel=2), flaky)

    assert play.error == Failure("ITEM_FAILED", "Item 0: attempt 1 fails", "a#0")
    assert iterations(stage, play) == [("FAIL", "FAIL"), ("FAIL", "FAIL")]
    assert stage.marks().count("start a#1") == 1


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("effect", "ends"), [("write", ("SKIP", "SKIP")), ("irreversible", ("SKIP", "FAIL"))]
)
def test_an_item_whose_worker_died_in_it_is_closed_and_an_unknown_outcome_told(
    stage: Stage, effect: str, ends: tuple[str, str]
) -> None:
    fails = {"fails": "{{ $item == 0 ? 1 : 0 }}", "final": True}
    slow = inside(stage.probe("a", effect=effect, seconds="{{ $item == 0 ? 0 : 1.5 }}", **fails))
    play_id = stage.accept(a_flow(each([0, 1], parallel=2), slow))
    zombie = threading.Thread(target=perform, args=(stage.engine, play_id))
    zombie.start()
    until(lambda: has_failed_while_another_runs(stage, play_id), 5.0, "a failure that is written")

    past = {"lease.until": utc_now() - timedelta(seconds=1)}
    stage.engine.store.database["plays"].update_one({"_id": play_id}, {"$set": past})
    perform(stage.engine, play_id)
    play = stage.load(play_id)
    zombie.join()

    assert play.state is PlayState.FAIL
    assert iterations(stage, play) == [("FAIL", "FAIL"), ends]
    assert iterations(stage, stage.load(play_id)) == [("FAIL", "FAIL"), ends]


def has_failed_while_another_runs(stage: Stage, play_id: str) -> bool:
    layers = stage.load(play_id).layers
    runs = "a#1" in layers and layers["a#1"].state is LayerState.RUN
    return runs and layers["each"].error is not None


def test_what_ran_beside_a_failure_and_cannot_be_undone_is_told_as_unknown(stage: Stage) -> None:
    play_id = stage.accept(a_flow(bad(stage, after=[]), pay(stage, after=[])))
    zombie = threading.Thread(target=perform, args=(stage.engine, play_id))
    zombie.start()
    until(lambda: has_layer(stage, play_id, "bad", LayerState.FAIL), 5.0, "a failure that is written")

    past = {"lease.until": utc_now() - timedelta(seconds=1)}
    stage.engine.store.database["plays"].update_one({"_id": play_id}, {"$set": past})
    perform(stage.engine, play_id)
    play = stage.load(play_id)
    zombie.join()

    assert play.state is PlayState.FAIL
    assert play.layers["pay"].state is LayerState.FAIL
    assert play.layers["pay"].error is not None
    assert play.layers["pay"].error.code == "OUTCOME_UNKNOWN"


def has_layer(stage: Stage, play_id: str, ref: str, state: LayerState) -> bool:
    layer = stage.load(play_id).layers.get(ref)
    return layer is not None and layer.state is state


def bad(stage: Stage, **more: Any) -> dict[str, Any]:
    return stage.probe("bad", fails=1, final=True, flowlet=more)


def pay(stage: Stage, **more: Any) -> dict[str, Any]:
    return stage.probe("pay", effect="irreversible", seconds=1.5, flowlet=more)
