"""Approvals over HTTP."""

from collections.abc import Callable

from flow8.domain.access import Role
from flow8.engine.perform import perform
from tests.support.engines import Stage
from tests.support.hands import a_waiting_play, error_of
from tests.support.loops import asked, each, total
from tests.support.web import Program


def test_a_second_decision_is_409_and_says_who_was_first(program: Program, stage: Stage) -> None:
    play_id = a_waiting_play(stage)
    body = {"layerId": "pay", "decision": "declined", "note": "too much"}
    program.post(f"plays/{play_id}/approve", json=body)

    answer = program.post(f"plays/{play_id}/approve", json={**body, "decision": "approved"})

    assert error_of(answer) == (409, "NOT_WAITING")
    assert "declined already by key for admin" in (answer.json or {})["message"]


def test_approvals_list_what_waits_for_me(program: Program, stage: Stage) -> None:
    play_id = a_waiting_play(stage)

    (row,) = (program.get("approvals").json or {})["data"]

    assert (row["id"], row["approvals"][0]["layerId"]) == (play_id, "pay")


def test_an_iteration_is_decided_by_the_id_of_its_layer(program: Program, stage: Stage) -> None:
    play = stage.play(each([7, 8], parallel=2), asked(), total("ok"))

    for layer_id in ("ok#1", "ok#0"):
        body = {"layerId": layer_id, "decision": "approved"}
        assert program.post(f"plays/{play.id}/approve", json=body).status_code == 202
        perform(stage.engine, play.id)

    assert stage.load(play.id).output == {"value": 15, "count": 2}


def test_a_play_tells_who_may_decide_why_not_and_who_did(program: Program, stage: Stage) -> None:
    asks = {
        "needsApproval": True,
        "approval": {"approvers": ["grace"], "note": "Look twice."},
        "after": [],
    }
    mine = {"needsApproval": True, "after": []}
    play_id = stage.play(stage.probe("theirs", flowlet=asks), stage.probe("mine", flowlet=mine)).id
    body = {"layerId": "mine", "decision": "declined", "note": "too much"}

    before = program.get(f"approvals/{play_id}").json or {}
    program.post(f"plays/{play_id}/approve", json=body)
    after = program.get(f"approvals/{play_id}").json or {}

    theirs, own = before["approvals"]
    assert (theirs["refusal"]["code"], own["refusal"]) == ("NOT_AN_APPROVER", None)
    assert (theirs["note"], theirs["since"][:2]) == ("Look twice.", "20")
    (decided,) = after["decided"]
    assert (decided["decision"], decided["by"], decided["note"]) == ("declined", "key for admin", "too much")
    assert [each["layerId"] for each in after["approvals"]] == ["theirs"]
    (latest,) = (program.get("approvals/decisions").json or {})["data"]
    assert (latest["playId"], latest["layerId"], latest["note"]) == (play_id, "mine", "too much")


def test_who_has_no_right_to_decide_sees_why(program_as: Callable[[Role], Program], stage: Stage) -> None:
    play_id = a_waiting_play(stage)

    (asked_for,) = (program_as(Role.VIEWER).get(f"approvals/{play_id}").json or {})["approvals"]

    assert "ask an administrator" in asked_for["refusal"]["message"]


def test_the_count_is_of_those_that_i_may_decide(program: Program, stage: Stage) -> None:
    assert program.get("approvals/count").json == {"count": 0}
    a_waiting_play(stage)
    theirs = {"needsApproval": True, "approval": {"approvers": ["grace"]}}
    stage.play(stage.probe("theirs", flowlet=theirs), flow="theirs")

    assert program.get("approvals/count").json == {"count": 1}
