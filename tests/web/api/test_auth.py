"""Sign in, sign out, who am I."""

import logging

import pytest
from flask.testing import FlaskClient

from flow8.engine.engine import Engine
from flow8.store.people import User
from tests.support.web import ADDRESS, PASSWORD, Program

LOGIN = "/api/v1/auth/login"


def test_a_person_signs_in_looks_and_signs_out(client: FlaskClient, administrator: User) -> None:
    done = client.post(LOGIN, base_url=ADDRESS, json={"email": administrator.email, "password": PASSWORD})
    me = client.get("/api/v1/auth/me", base_url=ADDRESS)
    out = client.post("/api/v1/auth/logout", base_url=ADDRESS, headers={"Origin": ADDRESS})
    after = client.get("/api/v1/auth/me", base_url=ADDRESS)

    assert (done.status_code, me.status_code, out.status_code, after.status_code) == (200, 200, 204, 401)
    assert done.json == me.json
    assert (me.json or {})["email"] == "admin@localhost"
    assert (me.json or {})["company"]["slug"] == "default"
    assert client.get_cookie("sid") is None


@pytest.mark.parametrize(
    ("email", "password"), [("admin@localhost", "wrong"), ("nobody@localhost", PASSWORD), ("\x00", "\ud800")]
)
def test_whatever_is_wrong_is_answered_alike(
    client: FlaskClient, administrator: User, email: str, password: str
) -> None:
    assert administrator.email == "admin@localhost"

    answer = client.post(LOGIN, json={"email": email, "password": password})

    assert answer.status_code in (401, 422)
    if answer.status_code == 401:
        assert (answer.json or {})["error"] == "WRONG_CREDENTIALS"
    assert "Set-Cookie" not in answer.headers


def test_a_wrong_password_is_one_line_in_the_log(
    client: FlaskClient, administrator: User, caplog: pytest.LogCaptureFixture
) -> None:
    client.post(LOGIN, json={"email": administrator.email, "password": "hunter2"})

    lines = [record for record in caplog.records if record.name == "auth"]
    assert [(line.levelno, line.getMessage()) for line in lines] == [
        (logging.ERROR, f"login failed: wrong_password user_id={administrator.id}")
    ]


def test_the_alias_is_the_same(client: FlaskClient, administrator: User) -> None:
    answer = client.post("/api/auth/login", json={"email": administrator.email, "password": PASSWORD})

    assert answer.status_code == 200


def test_a_key_may_ask_who_it_is(program: Program, engine: Engine) -> None:
    me = program.get("auth/me").json or {}

    assert me["name"] == "key for admin"
    assert me["userId"] is None
    assert engine.store.companies.by_slug("default") is not None
