"""The head of a request, read in the one way that every server in front reads it too."""

from http.client import HTTPMessage, parse_headers
from io import BytesIO

import pytest

from flow8.errors import Malformed
from workers.channels.framing import ascii_target, check_head, joined


def read(head: str) -> HTTPMessage:
    return parse_headers(BytesIO(head.encode("latin-1") + b"\r\n"))


@pytest.mark.parametrize(
    "head",
    [
        "",
        "Host: a\r\nContent-Length: 5\r\n",
        "Host: a\r\nTransfer-Encoding: Chunked\r\n",
        "X-Empty:\r\nX-Word: caf\xe9\r\n",
    ],
)
def test_a_plain_head_is_fine(head: str) -> None:
    check_head(read(head))


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: 1_0\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: \xb2\r\n",
        "Content-Length:\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length : 5\r\n",
        "Host: a\r\nno colon\r\nContent-Length: 5\r\n",
        "Host: a\r\n folded: 5\r\n",
        " Host: a\r\n",
        "X(y): 1\r\n",
    ],
)
def test_a_head_that_others_could_read_differently_is_refused(head: str) -> None:
    with pytest.raises(Malformed):
        check_head(read(head))


def test_headers_that_come_several_times_are_joined() -> None:
    headers = joined(read("Accept: a\r\nCookie: a=1\r\naccept:  b \r\nCOOKIE: b=2\r\n"))

    assert headers == {"accept": "a, b", "cookie": "a=1; b=2"}


@pytest.mark.parametrize(
    ("target", "read_as"),
    [("/a%20b?c=%C3%A4&d", "/a%20b?c=%C3%A4&d"), ("/\xc3\xa4?q=\xc3\xa4%20", "/%C3%A4?q=%C3%A4%20")],
)
def test_bytes_that_a_client_forgot_to_encode_are_encoded(target: str, read_as: str) -> None:
    assert ascii_target(target) == read_as
