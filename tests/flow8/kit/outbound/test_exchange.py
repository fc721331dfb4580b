"""One exchange: what is sent, what is answered, and its bounds; against real servers on this machine."""

import gzip
import socket
import threading
import time
import tracemalloc
from typing import Any

import pytest

from flow8.kit import Failed
from tests.flow8.kit.outbound.sending import said, send
from tests.flow8.kit.outbound.servers import Answer, Seen, answering, scripted, serving


def test_method_path_headers_and_body_arrive_as_given() -> None:
    with serving() as server:
        send(server.url("/a%20b?c=d"), "PUT", headers={"X-Word": "grün", "X-One": "1"}, body=b"data")

    seen = server.seen[0]
    assert (seen.method, seen.path, seen.body) == ("PUT", "/a%20b?c=d", b"data")
    assert seen.headers["x-one"] == "1"
    assert seen.headers["x-word"].encode("latin-1").decode() == "grün"
    assert seen.headers["content-length"] == "4"


def test_a_post_without_a_body_says_so() -> None:
    with serving() as server:
        send(server.url(), "POST")

    assert server.seen[0].headers["content-length"] == "0"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "other.example"},
        {"content-length": "0"},
        {"Transfer-Encoding": "chunked"},
        {"Connection": "close"},
        {"X-A": "1\r\nX-B: 2"},
        {"X-A": "1\n folded"},
        {"X A": "1"},
        {"X-A:": "1"},
        {"": "1"},
        {"X-A": "\udc80"},
    ],
)
def test_headers_that_could_make_two_requests_of_one_are_refused(headers: dict[str, str]) -> None:
    with serving() as server, pytest.raises(Failed) as refused:
        send(server.url(), headers=headers)

    assert (refused.value.final, refused.value.code) == (True, "BAD_HEADER")
    assert server.seen == []


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)

    with serving(lambda _: Answer(body=b"direct")) as server:
        assert send(server.url()).body == b"direct"


@pytest.mark.parametrize("status", [200, 204, 304, 404, 500, 599])
def test_every_status_is_an_answer(status: int) -> None:
    with serving(lambda _: Answer(status)) as server:
        assert send(server.url()).status == status


def test_header_names_are_lower_and_repeated_ones_joined() -> None:
    answer = said("""
        HTTP/1.1 200 OK
        X-Many: a
        Set-Cookie: a=1
        X-MANY: b
        Set-Cookie: b=2
        Content-Length: 0

        """)
    with scripted(answering(answer + b"\r\n")) as port:
        headers = send(f"http://127.0.0.1:{port}/").headers

    assert headers == {"x-many": "a, b", "set-cookie": "a=1\nb=2", "content-length": "0"}


def test_a_header_that_is_no_utf8_is_read_as_latin_1() -> None:
    answer = b"HTTP/1.1 200 OK\r\nX-Old: \xfc\r\nX-New: \xc3\xbc\r\nContent-Length: 0\r\n\r\n"
    with scripted(answering(answer)) as port:
        headers = send(f"http://127.0.0.1:{port}/").headers

    assert (headers["x-old"], headers["x-new"]) == ("ü", "ü")


def test_a_chunked_answer_is_put_together() -> None:
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with scripted(answering(answer)) as port:
        assert send(f"http://127.0.0.1:{port}/").body == b"abcde"


def test_an_answer_may_end_with_the_connection() -> None:
    with scripted(answering(b"HTTP/1.0 200 OK\r\n\r\nall of it")) as port:
        assert send(f"http://127.0.0.1:{port}/").body == b"all of it"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n",
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhuh?",
        b"",
    ],
)
def test_a_broken_answer_may_be_tried_again(answer: bytes) -> None:
    with scripted(answering(answer)) as port, pytest.raises(Failed) as broken:
        send(f"http://127.0.0.1:{port}/")

    assert (broken.value.final, broken.value.code) == (False, "CONNECTION_FAILED")


