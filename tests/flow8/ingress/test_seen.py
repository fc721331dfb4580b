"""What a flow sees of the request."""

import pytest

from flow8.ingress.body import read_body
from flow8.ingress.seen import cookie_name, request_of, visible_headers
from tests.support.channels import an_inbound


def test_a_flow_sees_the_request_without_what_is_ours() -> None:
    inbound = an_inbound(
        b'{"a": 1}', {"cookie": "sid=secret; theme=dark", "x-shop": "7"}, path="/orders/A%201", query="n=1"
    )

    request = request_of(inbound, read_body(inbound), {"n": "1"}, {"id": "A 1"})

    assert request == {
        "method": "POST",
        "path": "/orders/A%201",
        "params": {"id": "A 1"},
        "query": {"n": "1"},
        "headers": {
            "host": "localhost",
            "cookie": "theme=dark",
            "x-shop": "7",
            "content-type": "application/json",
        },
        "body": {"a": 1},
        "rawBody": '{"a": 1}',
        "ip": "192.0.2.7",
    }


@pytest.mark.parametrize(
    ("cookie", "seen"),
    [
        ("sid=secret", None),
        (" sid = secret ", None),
        ("SID=secret", None),
        ("=sid=secret", None),
        ("sid", None),
        ("a=1; sid=secret; b=2", "a=1; b=2"),
        ("a=1;sid=secret;b=2", "a=1; b=2"),
        ("sid=one; sid=two; a=1", "a=1"),
        ("sso=trip; a=1", "a=1"),
        ("sidney=1; aside=2", "sidney=1; aside=2"),
        ("a=sid=1", "a=sid=1"),
    ],
)
def test_our_cookies_never_reach_a_flow(cookie: str, seen: str | None) -> None:
    assert visible_headers({"cookie": cookie}).get("cookie") == seen


def test_headers_of_the_connection_are_hidden_with_those_it_names() -> None:
    headers = {
        "connection": "keep-alive, X-Hop",
        "x-hop": "1",
        "keep-alive": "5",
        "te": "trailers",
        "trailer": "x",
        "transfer-encoding": "chunked",
        "upgrade": "h2c",
        "proxy-authorization": "Basic x",
        "authorization": "Bearer x",
        "accept": "*/*",
    }

    assert visible_headers(headers) == {"accept": "*/*"}


@pytest.mark.parametrize(("pair", "name"), [("a=1", "a"), (" A = 1", "a"), ("= sid=1", "sid"), ("", "")])
def test_the_name_of_a_cookie_is_found(pair: str, name: str) -> None:
    assert cookie_name(pair) == name
