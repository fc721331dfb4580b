"""Runs over HTTP."""

import pytest

from flow8.engine.engine import Engine
from tests.support.factories import a_flow
from tests.support.web import Program


def test_a_run_is_accepted_and_its_play_is_there(program: Program, greeting: str) -> None:
    answer = program.post(f"flows/{greeting}/run", json={"args": {"name": "Ada"}})

    done = answer.json or {}
    assert answer.status_code == 202
    assert set(done) == {"playId", "state", "startedAt"}
    assert done["state"] == "NEW"
    assert answer.headers["Location"] == f"/api/v1/plays/{done['playId']}"
    assert program.client.get(answer.headers["Location"]).status_code == 401
    assert program.get(f"plays/{done['playId']}").status_code == 200


@pytest.mark.usefixtures("worker")
def test_with_wait_the_output_is_the_answer(program: Program, greeting: str) -> None:
    answer = program.post(f"flows/{greeting}/run", json={"args": {"name": "Ada"}, "wait": 20})

    done = answer.json or {}
    assert answer.status_code == 200
    assert (done["state"], done["output"]) == ("DONE", {"text": "Hello Ada"})
    assert "error" not in done


@pytest.mark.usefixtures("worker")
def test_a_play_that_fails_is_200_with_the_reason(program: Program) -> None:
    broken = a_flow({"ref": "only", "appId": "var", "args": {"values": {"n": "{{ 1 / 0 }}"}}})
    program.post("flows/import?publish=true", json=broken)

    answer = program.post("flows/a-flow/run", json={"wait": 20})

    done = answer.json or {}
    assert (answer.status_code, done["state"]) == (200, "FAIL")
    assert done["error"]["ref"] == "only"
    assert "zero" in done["error"]["message"]


def test_without_a_worker_the_wait_ends_with_202(program: Program, greeting: str) -> None:
    answer = program.post(f"flows/{greeting}/run", json={"args": {"name": "Ada"}, "wait": 0.05})

    assert answer.status_code == 202


@pytest.mark.parametrize("in_header", [True, False])
def test_the_same_key_gives_the_same_play(program: Program, greeting: str, *, in_header: bool) -> None:
    def run(name: str) -> tuple[int, dict[str, str]]:
        body = {"args": {"name": name}, **({} if in_header else {"idempotencyKey": "order-1"})}
        headers = {"Idempotency-Key": "order-1"} if in_header else {}
        answer = program.post(f"flows/{greeting}/run", json=body, headers=headers)
        return answer.status_code, answer.json or {}

    first, again, other = run("Ada"), run("Ada"), run("Bob")

    assert first[0] == 202
    assert again == first
    assert (other[0], other[1]["error"]) == (409, "IDEMPOTENCY_MISMATCH")


def test_two_keys_at_once_are_a_mistake(program: Program, greeting: str) -> None:
    answer = program.post(
        f"flows/{greeting}/run",
        json={"args": {"name": "Ada"}, "idempotencyKey": "one"},
        headers={"Idempotency-Key": "two"},
    )

    assert answer.status_code == 422
    assert (answer.json or {})["details"][0]["path"] == "idempotencyKey"


def test_args_that_do_not_fit_are_all_told_and_start_nothing(
    program: Program, greeting: str, engine: Engine
) -> None:
    answer = program.post(f"flows/{greeting}/run", json={"args": {"name": "A"}})

    assert answer.status_code == 422
    assert [each["path"] for each in (answer.json or {})["details"]] == ["args.name"]
    assert engine.store.database["plays"].count_documents({}) == 0


def test_a_flow_that_was_never_published_does_not_run(program: Program) -> None:
    program.post("flows/import", json=a_flow())

    answer = program.post("flows/a-flow/run", json={})

    assert (answer.status_code, (answer.json or {})["error"]) == (409, "FLOW_NOT_PUBLISHED")


def test_a_disabled_flow_runs_only_when_forced(program: Program) -> None:
    program.post("flows/import?publish=true", json=a_flow(enabled=False))

    refused = program.post("flows/a-flow/run", json={})
    forced = program.post("flows/a-flow/run", json={"force": True})

    assert (refused.status_code, (refused.json or {})["error"]) == (409, "FLOW_DISABLED")
    assert forced.status_code == 202


def test_wishes_out_of_bounds_are_all_told(program: Program, greeting: str) -> None:
    wish = {"args": {"name": "Ada"}, "wait": 61, "version": 0, "idempotencyKey": ""}

    answer = program.post(f"flows/{greeting}/run", json=wish)

    assert answer.status_code == 422
    assert {each["path"] for each in (answer.json or {})["details"]} == {"wait", "version", "idempotencyKey"}


def test_who_asked_is_kept_with_the_play(program: Program, greeting: str) -> None:
    run = program.post(
        f"flows/{greeting}/run", json={"args": {"name": "Ada"}}, headers={"X-Request-Id": "request-4711"}
    )

    play = program.get(f"plays/{(run.json or {})['playId']}").json or {}
    assert play["origin"]["door"] == "web"
    assert play["origin"]["actor"] == "key for admin"
    assert play["origin"]["requestId"] == "request-4711"
