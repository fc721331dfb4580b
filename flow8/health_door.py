"""Where each process says how it is, without a key: `/livez`, `/readyz`, `/health`, `/metrics`.

Shut unless HEALTH_PORT is set. Several processes on one machine take the next free ports; one that finds none
says so and goes on: nobody's plays shall wait for this.
"""

import json
import logging
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from config.kinds import HIGHEST_PORT
from config.settings import Settings
from flow8.engine.engine import Engine
from flow8.metrics.text import TYPE
from flow8.services.health import Lookout, shown_health, shown_readiness
from flow8.services.metrics import metrics_of_process

PORTS: Final = 20
"""So many are tried, from HEALTH_PORT on."""
CLIENT_SECONDS: Final = 5.0
JSON: Final = "application/json"

Said = tuple[bool, str, str]
"""Whether all is well, the type of the text, the text."""

log = logging.getLogger("health")


class HealthDoor:
    """One process's door. `role` is which process it is."""

    def __init__(self, engine: Engine, role: str) -> None:
        self._settings = engine.settings
        self._engine, self._role = engine, role
        self._lookout = Lookout(engine, role)
        self._server: _Server | None = None
        self.port: int | None = None

    def open(self) -> None:
        """Listen, in a thread of its own, if HEALTH_PORT is set and one of its ports is free."""
        if self._settings.health_port is None:
            return
        self._server = _first_free(self._settings, self._pages())
        if self._server is None:
            return
        self.port = self._server.server_address[1]
        log.info("health is told on %s:%d", self._settings.health_host, self.port)
        threading.Thread(target=self._server.serve_forever, name="health-door", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def _pages(self) -> dict[str, Callable[[], Said]]:
        return {
            "/livez": lambda: (True, JSON, json.dumps({"status": "alive"})),
            "/readyz": self._readiness,
            "/health": self._health,
            "/metrics": lambda: (True, TYPE, metrics_of_process(self._engine, self._role)),
        }

    def _readiness(self) -> Said:
        found = self._lookout.readiness()
        return found.healthy, JSON, json.dumps(shown_readiness(found))

    def _health(self) -> Said:
        found = self._lookout.health()
        return found.healthy, JSON, json.dumps(shown_health(found))


class _Server(ThreadingHTTPServer):
    """Answers each client in a thread of its own."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, address: tuple[str, int], pages: dict[str, Callable[[], Said]]) -> None:
        self.pages = pages
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind; the name that `HTTPServer` would ask DNS for is not needed."""
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - its signature
        """A client that went away is nobody's trouble."""
        log.debug("a client of the health door went away")


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: _Server
    timeout = CLIENT_SECONDS
    error_message_format = "%(code)d %(message)s\n"
    error_content_type = "text/plain; charset=utf-8"
    server_version = "flow8"
    sys_version = ""

    def do_GET(self) -> None:
        """One of the pages, or 404."""
        page = self.server.pages.get(self.path.partition("?")[0])
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        is_well, kind, text = page()
        body = text.encode()
        self.send_response(HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Somebody asks every few seconds; that is no news."""


def _first_free(settings: Settings, pages: dict[str, Callable[[], Said]]) -> _Server | None:
    first = settings.health_port or 0
    problem: OSError | None = None
    for port in _candidates(settings, first):
        try:
            return _Server((settings.health_host, port), pages)
        except OSError as error:
            problem = error
    log.warning(
        "HEALTH_PORT %d to %d cannot be opened on %s (%s); this process works on without telling its health",
        first,
        first + PORTS - 1,
        settings.health_host,
        "none" if problem is None else problem.strerror or type(problem).__name__,
    )
    return None


def _candidates(settings: Settings, first: int) -> Iterator[int]:
    """The ports from HEALTH_PORT on, without those that other servers of flow8 want."""
    for port in range(first, min(first + PORTS, HIGHEST_PORT + 1)):
        is_wanted = port in (settings.server_port, settings.mcp_server_port)
        if not is_wanted and port not in settings.channel_port_range:
            yield port
