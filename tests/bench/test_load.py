"""The load asks as it is told, on real sockets, and refuses to count a wrong answer."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.faults import Wrong
from bench.load import ANSWERS_PER_CONNECTION, Load, load_for, load_of, post


class Handler(BaseHTTPRequestHandler):
    """Answers what it was sent; `/close` lets go after it, `/vanish` before it, `/fail` answers 500."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/vanish":
            self.close_connection = True
            return
        self.server.bodies.append(body)
        self.send_response(500 if self.path == "/fail" else 200)
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/close":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server that remembers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections = 0
        self.bodies: list[bytes] = []

    def handle_error(self, *_: object) -> None:
        """A client that let go is no news."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def is_ok(status: int, _body: bytes) -> bool:
    return status == 200


def test_a_count_is_asked_exactly_and_the_calls_come_in_turns(server: Server) -> None:
    calls = [post("/", body, is_ok) for body in (b"one", b"two", b"three")]

    load = load_of(server.port, calls, callers=4, count=30)

    assert load.count == 30
    assert sorted(server.bodies) == sorted([b"one", b"two", b"three"] * 10)
    assert load.seconds > 0


def test_a_caller_comes_back_on_a_new_connection_now_and_then(server: Server) -> None:
    load_of(server.port, [post("/", b"x", is_ok)], callers=1, count=2 * ANSWERS_PER_CONNECTION + 1)

    assert server.connections == 3


def test_a_connection_that_the_server_ends_is_opened_again(server: Server) -> None:
    load = load_of(server.port, [post("/close", b"x", is_ok)], callers=2, count=10)

    assert (load.count, len(server.bodies)) == (10, 10)


def test_a_window_counts_only_what_is_answered_within_it(server: Server) -> None:
    load = load_for(server.port, [post("/", b"x", is_ok)], callers=3, seconds=0.2, warm=0.1)

    assert 0 < load.count < len(server.bodies)
    assert load.seconds <= 0.2


@pytest.mark.parametrize(
    ("path", "words"), [("/fail", "a wrong answer: 500 b'x'"), ("/vanish", "the connection was closed")]
)
def test_an_answer_that_is_not_right_spoils_the_whole_load(server: Server, path: str, words: str) -> None:
    with pytest.raises(Wrong, match=words):
        load_of(server.port, [post(path, b"x", is_ok)], callers=2, count=10)


def test_headers_are_sent_with_hyphens() -> None:
    call = post("/", b"x", is_ok, Idempotency_Key="7")

    assert b"\r\nIdempotency-Key: 7\r\n" in call.request


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 51.0), (0.99, 100.0), (1.0, 100.0)])
def test_percentiles_are_answers_that_came(share: float, expected: float) -> None:
    load = Load(1.0, [milliseconds / 1000 for milliseconds in range(100, 0, -1)])

    assert load.percentile_ms(share) == pytest.approx(expected)


def test_a_load_without_answers_has_times_of_nothing() -> None:
    assert Load(1.0).percentile_ms(0.5) == 0.0
