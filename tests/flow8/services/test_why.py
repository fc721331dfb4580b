"""Why a play does not go on: one test for each thing that it may wait for."""

from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import iso, utc_now
from flow8.domain.access import Actor
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import NotFound
from flow8.services import hands
from flow8.services.why import why
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.loops import asked, each, inside, value

EVENT = {"ref": "paid", "appId": "wait-for-event", "args": {"key": "order-7"}}


def change(stage: Stage, play_id: str, **fields: Any) -> None:
    stage.engine.store.database["plays"].update_one({"_id": play_id}, {"$set": fields})


def test_a_new_play_waits_for_a_worker_behind_the_ones_before_it(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    flow = stage.publish(a_flow(stage.probe("one")))
    first, second = sorted(stage.accept(flow) for _ in range(2))

    reason = why(engine, admin, second)

    assert why(engine, admin, first)["ahead"] == 0
    assert (reason["what"], reason["ahead"], reason["lane"]) == ("worker", 1, "plays")
    assert reason["since"] == iso(stage.load(second).created_at)
    assert "waits for a worker of lane 'plays'" in reason["message"]


def test_a_play_that_a_worker_has_names_the_worker_and_until_when(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play_id = stage.accept(a_flow(stage.probe("one")))
    engine.store.plays.claim(play_id, "box:1")

    reason = why(engine, admin, play_id)

    assert (reason["what"], reason["lease"]["owner"], reason["running"]) == ("performed", "box:1", [])
    assert "Worker box:1" in reason["message"]


def test_a_play_whose_worker_died_waits_for_another_one(engine: Engine, admin: Actor, stage: Stage) -> None:
    play_id = stage.accept(a_flow(stage.probe("one")))
    engine.store.plays.claim(play_id, "box:1")
    change(stage, play_id, **{"lease.until": utc_now() - timedelta(seconds=9)})

    reason = why(engine, admin, play_id)

    assert reason["what"] == "worker"
    assert "box:1 was last heard of" in reason["message"]


def test_a_wish_that_nobody_carried_out_yet_waits_for_a_worker(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    play = stage.play(EVENT)
    hands.cancel(engine, admin, play.id)

    reason = why(engine, admin, play.id)

    assert reason["what"] == "worker"
    assert "cancel by ada@example.com" in reason["message"]


def test_a_play_on_hold_tells_who_holds_it(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(EVENT)
    hands.hold(engine, admin, play.id)
    perform(engine, play.id)

    reason = why(engine, admin, play.id)

    assert (reason["state"], reason["what"], reason["by"]) == ("ON_HOLD", "hold", "ada@example.com")


def test_a_resumed_play_is_held_by_nobody(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(EVENT)
    for hand in (hands.hold, hands.resume):
        hand(engine, admin, play.id)
        perform(engine, play.id)

    assert why(engine, admin, play.id)["what"] == "event"


def test_an_approval_names_the_layer_and_the_approvers(engine: Engine, admin: Actor, stage: Stage) -> None:
    approval = {"needsApproval": True, "approval": {"approvers": ["eve@example.com"], "expiresAfter": 3600}}
    play = stage.play(stage.probe("pay", flowlet=approval))

    reason = why(engine, admin, play.id)

    assert reason["what"] == "approval"
    assert reason["waitsFor"][0]["layerId"] == "pay"
    assert reason["waitsFor"][0]["approvers"] == ["eve@example.com"]
    assert reason["waitsFor"][0]["until"] is not None
    assert reason["message"] == "Layer 'pay' waits for approval by eve@example.com."


def test_an_event_names_its_key(engine: Engine, admin: Actor, stage: Stage) -> None:
    reason = why(engine, admin, stage.play(EVENT).id)

    assert (reason["what"], reason["waitsFor"][0]["key"]) == ("event", "order-7")


def test_a_subflow_names_its_play_and_how_it_stands(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.publish(a_flow(EVENT, flow="child"))
    parent = stage.play({"ref": "sub", "appId": "subflow", "args": {"flow": "child"}})

    (wait,) = why(engine, admin, parent.id)["waitsFor"]

    assert (wait["what"], wait["stateOfPlay"]) == ("play", "NEW")
    assert stage.load(wait["waitsForPlay"]).parent is not None


def test_a_delay_tells_until_when(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play({"ref": "d", "appId": "delay", "args": {"milliseconds": 60_000}})

    reason = why(engine, admin, play.id)

    assert reason["what"] == "time"
    assert reason["waitsFor"][0]["until"] > iso(utc_now())
    assert "attempt" not in reason["message"]


def test_a_retry_that_is_put_off_tells_how_often_it_was_tried(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    retry = {"retry": {"count": 3, "delayMs": 60_000}}
    play = stage.play(stage.probe("bad", fails=9, flowlet=retry))

    reason = why(engine, admin, play.id)

    assert (reason["what"], play.state) == ("time", PlayState.DEFERRED)
    assert reason["message"].endswith(", after 1 attempt.")


def test_what_a_person_can_do_comes_first(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play(
        {"ref": "d", "appId": "delay", "args": {"milliseconds": 60_000}, "after": []},
        {**EVENT, "after": []},
        stage.probe("pay", flowlet={"needsApproval": True, "after": []}),
    )

    reason = why(engine, admin, play.id)

    assert [wait["what"] for wait in reason["waitsFor"]] == ["approval", "event", "time"]
    assert reason["what"] == "approval"


def test_a_play_behind_others_of_its_concurrency_key_names_them(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    flow = stage.publish(a_flow(EVENT, execution={"concurrency": {"key": "one", "limit": 1}}))
    first, second = (stage.accept(flow) for _ in range(2))
    for play_id in (first, second):
        perform(engine, play_id)

    reason = why(engine, admin, second)

    assert (reason["what"], reason["waitsFor"][0]["holders"]) == ("slot", [first])


def test_a_time_that_has_come_waits_for_a_worker(engine: Engine, admin: Actor, stage: Stage) -> None:
    play = stage.play({"ref": "d", "appId": "delay", "args": {"milliseconds": 60_000}})
    past = utc_now() - timedelta(seconds=3)
    change(stage, play.id, notBefore=past, dueAt=past)

    reason = why(engine, admin, play.id)

    assert (reason["what"], reason["since"]) == ("worker", iso(past))


def test_a_finished_play_waits_for_nothing(engine: Engine, admin: Actor, stage: Stage) -> None:
    assert why(engine, admin, stage.play(stage.probe("one")).id)["what"] == "over"


def test_another_company_is_told_nothing(engine: Engine, stranger: Actor, stage: Stage) -> None:
    play = stage.play(EVENT)

    with pytest.raises(NotFound):
        why(engine, stranger, play.id)


def test_a_loop_that_waits_for_much_names_some_of_it_and_counts_the_rest(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    two = [asked("one"), asked("two")]
    play = stage.play(each(list(range(60)), parallel=60), *({**each_, "after": []} for each_ in two))

    reason = why(engine, admin, play.id)

    assert reason["what"] == "approval"
    assert (len(reason["waitsFor"]), reason["waitsFor"][0]["layerId"]) == (100, "one#0")
    assert reason["message"].count("waits for approval") == 5
    assert reason["message"].endswith("Layers that wait besides: 115.")


def test_what_a_person_can_do_comes_before_much_that_only_takes_time(
    engine: Engine, admin: Actor, stage: Stage
) -> None:
    later = inside({"ref": "later", "appId": "delay", "args": {"milliseconds": 3_600_000}, "after": []})
    gate = {
        **asked("gate"),
        "after": ["late"],
        "filters": [{"leftValue": "{{ $index }}", "operator": "eq", "rightValue": 59}],
    }
    late = inside(value("late", {}, after=[]))
    play = stage.play(each(list(range(60)), parallel=60), later, late, gate)

    reason = why(engine, admin, play.id)

    assert (reason["what"], reason["waitsFor"][0]["layerId"]) == ("approval", "gate#59")
