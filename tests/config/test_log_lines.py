"""Ids at the end of a line, and the form of LOG_FORMAT=json: one object a line, and no secret in it."""

import json
import sys
import threading
import time
from typing import Any

import pytest

from config import log_ids
from config.log_ids import About
from config.log_lines import FORMS, JsonLines, TextLines
from config.redaction import register
from tests.config.test_logging import record
from tests.support.sizes import sized

SECRET = "hunter2-and-more"
BEARER = "Bearer abcdefghijklmnop1234"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ"


def shown(message: str, **more: Any) -> dict[str, Any]:
    """A record as the object that it becomes."""
    line = JsonLines("worker").format(record(message, **more))
    assert "\n" not in line
    told: dict[str, Any] = json.loads(line)
    return told


def throw(error: Exception) -> None:
    raise error


def raised(error: Exception) -> Any:
    try:
        throw(error)
    except Exception:  # noqa: BLE001 - any
        return sys.exc_info()


def test_ids_end_the_line_and_are_gone_when_nothing_is_about_them_any_more() -> None:
    with About(company_id="c1", play_id="p1", request_id=None):
        inside = TextLines("web").format(record("went well"))
    outside = TextLines("web").format(record("went well"))

    assert inside.endswith(" INFO http went well company_id=c1 play_id=p1")
    assert outside.endswith(" INFO http went well")


def test_an_id_that_the_message_says_itself_is_not_repeated() -> None:
    with About(company_id="c1", play_id="p1"):
        line = TextLines("web").format(record("play p1 goes on"))

    assert line.endswith("play p1 goes on company_id=c1")


def test_each_thread_has_ids_of_its_own() -> None:
    seen: list[log_ids.Ids] = []
    with About(play_id="p1"):
        thread = threading.Thread(target=lambda: seen.append(log_ids.current()))
        thread.start()
        thread.join()

    assert seen == [{}]


def test_an_object_says_all_there_is() -> None:
    with About(company_id="c1", play_id="p1", request_id="r1"):
        told = shown("é\n\u2028 done", created=1775298225.123)

    assert isinstance(told.pop("pid"), int)
    assert told == {
        "time": "2026-04-04T10:23:45.123Z",
        "level": "info",
        "logger": "http",
        "message": "é\n\u2028 done",
        "process": "worker",
        "company_id": "c1",
        "play_id": "p1",
        "request_id": "r1",
    }


def test_an_exception_is_one_field() -> None:
    told = shown("broke", exc_info=raised(ValueError("no\nsuch")))

    assert told["exception"].startswith("Traceback")
    assert told["exception"].endswith("ValueError: no\nsuch")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("see mongodb://app:s3cret-pass@db:27017/flow8", "s3cret-pass"),
        ("sent Authorization: " + BEARER, "abcdefghijklmnop1234"),
        (f"knows {SECRET}", SECRET),
        (f"\n{PEM}", "MIIEvQ"),
        (f'{{"a": "\\n{PEM}"}}', "kqhkiG9w0BAQ"),
    ],
)
def test_no_secret_is_in_a_message_an_exception_or_an_id(form: str, text: str, secret: str) -> None:
    register(SECRET)
    with About(request_id=text):
        line = FORMS[form]("web").format(record(text, exc_info=raised(RuntimeError(text))))

    assert secret not in line
    assert "***" in line
    if form == "json":
        assert set(json.loads(line)) >= {"message", "exception", "request_id"}


def test_ids_cost_a_play_and_a_request_next_to_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    times = sized(20_000, 500_000)
    began = time.perf_counter()
    for _ in range(times):
        with About(company_id="c1", play_id="p1", request_id="r1"):
            pass
    per_play = (time.perf_counter() - began) / times * 1e6
    with capsys.disabled():
        print(f"\nids: {per_play:.2f} µs for each play")  # noqa: T201 - a report

    assert log_ids.current() == {}
