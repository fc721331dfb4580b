"""WebSocket on the port of a channel: each text message is a play of the route that the path names."""

import logging
import time
from dataclasses import replace
from typing import Final

from flow8.errors import Flow8Error, Malformed, Unavailable
from flow8.ids import new_id
from flow8.ingress import Answer, Inbound
from flow8.ingress.answers import refusal
from flow8.ingress.body import fields_of
from flow8.ingress.messages import Caller
from flow8.websocket import WebSocket
from workers.channels.http import ChannelServer, Connection
from workers.channels.names import after_of, client_of
from workers.channels.talk import MOST_MESSAGE, Line, Talk

OFFERED: Final = "sec-websocket-protocol"
SPOKEN: Final = "flow8"
TOKEN: Final = "token."  # noqa: S105 - what a token stands behind

log = logging.getLogger("channels")


class SocketConnection(Connection):
    """One client: a request that becomes a WebSocket, until either side closes."""

    def run_application(self) -> None:
        """Open the WebSocket, or say why not."""
        began, channel = time.monotonic(), self.server.channel
        inbound = self._inbound()
        self.close_connection = True
        opened = self._opened(inbound)
        if isinstance(opened, Answer):
            self._send(opened)
            self._reader.linger()
            self._door.requests.note(channel, inbound, opened, time.monotonic() - began)

    def _inbound(self) -> Inbound:
        """The request; a page's script can send a token only as a subprotocol, which no flow may see."""
        inbound = super()._inbound()
        headers = dict(inbound.headers)
        offered = _words(headers.pop(OFFERED, ""))
        tokens = [each.removeprefix(TOKEN) for each in offered if each.startswith(TOKEN)]
        if tokens:
            headers.setdefault("authorization", f"Bearer {tokens[0]}")
        return replace(inbound, headers=headers)

    def _opened(self, inbound: Inbound) -> Answer | None:
        """The refusal of a request, or None after the WebSocket that it became."""
        if self.server.lobby.is_closing:
            return refusal(Unavailable("This worker is leaving; connect again."), new_id())
        found = self._door.enter(self.server.channel, inbound)
        if isinstance(found, Answer):
            return found
        try:
            query = fields_of(inbound.query)
            client, after = client_of(query.get("client")), after_of(query.get("after"))
            if self._has_body():
                raise Malformed("A request that opens a WebSocket has no body.")
        except Flow8Error as error:
            return refusal(error, new_id())
        self._talk(Caller(found.route, client, inbound, found.params, query), after)
        return None

    def _talk(self, caller: Caller, after: int | None) -> None:
        socket = WebSocket(self.socket, most=MOST_MESSAGE)
        # From here on gevent sends nothing of its own.
        self.response_length = 1
        spoken = SPOKEN if SPOKEN in _words(self._head.values.get(OFFERED, "")) else None
        if not socket.open(self._head.values.items(), spoken):
            return
        lobby, talk = (
            self.server.lobby,
            Talk(self._door, self.server, caller, Line(socket.send, socket.close)),
        )
        lobby.talks.add(talk)
        try:
            talk.begin(after)
            talk.start()
            for text in socket.messages():
                talk.hear(text)
        except Unavailable as error:
            log.warning("a WebSocket is closed: %s", error.message)
            talk.leave(reason="try again")
        finally:
            lobby.talks.discard(talk)
            talk.end()


def _words(header: str) -> list[str]:
    return [word.strip() for word in header.split(",")]


class SocketServer(ChannelServer):
    """Serves one `websocket` channel on one listening socket."""

    connection = SocketConnection
