"""Headers of every answer."""

import pytest
from flask.testing import FlaskClient

from tests.support.web import Program
from web.headers import HEADERS


@pytest.mark.parametrize(
    "path", ["/health", "/", "/sign-in", "/api/v1/flows", "/nowhere", "/assets/flow8.css"]
)
def test_every_answer_tells_browsers_what_they_may_do(bare: FlaskClient, path: str) -> None:
    answer = bare.get(path)

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_view_cannot_say_otherwise(bare: FlaskClient) -> None:
    answer = bare.application.response_class(headers={"x-frame-options": "ALLOWALL", "X-Own": "kept"})

    with bare.application.test_request_context():
        _, _, headers = answer.get_wsgi_response({"REQUEST_METHOD": "GET"})

    said = [(name, value) for name, value in headers if name.lower() in ("x-frame-options", "x-own")]
    assert said == [("X-Own", "kept"), ("X-Frame-Options", "DENY")]


def test_the_policy_allows_no_script_or_style_in_the_page() -> None:
    policy = HEADERS["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_answers_are_not_kept_but_assets_are(program: Program) -> None:
    assert program.get("flows").headers["Cache-Control"] == "no-store"
    assert program.client.get("/assets/flow8.css").headers["Cache-Control"] == "public, max-age=3600"


def test_a_sane_request_id_is_answered_and_another_replaced(program: Program) -> None:
    kept = program.get("flows", headers={"X-Request-Id": "order-4711.a"}).headers["X-Request-Id"]
    replaced = program.get("flows", headers={"X-Request-Id": "a b<script>"}).headers["X-Request-Id"]

    assert kept == "order-4711.a"
    assert len(replaced) == 24
