"""Plain TCP on the port of a channel: one JSON document on each line, one answer on each line.

A first line `{"client": "…", "token": "…", "route": "…", "after": n}` says who comes; each of it may be
missing where nobody asks for it. Any other first line is a message already.
"""

import io
import logging
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote

from gevent import socket
from gevent.lock import RLock
from gevent.server import StreamServer

from flow8.domain.values import to_text
from flow8.errors import Flow8Error, Malformed, TooLarge
from flow8.ingress import Inbound
from flow8.ingress.body import json_of
from flow8.ingress.messages import Caller, refused
from flow8.store.channels import Channel
from workers.channels.http import Lobby, finish
from workers.channels.names import after_of, client_of
from workers.channels.patience import PatientReader
from workers.channels.talk import MOST_MESSAGE, Line, Talk

INTRODUCES: Final = frozenset({"client", "token", "route", "after"})
QUIET_SECONDS: Final = 60
"""After so much silence the kernel asks whether the other side is there, and gives up after as much again."""

log = logging.getLogger("channels")


class LineServer(StreamServer):
    """Serves one `tcp` channel on one listening socket. `channel` may be exchanged while it runs."""

    def __init__(self, listener: socket.socket, channel: Channel, lobby: Lobby) -> None:
        self.channel = channel
        self.lobby = lobby
        super().__init__(listener, self._serve, spawn=lobby.connections)

    def finish(self) -> None:
        """Accept what waits already, then close the socket. Connections that are open go on."""
        finish(self)

    def _serve(self, connection: socket.socket, address: Any) -> None:
        with suppress(OSError):  # whoever speaks may go away at any time
            _keep_asking(connection)
            Visitor(self, connection, str(address[0])).serve()


class Visitor:
    """One client."""

    def __init__(self, server: LineServer, connection: socket.socket, ip: str) -> None:
        self._server = server
        self._door = server.lobby.door
        self._connection = connection
        self._reader = PatientReader(connection, self._door.settings.read_timeout_seconds)
        self._reader.await_body()
        self._lines = io.BufferedReader(self._reader)
        self._ip = ip
        self._sending = RLock()

    def serve(self) -> None:
        """Speak with the client until either side closes."""
        if self._server.lobby.is_closing:
            return
        try:
            first = self._line()
            if first is None:
                return
            hello = _introduction(first)
            self._talk(hello or {}, None if hello is not None else first)
        except Flow8Error as error:
            self._send(to_text(refused(None, error).told))

    def _talk(self, hello: dict[str, Any], first: str | None) -> None:
        inbound = _inbound(hello, self._ip)
        found = self._door.let_in(self._server.channel, inbound)
        client, after = client_of(hello.get("client")), after_of(hello.get("after"))
        caller = Caller(found.route, client, inbound, {}, {})
        talk = Talk(self._door, self._server, caller, Line(self._send, self._close))
        self._server.lobby.talks.add(talk)
        self._reader.wait_for_ever()
        try:
            if first is None:
                talk.begin(after)
                self._send(to_text({"client": client, "ready": True}))
            else:
                talk.hear(first)
            talk.start()
            while (line := self._line()) is not None:
                talk.hear(line)
        finally:
            self._server.lobby.talks.discard(talk)
            talk.end()

    def _line(self) -> str | None:
        """The next line that is not empty; None at the end.

        Raises:
            TooLarge: it is longer than a message may be.
            Malformed: it is not UTF-8.
        """
        while True:
            line = self._lines.readline(MOST_MESSAGE + 1)
            if len(line) > MOST_MESSAGE:
                raise TooLarge("A line has at most 1 MiB.")
            if not line.endswith(b"\n"):
                return None
            if line.strip():
                return _text(line)

    def _send(self, text: str) -> bool:
        try:
            with self._sending:
                self._connection.settimeout(self._door.settings.write_timeout_seconds)
                self._connection.sendall(f"{text}\n".encode())
        except OSError:
            return False
        return True

    def _close(self, _code: int, _reason: str) -> None:
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)


def _text(line: bytes) -> str:
    try:
        return line.decode().strip()
    except UnicodeDecodeError:
        raise Malformed("A line is UTF-8.") from None


def _introduction(line: str) -> dict[str, Any] | None:
    """The first line as one that says who comes; None for a message."""
    value = json_of(line.encode(), "first line")
    is_one = isinstance(value, dict) and "id" not in value and value.keys() & {"client", "token", "route"}
    if not is_one:
        return None
    if unknown := value.keys() - INTRODUCES:
        known = ", ".join(sorted(INTRODUCES))
        raise Malformed(f"The first line knows no '{min(unknown)}'; it may have {known}.")
    return dict(value)


def _inbound(hello: dict[str, Any], ip: str) -> Inbound:
    """The first line in the form of a request, which is what guards know."""
    token, route = hello.get("token"), hello.get("route", "")
    if not isinstance(route, str) or not isinstance(token, str | None):
        raise Malformed("'token' and 'route' are texts.")
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return Inbound("MESSAGE", f"/{quote(route, safe='')}", "", headers, b"", ip)


def _keep_asking(connection: socket.socket) -> None:
    for level, option, value in (
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, QUIET_SECONDS),
        (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, QUIET_SECONDS // 4),
        (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
    ):
        connection.setsockopt(level, option, value)
