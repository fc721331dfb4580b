"""Errors as the API promises them, and as people see them."""

import logging
from collections.abc import Callable

import pytest

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from flow8.errors import Flow8Error, TooMany, Unavailable
from tests.support.web import Browser, Program
from web.app import create_app
from web.front import Front
from web.policy import public

SHAPE = {"error", "message", "statusCode", "requestId", "details"}


def ask(front: Front, view: Callable[[], str], accept: str = "*/*") -> tuple[int, str, str]:
    app = create_app(front.extensions["flow8"])
    app.add_url_rule("/view", "view", public(view))
    answer = app.test_client().get("/view", headers={"Accept": accept})
    return answer.status_code, answer.text, answer.headers.get("Retry-After", "")


def test_an_unknown_path_is_told_so_in_json(program: Program) -> None:
    answer = program.get("nowhere")

    assert answer.status_code == 404
    assert set(answer.json or {}) == SHAPE
    assert (answer.json or {})["error"] == "NOT_FOUND"
    assert (answer.json or {})["requestId"] == answer.headers["X-Request-Id"]


def test_a_wrong_method_is_told_the_right_ones(program: Program) -> None:
    answer = program.ask("PATCH", "flows")

    assert answer.status_code == 405
    assert (answer.json or {})["error"] == "METHOD_NOT_ALLOWED"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_a_stranger_is_told_how_to_come_in(program: Program) -> None:
    answer = program.client.get("/api/v1/flows")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="flow8"'
    assert set(answer.json or {}) == SHAPE


def test_browsers_get_a_page_programs_get_json(stranger: Browser, program: Program) -> None:
    assert stranger.get("/nowhere").mimetype == "text/html"
    assert program.client.get("/nowhere").mimetype == "application/json"
    assert stranger.get("/api/v1/nowhere").mimetype == "application/json"


def test_the_unexpected_is_answered_without_detail_and_logged_with_it(
    bare_app: Front, caplog: pytest.LogCaptureFixture
) -> None:
    def explode() -> str:
        raise RuntimeError("the secret is hunter2")

    status, text, _ = ask(bare_app, explode)

    assert status == 500
    assert "hunter2" not in text
    assert "RuntimeError" not in text
    (record,) = [record for record in caplog.records if record.name == "web"]
    assert record.exc_info is not None
    assert "request_id=" in record.getMessage()
    assert record.getMessage().rpartition("=")[2] in text


def test_our_own_inner_error_is_answered_without_detail(
    bare_app: Front, caplog: pytest.LogCaptureFixture
) -> None:
    def explode() -> str:
        raise Flow8Error("table 7 of 9 is broken")

    status, text, _ = ask(bare_app, explode)

    assert status == 500
    assert "table 7" not in text
    assert any(record.exc_info for record in caplog.records)


def test_a_fault_of_the_database_is_no_bug_but_a_503(
    bare_app: Front, caplog: pytest.LogCaptureFixture
) -> None:
    engine: Engine = bare_app.extensions["flow8"]

    def look() -> str:
        return str(engine.store.database["plays"].find_one({"$nonsense": 1}))

    status, text, retry_after = ask(bare_app, look)

    assert (status, retry_after) == (503, "2")
    assert "UNAVAILABLE" in text
    assert "nonsense" not in text
    assert [record.levelno for record in caplog.records if record.name == "web"] == [logging.WARNING]


@pytest.mark.parametrize("error", [TooMany, Unavailable])
def test_who_should_come_back_later_is_told_when(bare_app: Front, error: type[Flow8Error]) -> None:
    def refuse() -> str:
        raise error

    status, _, retry_after = ask(bare_app, refuse)

    assert status == error.status
    assert int(retry_after) > 0


def test_people_see_a_page_without_markup_of_others(bare_app: Front) -> None:
    def explode() -> str:
        raise Unavailable("<script>alert(1)</script>")

    status, text, _ = ask(bare_app, explode, accept="text/html")

    assert status == 503
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_denial_says_which_right_is_missing(program_as: Callable[[Role], Program]) -> None:
    answer = program_as(Role.VIEWER).post("flows/any/run", json={})

    assert answer.status_code == 403
    assert "'run'" in (answer.json or {})["message"]
