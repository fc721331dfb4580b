"""HTTP request."""

from typing import Any

import pytest

from catalogue.modules.http.curl import curl
from flow8.kit import Effect, Failed, Link, to_json
from flow8.kit.binding import args_problems, bind
from flow8.kit.testing import FakeContext, Sent

URL = "https://api.example.com/a"


def call(
    answer: dict[str, Any] | None = None, *, seconds: float = 30.0, **args: Any
) -> tuple[dict[str, Any], Sent]:
    method, url = str(args.get("method", "GET")).upper(), args.pop("asked", URL)
    context = FakeContext(
        calls=[{"method": method, "url": url, **(answer or {})}], key="play1/send", seconds=seconds
    )
    out = to_json(curl.run(bind(curl, {"url": URL, **args}), context))
    return out, context.request.sent[0]


def answered(content_type: str | None, body: bytes) -> tuple[str, Any]:
    import base64

    headers = {"Content-Type": content_type} if content_type else {}
    out, _ = call({"headers": headers, "body": {"base64": base64.b64encode(body).decode()}})
    return out["bodyType"], out["body"]


@pytest.mark.parametrize(
    ("content_type", "body", "outcome"),
    [
        ("application/json", b'{"a": [1]}', ("json", {"a": [1]})),
        ("Application/JSON; charset=utf-8", b"7", ("json", 7)),
        ("application/problem+json", b'"x"', ("json", "x")),
        ("application/json", b"", ("json", None)),
        ("application/json", b"  ", ("json", None)),
        ("application/json", b"{broken", ("text", "{broken")),
        ("application/json", b"NaN", ("text", "NaN")),
        ("application/json", b"[" * 200_000, ("text", "[" * 200_000)),
        ("application/json", b"\xff", ("base64", "/w==")),
        ("text/plain", "ü".encode(), ("text", "ü")),
        ("text/plain; charset=iso-8859-1", b"\xfc", ("text", "ü")),
        ('text/plain; charset="windows-1252"', b"\x80", ("text", "€")),
        ("text/plain", b"\xfc", ("base64", "/A==")),
        ("text/plain; charset=klingon", b"a", ("base64", "YQ==")),
        ("text/plain; charset=idna", b"a", ("base64", "YQ==")),
        ("text/plain; charset=zlib", b"a", ("base64", "YQ==")),
        ("application/xml", b"<a/>", ("text", "<a/>")),
        ("image/svg+xml", b"<svg/>", ("text", "<svg/>")),
        ("application/csv; charset=utf-8", b"a,b", ("text", "a,b")),
        (None, b"hello", ("text", "hello")),
        (None, b"", ("text", "")),
        (None, b"\xff", ("base64", "/w==")),
        ("application/octet-stream", b"plain", ("base64", "cGxhaW4=")),
        ("application/pdf", b"%PDF", ("base64", "JVBERg==")),
    ],
)
def test_the_body_is_what_its_type_says(
    content_type: str | None, body: bytes, outcome: tuple[str, Any]
) -> None:
    assert answered(content_type, body) == outcome


@pytest.mark.parametrize("status", [204, 301, 404, 500])
def test_no_status_is_a_failure(status: int) -> None:
    out, _ = call({"status": status, "headers": {"X-A": "1"}})

    assert (out["status"], out["headers"], out["url"]) == (status, {"x-a": "1"}, URL)


@pytest.mark.parametrize(
    ("body", "content_type", "sent"),
    [
        (None, None, None),
        ("text ü", "text/plain; charset=utf-8", "text ü".encode()),
        ("", "text/plain; charset=utf-8", b""),
        ({"a": 1}, "application/json", b'{"a": 1}'),
        ([], "application/json", b"[]"),
        (0, "application/json", b"0"),
        (False, "application/json", b"false"),
    ],
)
def test_the_body_is_sent_by_its_kind(body: Any, content_type: str | None, sent: bytes | None) -> None:
    _, seen = call(method="POST", body=body)

    assert (seen.body, seen.headers.get("Content-Type")) == (sent, content_type)


