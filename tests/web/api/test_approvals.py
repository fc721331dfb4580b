"""Approvals over HTTP."""

from tests.support.engines import Stage
from tests.support.hands import a_waiting_play, error_of
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
