"""Load over HTTP from one thread: plain sockets kept open, one request at a time on each.

It is cheap, for it shares the machine with what it measures. Callers come back on a new connection now and
then, so that the kernel's choice among the processes that listen on a port evens out.
"""

import gc
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice

from bench.faults import Wrong

ANSWERS_PER_CONNECTION = 100
PATIENCE_SECONDS = 60.0
PIECE = 65536

Check = Callable[[int, bytes], bool]


@dataclass(frozen=True)
class Call:
    """A request, ready to be sent, and whether an answer (status, body) to it is right."""

    request: bytes
    is_right: Check


@dataclass
class Load:
    """What a window of load came to: `count` right answers in `seconds`, and how long each took (seconds)."""

    seconds: float
    latencies: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many answers came."""
        return len(self.latencies)

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return self.count / self.seconds

    def percentile_ms(self, share: float) -> float:
        """The milliseconds within which this share of the answers came; 0 without any."""
        if not self.latencies:
            return 0.0
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def post(path: str, body: bytes, is_right: Check, **headers: str) -> Call:
    """A POST of JSON; names of headers are written with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in named.items()]
    lines.append(f"Content-Length: {len(body)}")
    return Call("\r\n".join([*lines, "", ""]).encode() + body, is_right)


def load_for(port: int, calls: Sequence[Call], *, callers: int, seconds: float, warm: float = 0.0) -> Load:
    """Let `callers` ask for so many seconds, after `warm` seconds that do not count.

    Raises:
        Wrong: an answer was not right, or did not come.
    """
    run = _Run(port, cycle(calls), time.perf_counter() + warm, seconds)
    return run.run(callers)


def load_of(port: int, calls: Sequence[Call], *, callers: int, count: int) -> Load:
    """Let `callers` ask until there were `count` answers.

    Raises:
        Wrong: an answer was not right, or did not come.
    """
    run = _Run(port, islice(cycle(calls), count), time.perf_counter(), float("inf"))
    return run.run(min(callers, count))


class _Caller:
    """One client: what it asked, since when, and what it heard so far."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = _connected(port)
        self.left = ANSWERS_PER_CONNECTION
        self.began = 0.0
        self._heard = b""
        self._end = 0
        self.call: Call | None = None

    def ask(self, call: Call) -> None:
        """Send one request."""
        self.call, self._heard, self._end = call, b"", 0
        self.began = time.perf_counter()
        self.socket.sendall(call.request)

    def hear(self) -> tuple[int, bytes] | None:
        """Status and body once the answer is whole."""
        piece = self.socket.recv(PIECE)
        if not piece:
            raise Wrong(f"the connection was closed after {self._heard[:200]!r}")
        self._heard += piece
        if not self._end:
            self._end = _end_of(self._heard)
        if not self._end or len(self._heard) < self._end:
            return None
        self.left -= 1
        head, _, body = self._heard.partition(b"\r\n\r\n")
        if b"\r\nconnection: close" in head.lower():
            self.left = 0
        return int(head[9:12]), body

    def connect_again(self) -> None:
        """Leave this connection for a new one."""
        self.socket.close()
        self.socket = _connected(self._port)
        self.left = ANSWERS_PER_CONNECTION


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _end_of(heard: bytes) -> int:
    """Where the answer ends; 0 while its head is not whole."""
    end = heard.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = heard[:end].lower()
    _, found, rest = head.partition(b"\r\ncontent-length:")
    if not found:
        raise Wrong(f"an answer without Content-Length: {head[:200]!r}")
    return end + 4 + int(rest.partition(b"\r\n")[0])


class _Run:
    """One window of load."""

    def __init__(self, port: int, calls: Iterator[Call], begins: float, seconds: float) -> None:
        self._port, self._calls = port, calls
        self._begins, self._seconds = begins, seconds
        self._selector = selectors.DefaultSelector()
        self._latencies: list[float] = []
        self._last = begins

    def run(self, callers: int) -> Load:
        """Ask, listen, ask again, until the time is over or the calls have run out."""
        with _without_collector(), self._selector:
            everybody = [_Caller(self._port) for _ in range(callers)]
            try:
                for caller in everybody:
                    self._selector.register(caller.socket, selectors.EVENT_READ, caller)
                    self._ask(caller)
                self._listen()
            finally:
                for caller in everybody:
                    caller.socket.close()
        return Load(min(self._seconds, self._last - self._begins), self._latencies)

    def _listen(self) -> None:
        while self._selector.get_map():
            ready = self._selector.select(PATIENCE_SECONDS)
            if not ready:
                raise Wrong(f"no answer within {PATIENCE_SECONDS:.0f} seconds")
            for key, _ in ready:
                self._hear(key.data)

    def _hear(self, caller: _Caller) -> None:
        answer = caller.hear()
        if answer is None:
            return
        now = time.perf_counter()
        if self._begins <= now <= self._begins + self._seconds:
            self._latencies.append(now - caller.began)
        self._last = now
        if caller.call is None or not caller.call.is_right(*answer):
            raise Wrong(f"a wrong answer: {answer[0]} {answer[1][:300]!r}")
        if not caller.left:
            self._selector.unregister(caller.socket)
            caller.connect_again()
            self._selector.register(caller.socket, selectors.EVENT_READ, caller)
        self._ask(caller)

    def _ask(self, caller: _Caller) -> None:
        call = next(self._calls, None) if time.perf_counter() < self._begins + self._seconds else None
        if call is None:
            self._selector.unregister(caller.socket)
        else:
            caller.ask(call)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing here makes cycles, and a collection would show as somebody else's pause."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