def test_a_type_that_the_flow_gives_is_kept() -> None:
    _, seen = call(method="POST", body="<a/>", headers={"content-type": "application/xml"})

    assert {name.lower(): value for name, value in seen.headers.items()}["content-type"] == "application/xml"
    assert "Content-Type" not in seen.headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_methods_read_and_carry_no_key(method: str) -> None:
    _, seen = call(method=method)

    assert "Idempotency-Key" not in seen.headers
    assert curl.effect_of(bind(curl, {"url": URL, "method": method})) is Effect.READ


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_writing_methods_write_and_carry_the_key_of_the_flowlet(method: str) -> None:
    _, seen = call(method=method)

    assert seen.headers["Idempotency-Key"] == "play1/send"
    assert curl.effect_of(bind(curl, {"url": URL, "method": method})) is Effect.WRITE


def test_a_key_that_the_flow_gives_is_kept() -> None:
    _, seen = call(method="POST", headers={"idempotency-key": "order-7"})

    assert seen.headers == {"idempotency-key": "order-7"}


def test_a_method_may_be_written_small() -> None:
    assert call(method="post")[1].method == "POST"


@pytest.mark.parametrize(
    ("url", "query", "asked"),
    [
        (URL, {}, URL),
        (f"{URL}#top", {}, f"{URL}#top"),
        (URL, {"q": "a b&c", "n": 2, "f": 2.0, "t": True}, f"{URL}?q=a+b%26c&n=2&f=2&t=true"),
        (URL, {"tag": ["a", "b", None], "none": None, "empty": ""}, f"{URL}?tag=a&tag=b&empty="),
        (f"{URL}?x=1#top", {"y": "ü"}, f"{URL}?x=1&y=%C3%BC"),
        (URL, {"only": None}, URL),
    ],
)
def test_parameters_are_put_behind_the_address(url: str, query: dict[str, Any], asked: str) -> None:
    _, seen = call(url=url, query=query, asked=asked)

    assert seen.url == asked


def test_redirects_are_followed_only_when_asked() -> None:
    assert [call(followRedirects=follow)[1].follow_redirects for follow in (False, True)] == [False, True]


def test_the_flowlets_time_bounds_the_exchange() -> None:
    with pytest.raises(Failed) as failed:
        call(seconds=0)

    assert failed.value.code == "TIMEOUT"


def test_the_module_speaks_through_its_component_only() -> None:
    assert curl.needs == ("request",)


@pytest.mark.parametrize(
    ("args", "path"),
    [
        ({}, "args.url"),
        ({"url": ""}, "args.url"),
        ({"url": URL, "method": "TRACE"}, "args.method"),
        ({"url": URL, "timeoutSeconds": 0}, "args.timeoutSeconds"),
        ({"url": URL, "headers": {"X-A": "1\r\nX-B: 2"}}, "args.headers.X-A"),
        ({"url": URL, "retries": 3}, "args.retries"),
    ],
)
def test_args_that_do_not_fit_are_told(args: dict[str, Any], path: str) -> None:
    found = [each.path.replace('["X-A"]', ".X-A") for each in args_problems(curl, args, "args")]

    assert found == [path]


def test_a_body_with_half_a_character_is_refused_for_good() -> None:
    with pytest.raises(Failed, match="half a character") as failed:
        call(method="POST", body="\ud800")

    assert failed.value.final


LINK = Link("http", ("api.example.com",), {"Authorization": "Bearer swordfish"})


def test_a_link_puts_its_credential_over_what_the_flow_gave() -> None:
    context = FakeContext(calls=[{"url": URL}], links={"http": LINK})

    curl.run(bind(curl, {"url": URL, "headers": {"authorization": "mine", "X-A": "1"}}), context)

    assert context.request.sent[0].headers == {"X-A": "1", "Authorization": "Bearer swordfish"}


def test_a_link_is_sent_to_no_host_that_it_is_not_for() -> None:
    context = FakeContext(links={"http": LINK})

    with pytest.raises(Failed) as refused:
        curl.run(bind(curl, {"url": "https://elsewhere.example/"}), context)

    assert (refused.value.code, context.request.sent) == ("LINK_REFUSED", [])
