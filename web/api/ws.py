"""The WebSocket that tells what happens in plays."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue

from flow8.domain.access import Actor
from flow8.domain.model import Model
from flow8.services import keys, sessions
from flow8.websocket import WebSocket
from web import asked
from web.auth import cookie, origin
from web.bodies import Text, query
from web.describe import answers
from web.headers import Answer
from web.live import MOST_MESSAGE, Listener, Sockets, UpgradeRequired
from web.policy import with_ticket

bp = Blueprint("ws", __name__)


class Opening(Model):
    """With what a WebSocket is opened: a `ticket` of `auth/ws-ticket` where there is no cookie."""

    ticket: Text | None = None


class Taken(Answer):
    """The answer of a view that spoke with the client itself: the server has nothing to add."""

    def __call__(self, *_: Any) -> Any:
        """End the connection, in the way that gunicorn knows."""
        raise StopIteration


@bp.get("/ws")
@bp.get("/ws", websocket=True)  # Werkzeug keeps requests that want a WebSocket apart from others
@with_ticket
@answers(
    None,
    HTTPStatus.SWITCHING_PROTOCOLS,
    query=Opening,
    errors=("UPGRADE_REQUIRED", "TOO_MANY_SOCKETS"),
)
def open_socket() -> ResponseReturnValue:
    """Follow plays live.

    Send `{"sub": "play:<id>", "after": <seq>}`, `{"sub": "flow:<id>"}` or `{"sub": "plays"}`, and
    `{"unsub": …}`. Each event has a `type`, a `playId` and, once it is written, its position `seq` in the
    play's history.
    """
    by_ticket = query(Opening).ticket is not None
    connection = asked.current().environ.get("gunicorn.socket")
    if connection is None or asked.current().headers.get("Upgrade", "").lower() != "websocket":
        raise UpgradeRequired
    origin.socket_must_be_ours(cookie=not by_ticket and asked.actor().key_id is None)
    sockets: Sockets = current_app.extensions["flow8.sockets"]
    socket = WebSocket(connection, most=MOST_MESSAGE)
    sockets.admit(socket)
    try:
        if socket.open(asked.current().headers.items()):
            Listener(asked.engine(), asked.actor(), socket, _renewed(asked.actor())).serve()
    finally:
        sockets.leave(socket)
    return Taken(status=HTTPStatus.SWITCHING_PROTOCOLS)


def _renewed(actor: Actor) -> Callable[[], Actor]:
    """Who the listener is later on, by the session or the key that opened the socket."""
    engine, who = asked.engine(), asked.who()
    digest: str = g.get("session_digest") or sessions.digest_of(cookie.sid() or "")

    def renewed() -> Actor:
        if actor.key_id is not None:
            return keys.actor_of_key_id(engine, actor.key_id, **who)
        return sessions.actor_of_digest(engine, digest, used=False, **who)

    return renewed