def test_an_answer_that_stops_in_the_middle_of_gzip_is_broken() -> None:
    packed = gzip.compress(b"a" * 1000)[:-9]
    with (
        serving(lambda _: Answer(headers={"Content-Encoding": "gzip"}, body=packed)) as server,
        pytest.raises(Failed, match="compressed answer ends too early"),
    ):
        send(server.url())


def test_gzip_that_nobody_asked_for_is_undone() -> None:
    packed = gzip.compress(b"hello" * 100)
    with serving(lambda _: Answer(headers={"Content-Encoding": "gzip"}, body=packed)) as server:
        assert send(server.url()).body == b"hello" * 100


def test_an_empty_answer_that_calls_itself_gzip_is_empty() -> None:
    with serving(lambda _: Answer(headers={"Content-Encoding": "gzip"})) as server:
        assert send(server.url(), "HEAD").body == b""
        assert send(server.url()).body == b""


def test_an_answer_of_exactly_the_limit_passes_and_one_byte_more_does_not() -> None:
    with serving(lambda _: Answer(body=b"x" * 100)) as server:
        assert len(send(server.url(), max_bytes=100).body) == 100

        with pytest.raises(Failed, match="The answer is larger than 99 bytes") as refused:
            send(server.url(), max_bytes=99)

    assert (refused.value.final, refused.value.code) == (True, "TOO_LARGE")


def test_a_bomb_of_gzip_is_refused_at_the_limit_and_never_unfolds() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    tracemalloc.start()
    with (
        serving(lambda _: Answer(headers={"Content-Encoding": "gzip"}, body=bomb)) as server,
        pytest.raises(Failed) as refused,
    ):
        send(server.url(), max_bytes=1_000_000)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code == "TOO_LARGE"
    assert peak < 10_000_000


def test_an_endless_answer_is_refused_at_the_limit() -> None:
    def endless(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 10_000)

    with scripted(endless) as port, pytest.raises(Failed) as refused:
        send(f"http://127.0.0.1:{port}/", max_bytes=100_000)

    assert refused.value.code == "TOO_LARGE"


def dripping(before: bytes) -> Any:
    """A server that says a byte every few milliseconds, for ever."""

    def drip(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(before)
        while True:
            connection.sendall(b"x")
            time.sleep(0.01)

    return drip


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
    ids=["status", "headers", "body", "body without a length"],
)
def test_a_server_that_drips_cannot_hold_us_past_the_deadline(before: bytes) -> None:
    started = time.monotonic()

    with scripted(dripping(before)) as port, pytest.raises(Failed) as late:
        send(f"http://127.0.0.1:{port}/", seconds=0.3)

    assert (late.value.final, late.value.code) == (False, "TIMEOUT")
    assert time.monotonic() - started < 3


def test_a_server_that_says_nothing_is_left_at_the_deadline() -> None:
    done = threading.Event()

    def silent(_connection: socket.socket) -> None:
        done.wait(20)

    with scripted(silent) as port:
        with pytest.raises(Failed, match="did not answer in time"):
            send(f"http://127.0.0.1:{port}/", seconds=0.2)
        done.set()


def test_a_server_that_takes_nothing_in_is_left_at_the_deadline() -> None:
    done = threading.Event()

    def deaf(_connection: socket.socket) -> None:
        done.wait(20)

    with scripted(deaf) as port:
        with pytest.raises(Failed) as late:
            send(f"http://127.0.0.1:{port}/", "POST", body=b"x" * 50_000_000, seconds=0.3)
        done.set()

    assert late.value.code == "TIMEOUT"


def test_the_deadline_counts_redirects_together() -> None:
    def slowly(_seen: Seen) -> Answer:
        time.sleep(0.15)
        return Answer(302, {"Location": "/again"})

    with serving(slowly) as server, pytest.raises(Failed) as late:
        send(server.url(), follow_redirects=True, seconds=0.5)

    assert late.value.code == "TIMEOUT"


def test_the_answer_to_a_body_that_was_cut_off_is_read() -> None:
    def refuse(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    with scripted(refuse) as port:
        answer = send(f"http://127.0.0.1:{port}/", "POST", body=b"x" * 5_000_000)

    assert (answer.status, answer.body) == (413, b"big")
