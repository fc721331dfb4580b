"""Enable, disable, delete and test a flow over HTTP."""

import pytest

from flow8.engine.engine import Engine
from tests.support.factories import a_flow
from tests.support.hands import error_of
from tests.support.web import Program


def test_a_flow_is_switched_off_and_on(program: Program, greeting: str) -> None:
    off = program.post(f"flows/{greeting}/disable", json={})
    refused = program.post(f"flows/{greeting}/run", json={"args": {"name": "Ada"}})
    on = program.post(f"flows/{greeting}/enable")

    assert ((off.json or {})["enabled"], (on.json or {})["enabled"]) == (False, True)
    assert (off.json or {})["hasUnpublishedEdits"] is False
    assert error_of(refused) == (409, "FLOW_DISABLED")


def test_a_flow_is_deleted(program: Program, greeting: str) -> None:
    play = (program.post(f"flows/{greeting}/run", json={"args": {"name": "Ada"}}).json or {})["playId"]

    assert program.ask("DELETE", f"flows/{greeting}").status_code == 204
    assert error_of(program.get(f"flows/{greeting}")) == (404, "FLOW_NOT_FOUND")
    assert error_of(program.ask("DELETE", f"flows/{greeting}")) == (404, "FLOW_NOT_FOUND")
    assert program.get(f"plays/{play}").status_code == 200


@pytest.mark.usefixtures("worker")
def test_a_draft_is_tested_and_waited_for(program: Program) -> None:
    program.post("flows", json=a_flow())

    done = program.post("flows/a-flow/test", json={"args": {"n": 3}, "wait": 10})
    alone = program.post(
        "flows/a-flow/test", json={"only": "only", "input": {"values": {"n": 4}}, "wait": 10}
    )

    assert (done.status_code, (done.json or {})["output"]) == (200, {"n": 3})
    assert (alone.json or {})["output"] == {"n": 4}
    shown = program.get(f"plays/{(done.json or {})['playId']}").json or {}
    assert (shown["test"], shown["version"]) == (True, None)
    assert done.headers["Location"] == f"/api/v1/plays/{shown['id']}"


def test_a_test_that_cannot_be_is_told_and_starts_nothing(program: Program, engine: Engine) -> None:
    program.post("flows", json=a_flow({"ref": "a", "appId": "nothing"}))

    answer = program.post("flows/a-flow/test", json={})

    assert error_of(answer) == (422, "INVALID")
    assert engine.store.database["plays"].count_documents({}) == 0
