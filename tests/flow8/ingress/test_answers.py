"""From the outcome of a play, or an error, to the answer of a channel."""

import json
from typing import Any

import pytest

from flow8.clock import utc_now
from flow8.domain.play import Failure, PlayState
from flow8.engine.start import Outcome
from flow8.errors import Invalid, Problem, Unauthorized, Unavailable
from flow8.ingress.answers import answer_of, queued, refusal
from flow8.ingress.exchange import Answer
from flow8.ingress.route import WrongMethod

PLAY = "a" * 24
URL = f"http://localhost:4454/api/v1/plays/{PLAY}"


def an_outcome(state: PlayState = PlayState.DONE, **more: Any) -> Outcome:
    return Outcome(PLAY, state, utc_now(), **more)


def no_file(_value: Any) -> None:
    """Nothing is a file here."""


def replied(**reply: Any) -> Answer:
    return answer_of(an_outcome(output={"o": 1}, reply=reply), URL, no_file)


def test_the_output_is_the_answer() -> None:
    answer = answer_of(an_outcome(output={"total": 3, "ä": None}), URL, no_file)

    assert (answer.status, json.loads(answer.body)) == (200, {"total": 3, "ä": None})
    assert answer.headers == {
        "Content-Type": "application/json",
        "X-Content-Type-Options": "nosniff",
        "X-Flow8-Play": PLAY,
    }


@pytest.mark.parametrize("state", [PlayState.SKIP, PlayState.FILTERED])
def test_a_play_that_had_nothing_to_do_answers_null(state: PlayState) -> None:
    answer = answer_of(an_outcome(state), URL, no_file)

    assert (answer.status, answer.body) == (200, b"null")


def test_an_unfinished_play_answers_where_to_look() -> None:
    answer = answer_of(an_outcome(PlayState.RUN), URL, no_file)

    assert (answer.status, json.loads(answer.body)) == (202, {"playId": PLAY, "state": "RUN", "url": URL})
    assert answer.headers["X-Flow8-Play"] == PLAY


@pytest.mark.parametrize(
    ("state", "code"), [(PlayState.FAIL, "PLAY_FAILED"), (PlayState.CANCELLED, "PLAY_CANCELLED")]
)
def test_a_failed_play_tells_its_id_and_nothing_else(state: PlayState, code: str) -> None:
    failed = an_outcome(
        state, error=Failure("TIMEOUT", "inner detail", "a"), reply={"status": 200, "body": "x"}
    )

    answer = answer_of(failed, URL, no_file)

    assert (answer.status, json.loads(answer.body)) == (500, {"error": code, "playId": PLAY})
    assert answer.headers["X-Flow8-Play"] == PLAY


def test_queued_plays_answer_their_ids() -> None:
    one = queued([an_outcome(PlayState.NEW)])
    two = queued([an_outcome(PlayState.NEW), Outcome("b" * 24, PlayState.NEW, utc_now())])

    assert (one.status, json.loads(one.body)) == (202, {"playId": PLAY, "status": "queued"})
    assert json.loads(two.body) == {"playId": PLAY, "status": "queued", "playIds": [PLAY, "b" * 24]}
    assert two.headers["X-Flow8-Play"] == PLAY


@pytest.mark.parametrize(
    ("body", "content_type", "sent"),
    [
        ("hello ä", "text/plain; charset=utf-8", "hello ä".encode()),
        ({"a": 1}, "application/json", b'{"a":1}'),
        ([1], "application/json", b"[1]"),
        (None, "application/json", b""),
        ("half \ud800", "text/plain; charset=utf-8", b"half ?"),
    ],
)
def test_a_reply_sets_status_and_body(body: Any, content_type: str, sent: bytes) -> None:
    answer = replied(status=201, headers={}, body=body)

    assert (answer.status, answer.headers["Content-Type"], answer.body) == (201, content_type, sent)


def test_a_reply_sets_headers() -> None:
    answer = replied(
        status=302, headers={"Location": "/x", "X-Word": " ä€ ", "content-type": "text/csv"}, body="a,b"
    )

    assert answer.headers == {
        "Location": "/x",
        "X-Word": "ä€".encode().decode("latin-1"),
        "content-type": "text/csv",
        "X-Content-Type-Options": "nosniff",
        "X-Flow8-Play": PLAY,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Set-Cookie", "sid=mine; Path=/"),
        ("set-cookie", " SID = mine"),
        ("Set-Cookie", "=sid=mine"),
        ("Set-Cookie", "sso=mine; Path=/auth/callback"),
        ("Connection", "close"),
        ("Transfer-Encoding", "chunked"),
        ("Content-Length", "3"),
        ("Upgrade", "h2c"),
        ("Clear-Site-Data", '"cookies"'),
        ("Strict-Transport-Security", "max-age=1"),
        ("x-flow8-play", "other"),
        ("x-content-type-options", "none"),
        ("Date", "never"),
        ("X-Split", "a\r\nSet-Cookie: sid=1"),
        ("Bad Name", "x"),
        ("X-Bad\r\nSet-Cookie", "sid=1"),
    ],
)
def test_a_reply_cannot_set_what_is_not_its_own(name: str, value: str) -> None:
    answer = replied(headers={name: value, "X-Fine": "1"}, body={})

    assert answer.headers == {
        "X-Fine": "1",
        "Content-Type": "application/json",
        "X-Content-Type-Options": "nosniff",
        "X-Flow8-Play": PLAY,
    }


def test_a_reply_may_set_other_cookies() -> None:
    assert replied(headers={"Set-Cookie": "basket=7; HttpOnly"}).headers["Set-Cookie"] == "basket=7; HttpOnly"


@pytest.mark.parametrize(
    "content_type", ["text/html", "TEXT/HTML; charset=utf-8", "image/svg+xml", "application/xhtml+xml", "x"]
)
def test_what_a_browser_could_run_is_sandboxed(content_type: str) -> None:
    answer = replied(headers={"Content-Type": content_type}, body="<script>")

    assert answer.headers["Content-Security-Policy"] == "sandbox"


def test_a_policy_of_the_flow_is_kept_beside_the_sandbox() -> None:
    headers = {"Content-Type": "text/html", "content-security-policy": "sandbox allow-same-origin"}

    answer = replied(headers=headers, body="")

    assert answer.headers["content-security-policy"] == "sandbox, sandbox allow-same-origin"
    assert "Content-Security-Policy" not in answer.headers


def test_text_and_json_need_no_sandbox() -> None:
    assert "Content-Security-Policy" not in replied(body="x").headers
    assert "Content-Security-Policy" not in replied(body={}).headers


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_has_none(status: int) -> None:
    assert replied(status=status, body="x").body == b""


def test_a_refusal_has_the_shape_of_every_error() -> None:
    error = Invalid("The args do not fit.", problems=[Problem("args.qty", "should be a number")])

    answer = refusal(error, "r1")

    assert (answer.status, json.loads(answer.body)) == (
        422,
        {
            "error": "INVALID",
            "message": "The args do not fit.",
            "statusCode": 422,
            "requestId": "r1",
            "details": [{"path": "args.qty", "message": "should be a number"}],
        },
    )
    assert "X-Flow8-Play" not in answer.headers


@pytest.mark.parametrize(
    ("error", "header", "value"),
    [
        (Unauthorized(), "WWW-Authenticate", 'Bearer realm="flow8 channel"'),
        (WrongMethod(("GET", "POST")), "Allow", "GET, POST"),
        (Unavailable(), "Retry-After", "5"),
    ],
)
def test_a_refusal_tells_what_to_do(error: Any, header: str, value: str) -> None:
    assert refusal(error, "r1").headers[header] == value
