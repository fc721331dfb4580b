"""A deadline for everything a connection does, kept without killing whoever waits on it."""

import socket
import threading
import time
from types import TracebackType
from typing import Self


class Watchdog:
    """Shuts a connection down when its time is over, whatever step it hangs in.

    Timeouts of sockets count from each byte, so a server that drips could hold them for ever.
    """

    def __init__(self, connection: socket.socket, ends_at: float) -> None:
        self._connection = connection
        self._timer = threading.Timer(max(0.0, ends_at - time.monotonic()), self._bite)
        self._timer.daemon = True
        self.bit = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def _bite(self) -> None:
        self.bit = True
        try:
            # Past TLS to the socket below it: TLS would first say goodbye, which may hang as well.
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)
        except OSError:
            # It is closed already, which is all that was wanted.
            return
