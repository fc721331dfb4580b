"""Invariants: what moves each unfinished play on, and what is found when nothing does."""

from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Denied
from flow8.services import hands
from flow8.services.invariants import check
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import asked, each

EVENT = {"ref": "paid", "appId": "wait-for-event", "args": {"key": "order-7"}}
LATER = {"ref": "d", "appId": "delay", "args": {"milliseconds": 3_600_000}}


def test_every_way_to_be_unfinished_is_counted_and_holds(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.accept(a_flow(stage.probe("one"), flow="new"))
    leased = stage.accept(a_flow(stage.probe("one"), flow="leased"))
    engine.store.plays.claim(leased, "box:1")
    stage.play(EVENT, flow="waits")
    held = stage.play(EVENT, flow="held")
    hands.hold(engine, admin, held.id)
    perform(engine, held.id)
    asked = stage.play(EVENT, flow="asked")
    hands.cancel(engine, admin, asked.id)
    stage.play(LATER, flow="later")
    stage.play(stage.probe("one"), flow="over")

    report = check(engine, admin)

    assert report["violations"] == []
    assert (report["holds"], report["checked"]) == (True, 6)
    assert report["counts"] == {"due": 2, "leased": 1, "waiting": 1, "on_hold": 1, "deferred": 1}


def past(seconds: int) -> Any:
    return utc_now() - timedelta(seconds=seconds)


BROKEN: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "forgotten by the sweep": (EVENT, {"$set": {"layers": {}}}, "nothing will ever move it on"),
    "a wish without a ring": (EVENT, {"$push": {"wishes": {"id": "w"}}}, "nobody will ring"),
    "deferred without a due time": (LATER, {"$unset": {"dueAt": 1}}, "nothing will ever move it on"),
    "long overdue": (LATER, {"$set": {"dueAt": past(600)}}, "nobody sweeps"),
    "parked under a wrong state": (EVENT, {"$set": {"state": "DEFERRED"}}, "its state is not WAIT"),
    "a lease that nobody watches": (
        EVENT,
        {"$set": {"state": "RUN", "lease": {"owner": "o", "token": "t", "until": past(-3600)}}},
        "nobody would notice",
    ),
}


@pytest.mark.parametrize(("flowlet", "damage", "message"), BROKEN.values(), ids=BROKEN)
def test_a_play_that_nothing_moves_is_found(
    engine: Engine,
    admin: Actor,
    stage: Stage,
    flowlet: dict[str, Any],
    damage: dict[str, Any],
    message: str,
) -> None:
    play = stage.play(flowlet)
    engine.store.database["plays"].update_one({"_id": play.id}, damage)

    report = check(engine, admin)

    (violation,) = report["violations"]
    assert report["holds"] is False
    assert violation["playId"] == play.id
    assert message in violation["message"]


def test_only_administrators_look_and_only_at_their_own_company(
    engine: Engine, viewer: Actor, stranger: Actor, stage: Stage
) -> None:
    stage.play(EVENT)

    with pytest.raises(Denied):
        check(engine, viewer)
    assert check(engine, stranger)["checked"] == 0


def test_a_loop_whose_iterations_wait_is_waiting(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.play(each([1, 2], parallel=2), asked())

    assert check(engine, admin) == {"holds": True, "checked": 1, "counts": {"waiting": 1}, "violations": []}
