"""Files over the API: sent as a form, fetched as a download that no browser shows."""

import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from tests.support.files import on_disk
from tests.support.web import Browser, Program
from web.front import Front


def sent(program: Program, data: bytes = b"0123456789", name: str = "Zürich.html") -> TestResponse:
    return program.post("files", data={"file": (io.BytesIO(data), name, "text/html")})


def test_a_file_is_sent_and_fetched(program: Program) -> None:
    value = sent(program).json or {}

    answer = program.get(f"files/{value['id']}")

    assert value.keys() == {"id", "name", "type", "size", "sha256"}
    assert (value["name"], value["type"], value["size"]) == ("Zürich.html", "text/html", 10)
    assert (answer.status_code, answer.data) == (200, b"0123456789")
    assert answer.headers["Content-Length"] == "10"
    assert answer.headers["ETag"] == f'"{value["sha256"]}"'


def test_a_download_is_never_shown_at_our_address(program: Program) -> None:
    answer = program.get(f"files/{(sent(program).json or {})['id']}")

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Z_rich.html\"; filename*=UTF-8''Z%C3%BCrich.html"
    )
    assert answer.headers.getlist("Content-Security-Policy") == [
        "sandbox; default-src 'none'; frame-ancestors 'none'"
    ]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("wanted", "part", "told"),
    [
        ("bytes=2-5", b"2345", "bytes 2-5/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=8-100", b"89", "bytes 8-9/10"),
    ],
)
def test_a_part_is_fetched(program: Program, wanted: str, part: bytes, told: str) -> None:
    file_id = (sent(program).json or {})["id"]

    answer = program.get(f"files/{file_id}", headers={"Range": wanted})

    assert (answer.status_code, answer.data, answer.headers["Content-Range"]) == (206, part, told)
    assert answer.headers["Content-Length"] == str(len(part))


@pytest.mark.parametrize("wanted", ["bytes=20-30", "bytes=0-1,3-4", "lines=1-2", "bytes=x", "bytes=5-2"])
def test_a_range_that_cannot_be_had_gives_all(program: Program, wanted: str) -> None:
    file_id = (sent(program).json or {})["id"]

    answer = program.get(f"files/{file_id}", headers={"Range": wanted})

    assert (answer.status_code, answer.data) == (200, b"0123456789")


def test_an_empty_file_is_fetched(program: Program) -> None:
    body = b'--y\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n--y--\r\n'
    value = program.post("files", data=body, content_type="multipart/form-data; boundary=y").json or {}

    answer = program.get(f"files/{value['id']}")

    assert (answer.status_code, answer.data) == (200, b"")


def test_another_runner_does_not_get_it(program: Program, program_as: Any) -> None:
    file_id = (sent(program).json or {})["id"]

    assert program_as(Role.RUNNER).get(f"files/{file_id}").status_code == 404
    assert program_as(Role.VIEWER).post("files", data={}).status_code == 403


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"data": b"{}", "content_type": "application/json"}, 415),
        ({"data": b"x", "content_type": "multipart/form-data; boundary=y"}, 400),
        ({"data": {"file": "text"}}, 415),
        ({"data": {"file": (io.BytesIO(b"x"), "a"), "more": "text"}}, 422),
    ],
)
def test_what_is_not_one_file_is_refused_and_leaves_nothing(
    engine: Engine, program: Program, more: dict[str, Any], status: int
) -> None:
    assert program.post("files", **more).status_code == status
    assert on_disk(engine) == []


@pytest.mark.parametrize("chunked", [False, True])
def test_a_form_over_the_limit_is_413_and_leaves_nothing(
    app: Front, engine: Engine, program: Program, *, chunked: bool
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 300_000
    head = b'--y\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body = head + b"x" * 400_000 + b"\r\n--y--\r\n"
    more: dict[str, Any] = {
        "input_stream": io.BytesIO(body),
        "content_type": "multipart/form-data; boundary=y",
    }
    if chunked:
        more["headers"] = {"Transfer-Encoding": "chunked"}
        more["environ_overrides"] = {"wsgi.input_terminated": True}
    else:
        more["headers"] = {"Content-Length": str(len(body))}

    answer = program.post("files", **more)

    assert (answer.status_code, (answer.json or {})["error"]) == (413, "TOO_LARGE")
    assert on_disk(engine) == []


def test_a_form_of_another_page_is_refused(browser: Browser) -> None:
    data = {"file": (io.BytesIO(b"x"), "a")}

    answer = browser.client.post(
        "/api/v1/files",
        data=data,
        base_url="http://localhost:4454",
        headers={"Origin": "http://evil.example"},
    )

    assert answer.status_code == 403
