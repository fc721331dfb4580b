"""The head of a request, read in the one way that every server in front reads it too."""

from http.client import HTTPException, parse_headers
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flow8.errors import Malformed
from workers.channels.framing import (
    Headers,
    HeadersTooLarge,
    RequestLine,
    ascii_target,
    read_headers,
    read_request_line,
)

PIECES = [
    *(b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b",", b"\0", b"\x0b", b"\x1c", b"\x7f"),
    *(b"\x85", b"\xa0", b"\xe9", b"Host: a", b"X: 1", b"X:", b"X : 1", b" folded: 5", b"From a b"),
    *(b"Content-Length: 5", b"content-length:7", b"Content-Length: +5", b"Content-Length", b"Cookie: a=1"),
    *(b"Transfer-Encoding: chunked", b"Transfer-Encoding:\tChunked", b"transfer-encoding: gzip, chunked"),
]


def read(head: str) -> Headers:
    return read_headers(BytesIO(head.encode("latin-1") + b"\r\n"))


def read_by_another(head: bytes) -> dict[str, str] | None:
    """The headers as Python's own HTTP reads them; None when it finds a fault, or two ways to see the end."""
    try:
        found = parse_headers(BytesIO(head))
    except HTTPException:
        return None
    pairs = [(name.lower(), value) for name, value in found.raw_items()]
    framing = [value for name, value in pairs if name in ("content-length", "transfer-encoding")]
    if found.defects or len(framing) > 1 or any("\n" in value for _, value in pairs):
        return None
    joined: dict[str, str] = {}
    for name, given_value in pairs:
        between = "; " if name == "cookie" else ", "
        value = given_value.strip(" \t")
        joined[name] = joined[name] + between + value if name in joined else value
    return joined


@pytest.mark.parametrize(
    ("head", "length", "is_chunked"),
    [
        ("", None, False),
        ("Host: a\r\nContent-Length: 5\r\n", 5, False),
        ("Host: a\nContent-Length: 05\n", 5, False),
        ("Host: a\r\nTransfer-Encoding: Chunked\r\n", None, True),
        ("X-Empty:\r\nX-Word: caf\xe9\r\n", None, False),
    ],
)
def test_a_plain_head_is_fine(head: str, length: int | None, is_chunked: bool) -> None:  # noqa: FBT001 - a table
    headers = read(head)

    assert (headers.content_length, headers.is_chunked) == (length, is_chunked)


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: 1_0\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: 5 \r\n",
        "Content-Length: \xb2\r\n",
        "Content-Length: \xa05\r\n",
        "Content-Length:\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked \r\n",
        "Transfer-Encoding: \x0bchunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length : 5\r\n",
        "Host: a\r\nno colon\r\nContent-Length: 5\r\n",
        "Host: a\r\n folded: 5\r\n",
        "Host: a\r\n\tfolded: 5\r\n",
        " Host: a\r\n",
        "From somebody\r\nHost: a\r\n",
        ": nameless\r\n",
        "X(y): 1\r\n",
        "X\xe9: 1\r\n",
        "X: 1\rContent-Length: 5\r\n",
        "X: 1\r\r\n",
        "X: a\0b\r\n",
    ],
)
def test_a_head_that_others_could_read_differently_is_refused(head: str) -> None:
    with pytest.raises(Malformed):
        read(head)


@pytest.mark.parametrize("head", [b"", b"Host: a", b"Host: a\r\n", b"Host: a\r\nContent-Length: 1"])
def test_a_head_whose_end_never_comes_is_refused(head: bytes) -> None:
    with pytest.raises(Malformed):
        read_headers(BytesIO(head))


@pytest.mark.parametrize("head", ["X: 1\r\n" * 100, f"X: {'x' * 70_000}\r\n"])
def test_a_head_has_a_limit(head: str) -> None:
    with pytest.raises(HeadersTooLarge):
        read(head)


def test_headers_that_come_several_times_are_joined() -> None:
    headers = read("Accept: a\r\nCookie: a=1\r\naccept:  b \r\nCOOKIE: b=2\r\nAccept: c\r\n")

    assert headers.values == {"accept": "a, b, c", "cookie": "a=1; b=2"}
    assert [headers.first(name) for name in ("accept", "cookie", "host")] == ["a", "a=1", ""]


@pytest.mark.parametrize(
    ("version", "wish", "ends"),
    [
        ("HTTP/1.1", "", False),
        ("HTTP/1.1", "Connection: Close\r\n", True),
        ("HTTP/1.0", "", True),
        ("HTTP/1.0", "Connection: keep-alive\r\n", False),
    ],
)
def test_the_client_says_whether_the_connection_ends(version: str, wish: str, ends: bool) -> None:  # noqa: FBT001 - a table
    assert read(wish).ends_connection(version) is ends


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
@example(b"X: 1\rContent-Length: 5\r\n")
@example(b"From a b\r\nX: 1\r\n")
def test_what_is_accepted_another_reads_the_same(pieces: bytes) -> None:
    head = pieces + b"\r\n\r\n"
    try:
        headers = read_headers(BytesIO(head))
    except (Malformed, HeadersTooLarge):
        return

    assert headers.values == read_by_another(head)


@pytest.mark.parametrize("line", ["POST /orders?a=%20 HTTP/1.1\r\n", "POST /orders?a=%20 HTTP/1.1\n"])
def test_a_first_line_has_three_words(line: str) -> None:
    assert read_request_line(line) == RequestLine("POST", "/orders?a=%20", "HTTP/1.1")


@pytest.mark.parametrize(
    "line",
    [
        "GET /orders\r\n",
        "GET  /orders HTTP/1.1\r\n",
        "GET\t/orders\tHTTP/1.1\r\n",
        " GET /orders HTTP/1.1\r\n",
        "GET /orders HTTP/1.1 \r\n",
        "GET /orders HTTP/1.1 x\r\n",
        "GET /or\rders HTTP/1.1\r\n",
        "GET /orders HTTP/1.1\r\r\n",
        "GET /or\x00ders HTTP/1.1\r\n",
        "GET /or\x7fders HTTP/1.1\r\n",
        "GET /or\xa0ders HTTP/1.1\r\n",
        "GET /orders HTTP/1.2\r\n",
        "GET /orders HTTP/2.0\r\n",
        "GET /orders http/1.1\r\n",
        "G(T /orders HTTP/1.1\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\r\n",
        "\r\n",
        "GET /orders HTTP/1.1",
        "",
    ],
)
def test_any_other_first_line_is_refused(line: str) -> None:
    with pytest.raises(Malformed):
        read_request_line(line)


@pytest.mark.parametrize(
    ("target", "read_as"),
    [("/a%20b?c=%C3%A4&d", "/a%20b?c=%C3%A4&d"), ("/\xc3\xa4?q=\xc3\xa4%20", "/%C3%A4?q=%C3%A4%20")],
)
def test_bytes_that_a_client_forgot_to_encode_are_encoded(target: str, read_as: str) -> None:
    assert ascii_target(target) == read_as
