"""What requests say, and what is refused before anybody looks at it."""

import gzip
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.web import Program
from web.app import create_app
from web.bodies import LARGEST

LOGIN = "/api/v1/auth/login"


def send(
    client: FlaskClient, body: bytes, kind: str | None = "application/json", **more: Any
) -> TestResponse:
    return client.post(LOGIN, data=body, content_type=kind, **more)


def problems(answer: TestResponse) -> list[tuple[str, str]]:
    return [(each["path"], each["message"]) for each in (answer.json or {})["details"]]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"{", "Expecting property name enclosed in double quotes at line 1 column 2"),
        (b'{\n "email": x}', "Expecting value at line 2 column 11"),
        (b'{"email": "\xff"}', "it is not UTF-8 at byte 12"),
        (b'{"email": NaN}', "NaN is not JSON"),
        (b"[" * 50_000, "nested too deeply"),
        ('{"email": 1}'.encode("utf-16"), "it is not UTF-8 at byte 1"),
    ],
)
def test_broken_json_is_400_and_says_where(bare: FlaskClient, body: bytes, where: str) -> None:
    answer = send(bare, body)

    assert answer.status_code == 400
    assert (answer.json or {})["error"] == "MALFORMED"
    assert problems(answer) == [("", where)]


def test_a_body_that_is_no_object_is_refused(bare: FlaskClient) -> None:
    answer = send(bare, b"[]")

    assert answer.status_code == 422
    assert problems(answer) == [("", "must be a JSON object")]


def test_all_problems_are_told_at_once_with_their_paths(bare: FlaskClient) -> None:
    answer = send(bare, b'{"email": {"$ne": null}, "idea": 1}')

    assert answer.status_code == 422
    assert problems(answer) == [
        ("email", "should be text"),
        ("password", "is missing"),
        ("idea", "is not a field known here; remove it or mend its name"),
    ]


def test_no_value_is_repeated_in_an_error(bare: FlaskClient) -> None:
    answer = send(bare, b'{"email": ["hunter2"], "password": ["hunter2"]}')

    assert answer.status_code == 422
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None, "text/json"],
)
def test_anything_but_json_is_415(bare: FlaskClient, kind: str | None) -> None:
    assert send(bare, b'{"email": "a", "password": "b"}', kind).status_code == 415


def test_other_charsets_and_compression_are_415(bare: FlaskClient) -> None:
    assert send(bare, b"{}", "application/json; charset=latin-1").status_code == 415
    assert send(bare, gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"}).status_code == 415


def test_no_body_at_all_is_an_empty_object(bare: FlaskClient) -> None:
    answer = bare.post(LOGIN)

    assert answer.status_code == 422
    assert problems(answer) == [("email", "is missing"), ("password", "is missing")]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_413(bare: FlaskClient, *, chunked: bool) -> None:
    bare = create_app(bare.application.extensions["flow8"]).test_client()
    bare.application.config["MAX_CONTENT_LENGTH"] = 100
    body = b'{"email": "' + b"a" * 200 + b'"}'

    if chunked:
        answer = send(
            bare,
            b"",
            input_stream=io.BytesIO(body),
            headers={"Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )
    else:
        answer = send(bare, body)

    assert answer.status_code == 413
    assert (answer.json or {})["error"] == "TOO_LARGE"


def test_the_limit_is_the_setting(bare: FlaskClient) -> None:
    assert bare.application.config["MAX_CONTENT_LENGTH"] == 100 * 1024 * 1024


def test_strangers_are_not_read_at_length(bare: FlaskClient) -> None:
    answer = send(bare, b" " * 65 * 1024)

    assert answer.status_code == 413
    assert (answer.json or {})["message"] == "The body may have 65536 bytes at most here."


def test_no_more_is_read_whole_than_one_value_takes(program: Program) -> None:
    answer = program.post("flows/x/run", data=b" " * (LARGEST + 1), content_type="application/json")

    assert answer.status_code == 413
    assert str(LARGEST) in (answer.json or {})["message"]


def test_a_body_that_breaks_off_is_400(bare: FlaskClient) -> None:
    answer = send(bare, b"", input_stream=io.BytesIO(b'{"em'), headers={"Content-Length": "100"})

    assert answer.status_code == 400


def test_a_query_is_checked_like_a_body(program: Program) -> None:
    answer = program.get("flows?page=x&pgae=1")

    assert answer.status_code == 422
    assert [path for path, _ in problems(answer)] == ["page", "pgae"]


def test_a_parameter_that_comes_twice_is_refused(program: Program) -> None:
    answer = program.get("flows?page=1&page=2")

    assert answer.status_code == 422
    assert problems(answer) == [("page", "is given more than once")]


def test_bounds_of_lists_are_the_services(program: Program) -> None:
    answer = program.get("flows?page=0&size=101")

    assert answer.status_code == 422
    assert [path for path, _ in problems(answer)] == ["page", "size"]


@pytest.mark.parametrize(
    ("path", "field", "value", "told"),
    [
        ("flows/nobody/run", "force", "true", "should be true or false"),
        ("flows/nobody/run", "force", 1, "should be true or false"),
        ("flows/nobody/run", "version", "1", "should be a number"),
        ("flows/nobody/run", "version", True, "should be a number"),
        ("flows/nobody/run", "wait", "0", "should be a number"),
        ("flows/nobody/run", "idempotency_key", "k", "is not a field known here; remove it or mend its name"),
        ("auth/api-keys", "expiresAt", 2_000_000_000, "should be a moment, as 2026-04-04T10:00:00Z"),
        ("auth/api-keys", "expiresAt", "2000000000", "should be a moment, as 2026-04-04T10:00:00Z"),
    ],
)
def test_a_body_means_what_it_says_and_no_value_is_taken_for_another(
    program: Program, path: str, field: str, value: Any, told: str
) -> None:
    answer = program.post(path, json={"name": "k", field: value} if "keys" in path else {field: value})

    assert answer.status_code == 422
    assert problems(answer) == [(field, told)]


def test_a_query_has_the_names_of_the_description_only(program: Program) -> None:
    answer = program.get("plays?from_=2026-04-04T10:00:00Z")

    assert [path for path, _ in problems(answer)] == ["from_"]
