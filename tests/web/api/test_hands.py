"""Hands on plays over HTTP: cancelled, held, resumed, given events, decided about, and by whom."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from flow8.domain.access import Role
from flow8.domain.play import PlayState
from flow8.engine.perform import perform
from tests.support.engines import Stage
from tests.support.hands import a_waiting_play, error_of
from tests.support.web import Program
from tests.web.test_nonsense import VALUES

TIMES = ('"0001-01-01T00:00:00+09:00"', '"9999-12-31T23:59:59-09:00"', '"2026-01-01"')
BODIES: dict[str, dict[str, Any]] = {
    "plays/{id}/approve": {"layerId": "pay", "decision": "approved", "note": "a note"},
    "plays/{id}/event": {"key": "order-7", "value": 1},
    "plays/{id}/rerun": {"from": "only", "args": {"n": 1}, "version": 1, "confirmed": True},
    "plays/bulk": {
        "filter": {},
        "action": "rerun",
        "dryRun": True,
        "confirmed": True,
        "after": "0",
    },
}


@pytest.mark.parametrize("hand", ["cancel", "hold", "resume"])
def test_a_hand_answers_202_with_the_state_and_409_once_the_play_is_over(
    program: Program, stage: Stage, hand: str
) -> None:
    play_id = a_waiting_play(stage)
    done = stage.play(stage.probe("one"), flow="done").id

    answer = program.post(f"plays/{play_id}/{hand}")

    assert (answer.status_code, answer.json) == (202, {"playId": play_id, "state": "WAIT"})
    assert error_of(program.post(f"plays/{done}/{hand}")) == (409, "PLAY_FINISHED")
    assert error_of(program.post(f"plays/nobody/{hand}")) == (404, "PLAY_NOT_FOUND")
    assert error_of(program.post(f"plays/{play_id}/{hand}", json={"x": 1})) == (422, "INVALID")


def test_an_event_and_an_approval_let_a_play_go_on_to_its_end(program: Program, stage: Stage) -> None:
    play_id = a_waiting_play(stage)

    event = program.post(f"plays/{play_id}/event", json={"key": "order-7", "value": {"sum": 3}})
    approval = program.post(f"plays/{play_id}/approve", json={"layerId": "pay", "decision": "approved"})
    perform(stage.engine, play_id)

    play = stage.load(play_id)
    assert (event.status_code, approval.status_code) == (202, 202)
    assert (play.state, play.layers["paid"].output) == (PlayState.DONE, {"sum": 3})


def test_each_hand_needs_its_right(program_as: Callable[[Role], Program], stage: Stage) -> None:
    play_id = a_waiting_play(stage)
    viewer, runner = program_as(Role.VIEWER), program_as(Role.RUNNER)

    refused = [
        viewer.post(f"plays/{play_id}/cancel"),
        viewer.post(f"plays/{play_id}/event", json={"key": "k"}),
        viewer.post(f"plays/{play_id}/rerun"),
        viewer.post("plays/bulk", json={"action": "cancel"}),
        viewer.get("approvals"),
        runner.post(f"plays/{play_id}/approve", json={"layerId": "pay", "decision": "approved"}),
        runner.get("system/invariants"),
    ]

    assert [answer.status_code for answer in refused] == [403] * len(refused)
    assert stage.load(play_id).wishes == []
    assert viewer.get(f"plays/{play_id}/why").status_code == 200


@pytest.mark.parametrize("path", BODIES)
def test_no_field_of_a_body_breaks_us(program: Program, stage: Stage, path: str) -> None:
    done = stage.play(stage.probe("only")).id if path.endswith("rerun") else a_waiting_play(stage)
    body, answers = BODIES[path], {}
    for field in body:
        for value in (*VALUES, *(f'{{"{name}": {time}}}' for name in ("from", "to") for time in TIMES)):
            text = json.dumps({**body, field: "@"}).replace('"@"', value, 1)
            answer = program.post(path.format(id=done), data=text.encode(), content_type="application/json")
            answers[f"{field}={value[:40]}"] = answer.status_code

    assert {asked: status for asked, status in answers.items() if status >= 500} == {}
