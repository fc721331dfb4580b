"""Whether a flow8 that was started can be used yet."""

import http.client
import socket
import time
from collections.abc import Iterable

from config.settings import Settings
from flow8.cli.greeting import Address

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not listened on
CHANNEL_PATIENCE = 10.0


class Readiness:
    """Asked again and again: first the web must be well, then whatever was promised must be reachable.

    Channels that are late hold the greeting up for CHANNEL_PATIENCE seconds only.
    """

    def __init__(self, settings: Settings, promised: Iterable[Address]) -> None:
        self._settings, self._promised = settings, list(promised)
        self._healthy_since: float | None = None

    def __call__(self) -> bool:
        """Look now; takes a second at the most for each address."""
        if self._healthy_since is None:
            if not is_healthy(self._settings):
                return False
            self._healthy_since = time.monotonic()
        waited = time.monotonic() - self._healthy_since
        return waited > CHANNEL_PATIENCE or all(map(_accepts, self._promised))


def is_healthy(settings: Settings) -> bool:
    """Whether the web answers /health with 200."""
    host = EVERYWHERE.get(settings.server_host, settings.server_host)
    connection = http.client.HTTPConnection(host, settings.server_port, timeout=1.0)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _accepts(address: Address) -> bool:
    try:
        socket.create_connection(address, 1.0).close()
    except OSError:
        return False
    return True
