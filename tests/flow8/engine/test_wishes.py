"""Approvals, holds, cancellations, events and subflows: what others ask of a play, and what it waits for."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import Failure, LayerState, Play, PlayState, Wish, WishKind
from flow8.engine.children import ask
from flow8.engine.perform import perform
from flow8.ids import new_id
from flow8.store.plays import Change
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.system import until


def var(ref: str, more: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    return {"ref": ref, "appId": "var", "args": {"values": values}, **(more or {})}


def wish(stage: Stage, play_id: str, kind: WishKind, **more: Any) -> Play:
    """Ask, then let a worker take the play."""
    assert ask(stage.engine, stage.company_id, play_id, kind, by="ana", **more)
    perform(stage.engine, play_id)
    return stage.load(play_id)


def let_time_pass(stage: Stage, play_id: str, ref: str) -> None:
    past = utc_now() - timedelta(seconds=1)
    changes = {"notBefore": past, "dueAt": past, f"layers.{ref}.waiting.until": past}
    stage.engine.store.database["plays"].update_one({"_id": play_id}, {"$set": changes})


APPROVED = {"needsApproval": True}


def test_a_flowlet_that_needs_approval_waits_without_a_worker_and_shows_its_input(stage: Stage) -> None:
    play = stage.play(stage.probe("pay", value="{{ $args.n }}", flowlet=APPROVED), args={"n": "7"})

    layer = play.layers["pay"]
    assert (play.state, play.lease, layer.state) == (PlayState.WAIT, None, LayerState.WAIT)
    assert layer.input["value"] == "7"
    assert stage.marks() == []


def test_an_approved_flowlet_runs_once_with_what_was_approved(stage: Stage) -> None:
    waiting = stage.play(stage.probe("pay", value="{{ $now }}", flowlet=APPROVED), var("after", n=1))

    play = wish(stage, waiting.id, WishKind.APPROVE, ref="pay", note="fine")

    decision = play.layers["pay"].decision
    assert play.state is PlayState.DONE
    assert play.layers["pay"].output["value"] == waiting.layers["pay"].input["value"]
    assert decision is not None
    assert (decision.approved, decision.by, decision.note) == (True, "ana", "fine")
    assert stage.marks() == ["start pay", "end pay"]


def test_a_declined_flowlet_fails_with_who_and_why(stage: Stage) -> None:
    waiting = stage.play(stage.probe("pay", flowlet=APPROVED), var("after", n=1))

    play = wish(stage, waiting.id, WishKind.DECLINE, ref="pay", note="too much")

    assert play.error is not None
    assert (play.error.code, play.error.message) == ("DECLINED", "Declined by ana: too much")
    assert stage.marks() == []


def test_a_declined_flowlet_obeys_on_error(stage: Stage) -> None:
    waiting = stage.play(stage.probe("pay", flowlet={**APPROVED, "onError": "continue"}), var("after", n=1))

    assert wish(stage, waiting.id, WishKind.DECLINE, ref="pay").state is PlayState.DONE


@pytest.mark.parametrize(("on_expiry", "state"), [("declined", PlayState.FAIL), ("approved", PlayState.DONE)])
def test_an_approval_may_expire_either_way(stage: Stage, on_expiry: str, state: PlayState) -> None:
    approval = {"approval": {"expiresAfter": 3600, "onExpiry": on_expiry}}
    waiting = stage.play(stage.probe("pay", flowlet={**APPROVED, **approval}))
    let_time_pass(stage, waiting.id, "pay")

    perform(stage.engine, waiting.id)

    assert stage.load(waiting.id).state is state


def test_a_second_decision_changes_nothing(stage: Stage) -> None:
    waiting = stage.play(stage.probe("pay", flowlet=APPROVED))
    ask(stage.engine, stage.company_id, waiting.id, WishKind.APPROVE, by="ana", ref="pay")

    play = wish(stage, waiting.id, WishKind.DECLINE, ref="pay")

    assert play.state is PlayState.DONE


def test_a_parked_play_is_cancelled(stage: Stage) -> None:
    waiting = stage.play(stage.probe("pay", flowlet=APPROVED), var("after", n=1))

    play = wish(stage, waiting.id, WishKind.CANCEL)

    states = {layer.state for layer in play.layers.values()}
    assert (play.state, states) == (PlayState.CANCELLED, {LayerState.CANCELLED})
    assert play.error is not None
    assert play.error.message == "Cancelled by ana."


def test_a_running_play_is_cancelled_between_flowlets(stage: Stage) -> None:
    flow = a_flow(stage.probe("one", effect="read", seconds=2.5), stage.probe("two"))
    play_id = stage.accept(flow)
    worker = threading.Thread(target=perform, args=(stage.engine, play_id))
    worker.start()
    until(lambda: "start one" in stage.marks(), what="the first flowlet")

    ask(stage.engine, stage.company_id, play_id, WishKind.CANCEL, by="ana")
    worker.join()

    play = stage.load(play_id)
    assert (play.state, play.layers["one"].state) == (PlayState.CANCELLED, LayerState.DONE)
    assert stage.marks() == ["start one", "end one"]


def test_a_play_on_hold_stays_until_it_is_resumed(stage: Stage) -> None:
    play_id = stage.accept(a_flow(stage.probe("one")))
    held = wish(stage, play_id, WishKind.HOLD)
    perform(stage.engine, play_id)

    resumed = wish(stage, play_id, WishKind.RESUME)

    assert (held.state, resumed.state) == (PlayState.ON_HOLD, PlayState.DONE)


def test_an_approval_given_on_hold_is_not_lost(stage: Stage) -> None:
    waiting = stage.play(stage.probe("pay", flowlet=APPROVED))
    wish(stage, waiting.id, WishKind.HOLD)

    approved = wish(stage, waiting.id, WishKind.APPROVE, ref="pay")
    resumed = wish(stage, waiting.id, WishKind.RESUME)

    assert (approved.state, resumed.state) == (PlayState.ON_HOLD, PlayState.DONE)


def test_a_wish_that_comes_while_a_branch_runs_is_not_lost(stage: Stage) -> None:
    slow = stage.probe("slow", effect="read", seconds=0.5, flowlet={"after": []})
    pay = stage.probe("pay", flowlet={"after": [], **APPROVED})
    play_id = stage.accept(a_flow(slow, pay))
    worker = threading.Thread(target=perform, args=(stage.engine, play_id))
    worker.start()
    until(lambda: "start slow" in stage.marks(), what="the slow branch")

    ask(stage.engine, stage.company_id, play_id, WishKind.APPROVE, by="ana", ref="pay")
    worker.join()

    assert stage.load(play_id).state is PlayState.DONE


def test_an_event_brings_the_output_of_the_flowlet_that_waits_for_it(stage: Stage) -> None:
    event = {"ref": "paid", "appId": "wait-for-event", "args": {"key": "order-{{ $args.id }}"}}
    waiting = stage.play(event, var("after", sum="{{ $prev.paid.sum }}"), args={"id": 7})

    other = wish(stage, waiting.id, WishKind.EVENT, name="order-8", value={"sum": 1})
    play = wish(stage, waiting.id, WishKind.EVENT, name="order-7", value={"sum": 12})

    assert (waiting.state, other.state) == (PlayState.WAIT, PlayState.WAIT)
    assert (play.state, play.output) == (PlayState.DONE, {"sum": 12})


def test_an_event_that_does_not_come_in_time_fails_the_flowlet(stage: Stage) -> None:
    event = {"ref": "paid", "appId": "wait-for-event", "args": {"key": "k", "expiresAfter": 3600}}
    waiting = stage.play(event)
    let_time_pass(stage, waiting.id, "paid")

    perform(stage.engine, waiting.id)

    play = stage.load(waiting.id)
    assert play.error is not None
    assert play.error.code == "EXPIRED"


def test_a_short_delay_is_waited_for_and_a_long_one_parks_the_play(stage: Stage) -> None:
    short = stage.play({"ref": "d", "appId": "delay", "args": {"milliseconds": 200}})
    long = stage.play({"ref": "d", "appId": "delay", "args": {"milliseconds": 60_000}}, flow="long")

    assert (short.state, long.state) == (PlayState.DONE, PlayState.DEFERRED)
    assert "waitedUntil" in short.output


def test_stop_ends_a_play_early_with_its_output(stage: Stage) -> None:
    play = stage.play(
        {"ref": "s", "appId": "stop", "args": {"output": {"why": "enough"}}}, stage.probe("never")
    )

    assert (play.state, play.output) == (PlayState.SKIP, {"why": "enough"})
    assert play.layers["never"].state is LayerState.SKIP
    assert stage.marks() == []


def test_fail_fails_a_play_with_its_code(stage: Stage) -> None:
    play = stage.play({"ref": "f", "appId": "fail", "args": {"message": "No stock.", "code": "NO_STOCK"}})

    assert play.error is not None
    assert (play.error.code, play.error.message) == ("NO_STOCK", "No stock.")


SUBFLOW = {"ref": "sub", "appId": "subflow", "args": {"flow": "child", "args": {"n": "{{ $args.n }}"}}}


def child_of(stage: Stage, play: Play) -> str:
    row = stage.engine.store.database["plays"].find_one({"parent.playId": play.id})
    assert row is not None
    return str(row["_id"])


def test_a_parent_waits_for_its_subflow_and_takes_its_output(stage: Stage) -> None:
    stage.publish(a_flow(var("double", n="{{ $args.n * 2 }}"), flow="child"))
    parent = stage.play(SUBFLOW, var("after", n="{{ $prev.sub.n + 1 }}"), args={"n": 20})

    perform(stage.engine, child_of(stage, parent))
    perform(stage.engine, parent.id)

    assert (parent.state, parent.lease) == (PlayState.WAIT, None)
    assert stage.load(parent.id).output == {"n": 41}


def test_a_subflow_that_fails_fails_its_flowlet_in_words(stage: Stage) -> None:
    stage.publish(a_flow({"ref": "f", "appId": "fail", "args": {"message": "No stock."}}, flow="child"))
    parent = stage.play(SUBFLOW, args={"n": 1})

    perform(stage.engine, child_of(stage, parent))
    perform(stage.engine, parent.id)

    error = stage.load(parent.id).error
    assert error is not None
    assert error.code == "SUBFLOW_FAILED"
    assert "No stock." in error.message


def test_a_parent_that_was_not_told_finds_out_by_itself(stage: Stage) -> None:
    stage.publish(a_flow(var("a", n=1), flow="child"))
    parent = stage.play(SUBFLOW, args={"n": 1})
    perform(stage.engine, child_of(stage, parent))
    stage.engine.store.database["plays"].update_one({"_id": parent.id}, {"$set": {"wishes": []}})
    let_time_pass(stage, parent.id, "sub")

    perform(stage.engine, parent.id)

    assert stage.load(parent.id).state is PlayState.DONE


def test_without_waiting_the_id_of_the_subflow_is_the_output(stage: Stage) -> None:
    stage.publish(a_flow(var("a", n=1), flow="child"))
    args = {"flow": "child", "args": {}, "wait": False}

    parent = stage.play({"ref": "sub", "appId": "subflow", "args": args})

    assert parent.output == {"playId": child_of(stage, parent)}


def test_cancelling_a_parent_cancels_the_subflow_it_waits_for(stage: Stage) -> None:
    stage.publish(a_flow(stage.probe("pay", flowlet=APPROVED), flow="child"))
    parent = stage.play(SUBFLOW, args={"n": 1})
    child = child_of(stage, parent)
    perform(stage.engine, child)

    cancelled = wish(stage, parent.id, WishKind.CANCEL)
    perform(stage.engine, child)

    assert (cancelled.state, stage.load(child).state) == (PlayState.CANCELLED, PlayState.CANCELLED)


def test_a_flow_that_plays_itself_is_stopped(stage: Stage) -> None:
    me = {"ref": "me", "appId": "subflow", "args": {"flow": "a-flow", "wait": False}}
    play_id = stage.accept(a_flow(me))
    plays = stage.engine.store.database["plays"]

    while row := plays.find_one({"state": "NEW"}):
        perform(stage.engine, row["_id"])

    assert play_id
    assert plays.count_documents({"state": "DONE"}) == 10
    assert plays.count_documents({"state": "FAIL"}) == 1


def test_a_flow_that_follows_a_failure_gets_its_context_once(stage: Stage) -> None:
    stage.publish(
        a_flow(var("told", why="{{ $args.error.message }}", where="{{ $args.error.ref }}"), flow="alarm")
    )

    failed = stage.play(stage.probe("bad", fails=9), args={"n": 1}, execution={"onFailFlowId": "alarm"})

    alarm = stage.engine.store.database["plays"].find_one({"flow": "alarm"})
    assert alarm is not None
    perform(stage.engine, alarm["_id"])
    assert failed.state is PlayState.FAIL
    assert stage.load(alarm["_id"]).output == {"why": "attempt 1 fails", "where": "bad"}


def test_a_cancel_that_lands_just_before_the_end_is_written_wins(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = stage.engine.store.plays.write

    def cancelled_meanwhile(play: Play, change: Change) -> bool:
        if change.ends and not play.wishes:
            wish = Wish(new_id(), WishKind.CANCEL, "ana", utc_now())
            stage.engine.store.plays.wish(stage.company_id, play.id, wish)
        return write(play, change)

    monkeypatch.setattr(stage.engine.store.plays, "write", cancelled_meanwhile)
    play = stage.play(stage.probe("a"))

    assert (play.state, play.output) == (PlayState.CANCELLED, None)
    assert play.error == Failure("CANCELLED", "Cancelled by ana.")
    history = stage.engine.store.play_views.history(stage.company_id, play.id) or []
    assert [line["seq"] for line in history] == list(range(1, len(history) + 1))
    assert history[-1]["state"] == "CANCELLED"


def test_a_parent_that_looks_at_a_child_which_still_runs_waits_on(stage: Stage) -> None:
    stage.publish(a_flow(var("out", n=1), flow="child"))
    parent = stage.play({"ref": "sub", "appId": "subflow", "args": {"flow": "child"}})
    past = utc_now() - timedelta(seconds=1)
    stage.engine.store.database["plays"].update_one(
        {"_id": parent.id}, {"$set": {"layers.sub.waiting.until": past, "dueAt": past, "notBefore": past}}
    )

    perform(stage.engine, parent.id)

    waits = stage.load(parent.id)
    assert (waits.state, waits.layers["sub"].state) == (PlayState.WAIT, LayerState.WAIT)
    assert waits.layers["sub"].waiting is not None
    assert waits.layers["sub"].waiting.until is not None
    assert waits.layers["sub"].waiting.until > utc_now()
