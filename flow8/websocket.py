"""One WebSocket on a connection that a door took over: handshake, messages, pings, a close that says why.

The frames are those of the library `websockets`, which does no I/O here; several threads may send.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, Protocol

from websockets.datastructures import Headers
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

PING_SECONDS: Final = 15.0
"""Whoever is silent for so long is pinged."""
SILENCE_SECONDS: Final = 30.0
"""Whoever is silent for so long is gone."""
PIECE: Final = 64 * 1024

HANDSHAKE: Final = frozenset(
    {"connection", "upgrade", "sec-websocket-key", "sec-websocket-version", "sec-websocket-protocol"}
)

RESTARTING: Final = CloseCode.SERVICE_RESTART
NOT_ALLOWED: Final = CloseCode.POLICY_VIOLATION


class Connection(Protocol):
    """What is used of a socket, whoever made it."""

    def settimeout(self, value: float | None, /) -> None:
        """Wait at most so long for each operation."""

    def recv(self, size: int, /) -> bytes:
        """Receive what is there."""

    def sendall(self, data: bytes, /) -> object:
        """Send everything."""

    def shutdown(self, how: int, /) -> object:
        """Stop receiving (0) or sending (1)."""


class WebSocket:
    """The server's end of one WebSocket; `most` is the largest message in bytes."""

    def __init__(self, connection: Connection, *, most: int) -> None:
        self._connection = connection
        self._protocol = ServerProtocol(max_size=most)
        self._lock = threading.RLock()
        self._messages: deque[str] = deque()
        self._parts: list[bytes] = []
        self._is_over = False
        self._heard_at = time.monotonic()

    @property
    def is_open(self) -> bool:
        """Whether messages may be sent."""
        return not self._is_over and self._protocol.state is State.OPEN

    def open(self, headers: Iterable[tuple[str, str]], subprotocol: str | None = None) -> bool:
        """Answer the handshake; False when it was none, and the client was told so.

        `subprotocol` is one that the client offers and that is spoken here.
        """
        if subprotocol is not None:
            self._protocol.available_subprotocols = [Subprotocol(subprotocol)]
        with self._lock:
            self._protocol.send_response(self._protocol.accept(self._handshake(headers)))
            self._flush()
        return self.is_open

    def _handshake(self, headers: Iterable[tuple[str, str]]) -> Request:
        """The request as the protocol reads it; one without a handshake if it cannot be read."""
        given = Headers()
        for name, value in headers:
            if name.lower() in HANDSHAKE:
                given[name] = value
        self._protocol.receive_data(Request("/", given).serialize())
        read = [event for event in self._protocol.events_received() if isinstance(event, Request)]
        return read[0] if read else Request("/", Headers())

    def messages(self) -> Iterator[str]:
        """Each text message of the client, until either side closes. Pings it meanwhile."""
        while True:
            while self._messages:
                yield self._messages.popleft()
            if self._is_over:
                return
            self._receive()

    def send(self, text: str) -> bool:
        """Send a message; False when the client is gone."""
        with self._lock:
            if not self.is_open:
                return False
            self._protocol.send_text(text.encode())
            self._flush()
            return not self._is_over

    def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Say why, and take nothing more from the client: its messages come to an end."""
        with self._lock:
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(code, reason)
                self._flush()
        self._is_over = True
        with suppress(OSError):
            self._connection.shutdown(0)

    def _receive(self) -> None:
        try:
            self._connection.settimeout(PING_SECONDS)
            data = self._connection.recv(PIECE)
        except TimeoutError:
            self._on_silence()
            return
        except OSError:
            data = b""
        self._heard_at = time.monotonic()
        with self._lock:
            if data:
                self._protocol.receive_data(data)
            else:
                self._protocol.receive_eof()
                self._is_over = True
            frames = [event for event in self._protocol.events_received() if isinstance(event, Frame)]
            self._flush()
        for frame in frames:
            self._take(frame)
        if self._protocol.state is not State.OPEN:
            self._is_over = True

    def _on_silence(self) -> None:
        if time.monotonic() - self._heard_at >= SILENCE_SECONDS - 1:
            self.close(CloseCode.GOING_AWAY, "no answer to pings")
            return
        with self._lock:
            if self.is_open:
                self._protocol.send_ping(b"")
                self._flush()

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            self.close(CloseCode.UNSUPPORTED_DATA, "send text")
        elif frame.opcode in (Opcode.TEXT, Opcode.CONT):
            self._parts.append(bytes(frame.data))
            if frame.fin:
                whole, self._parts = b"".join(self._parts), []
                self._take_message(whole)

    def _take_message(self, data: bytes) -> None:
        try:
            self._messages.append(data.decode())
        except UnicodeDecodeError:
            self.close(CloseCode.INVALID_DATA, "messages are UTF-8")

    def _flush(self) -> None:
        """Send what the protocol wants to say."""
        try:
            for data in self._protocol.data_to_send():
                if data:
                    self._connection.sendall(data)
                else:
                    self._connection.shutdown(1)
        except OSError:
            self._is_over = True
