"""API keys over HTTP."""

from datetime import timedelta

from flow8.clock import iso, utc_now
from flow8.engine.engine import Engine
from tests.support.system import until
from tests.support.web import Program


def test_a_key_is_made_shown_once_used_and_revoked(program: Program) -> None:
    made = program.post("auth/api-keys", json={"name": "reports", "role": "viewer"})
    key = (made.json or {})["key"]
    mine = Program(program.client, key)
    listed = program.get("auth/api-keys").json or {}

    assert made.status_code == 201
    assert key.startswith("f8_")
    assert mine.get("flows").status_code == 200
    assert mine.post("flows/x/run").status_code == 403
    assert key not in str(listed)
    assert {each["name"]: each["role"] for each in listed["data"]}["reports"] == "viewer"

    gone = program.ask("DELETE", f"auth/api-keys/{(made.json or {})['id']}")

    assert gone.status_code == 204
    assert mine.get("flows").status_code == 401


def test_a_key_ends_when_it_should(program: Program, engine: Engine) -> None:
    wish = {"name": "short", "expiresAt": iso(utc_now() + timedelta(hours=1))}
    made = program.post("auth/api-keys", json=wish).json or {}
    mine = Program(program.client, made["key"])
    assert mine.get("flows").status_code == 200

    past = {"$set": {"expiresAt": utc_now() - timedelta(seconds=1)}}
    engine.store.database["api_keys"].update_one({"_id": made["id"]}, past)

    until(lambda: mine.get("flows").status_code == 401, 30, "the end of the key")


def test_every_problem_of_a_wish_is_told(program: Program) -> None:
    wish = {"name": "", "scopes": ["all"], "role": "king", "expiresAt": "2020-01-01T00:00:00Z"}

    answer = program.post("auth/api-keys", json=wish)

    assert answer.status_code == 422
    assert {each["path"] for each in (answer.json or {})["details"]} == {
        "name",
        "scopes",
        "role",
        "expiresAt",
    }


def test_an_unknown_key_cannot_be_revoked(program: Program) -> None:
    answer = program.ask("DELETE", "auth/api-keys/nobody")

    assert answer.status_code == 404
    assert (answer.json or {})["error"] == "KEY_NOT_FOUND"
