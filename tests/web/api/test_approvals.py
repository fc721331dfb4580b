"""Approvals over HTTP."""

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
