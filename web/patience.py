"""Ends requests whose sender takes too long, without a timer for each.

A socket's own timeout counts from the last byte, so a sender of one byte a minute would never meet it. One
thread looks at all bodies being read; it lives only while there are some.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, Response, request

from flow8.errors import Flow8Error
from web import asked

LOOK_SECONDS = 0.5


class TooSlow(Flow8Error):
    """The request took too long to arrive; send it faster."""

    status = 408
    code = "REQUEST_TIMEOUT"


def register(app: Flask) -> None:
    """Give up on receivers of answers of `app` that take longer than write_timeout_seconds for a piece."""
    app.after_request(_limit_sending)


def _limit_sending(answer: Response) -> Response:
    connection: socket.socket | None = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(asked.settings().write_timeout_seconds)
    return answer


@dataclass
class Reading:
    """One body on its way; `late` once its time is over and nothing more is taken from its sender."""

    connection: socket.socket
    until: float
    late: bool = False

    @property
    def is_over(self) -> bool:
        """Whether its time is over, noticed or not yet: the socket's own timeout may come first."""
        return time.monotonic() >= self.until


class Patience:
    """Watches bodies being read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readings: list[Reading] = []
        self._watches = False

    @contextlib.contextmanager
    def watching(self, connection: socket.socket, seconds: float) -> Iterator[Reading]:
        """Take nothing more from this connection after so many seconds: its reader then sees the end."""
        reading = Reading(connection, time.monotonic() + seconds)
        connection.settimeout(seconds)
        with self._lock:
            self._readings.append(reading)
            starts, self._watches = not self._watches, True
        if starts:
            threading.Thread(target=self._watch, name="patience", daemon=True).start()
        try:
            yield reading
        finally:
            with self._lock:
                self._readings.remove(reading)

    def _watch(self) -> None:
        while self._goes_on():
            time.sleep(LOOK_SECONDS)
            now = time.monotonic()
            with self._lock:
                late = [reading for reading in self._readings if reading.until < now and not reading.late]
            for reading in late:
                reading.late = True
                with contextlib.suppress(OSError):
                    reading.connection.shutdown(socket.SHUT_RD)

    def _goes_on(self) -> bool:
        with self._lock:
            self._watches = bool(self._readings)
            return self._watches
