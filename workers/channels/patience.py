"""Reads from a client with limits: a slow one, or one that sends headers for ever, is let go."""

import io
import time
from typing import Final

from gevent import socket
from typing_extensions import Buffer

IDLE_SECONDS: Final = 30.0
"""How long a connection may stay open without a request."""
LINGER_SECONDS: Final = 2.0
"""How long what a refused client still sends is read, so that it gets to read the refusal."""
HEAD_BYTES: Final = 64 * 1024


class HeadTooLarge(ValueError):
    """The headers of a request take more than 64 KiB."""


class PatientReader(io.RawIOBase):
    """The receiving side of a socket. A request must be there within `seconds` of its first byte."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        super().__init__()
        self._socket = sock
        self._seconds = seconds
        self.await_request()

    def await_request(self) -> None:
        """The next byte begins a new request."""
        self._deadline = time.monotonic() + IDLE_SECONDS
        self._is_idle = True
        self._head_left: int | None = HEAD_BYTES

    def await_body(self) -> None:
        """The headers are read: what follows has its own limit."""
        self._head_left = None

    def wait_for_ever(self) -> None:
        """The other side may be silent from now on for as long as it likes."""
        self._deadline = float("inf")
        self._is_idle = False

    def linger(self, seconds: float = LINGER_SECONDS) -> None:
        """The answer is sent: what may still come is not worth waiting for."""
        self._deadline = time.monotonic() + seconds
        self._is_idle = False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Receive what is there.

        Raises:
            TimeoutError: the client took too long.
            HeadTooLarge: so many headers.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(None if left == float("inf") else left)
        size = self._socket.recv_into(buffer)
        if self._is_idle:
            self._is_idle = False
            self._deadline = time.monotonic() + self._seconds
        if self._head_left is not None:
            self._head_left -= size
            if self._head_left < 0:
                raise HeadTooLarge
        return size
