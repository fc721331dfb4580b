"""The WebSocket of the front: what happens in plays, told to whoever subscribes. REST is the truth."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar, Final

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Denied, Flow8Error, Malformed, Unauthorized, Unavailable
from flow8.metrics.counters import sockets
from flow8.services.feed import Feed, Message
from flow8.store.database import faults_in_words
from flow8.websocket import NOT_ALLOWED, RESTARTING, WebSocket

MOST_SOCKETS: Final = 1000
KIND: Final = "live"
"""How they are counted."""
MOST_MESSAGE: Final = 4096
FIRST_SECONDS: Final = 2.0
"""So long a client waits at most until this process hears what it is about to follow."""
RENEW_SECONDS: Final = 15.0
"""So often it is asked again who listens: a session may be over, a right taken away."""

log = logging.getLogger("live")


class UpgradeRequired(Flow8Error):
    """Open a WebSocket here, from a server that can hold one."""

    status: ClassVar[int] = 426
    code: ClassVar[str] = "UPGRADE_REQUIRED"


class Sockets:
    """The open WebSockets of a process."""

    def __init__(self) -> None:
        self._open: set[WebSocket] = set()
        self._is_closing = False

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._open)

    def admit(self, socket: WebSocket) -> None:
        """Count one in.

        Raises:
            Unavailable: TOO_MANY_SOCKETS, or this process is about to end.
        """
        if self._is_closing or len(self._open) >= MOST_SOCKETS:
            raise Unavailable("Too many WebSockets are open here; try again soon.", code="TOO_MANY_SOCKETS")
        self._open.add(socket)
        sockets.labels(KIND).set(len(self._open))

    def leave(self, socket: WebSocket) -> None:
        """Count one out."""
        self._open.discard(socket)
        sockets.labels(KIND).set(len(self._open))

    def close_all(self) -> None:
        """Tell every client to connect again: this process ends."""
        self._is_closing = True
        for socket in list(self._open):
            socket.close(RESTARTING, "restarting")


class Listener:
    """One client: reads what it wants to follow, writes what happens."""

    def __init__(self, engine: Engine, actor: Actor, socket: WebSocket, renewed: Callable[[], Actor]) -> None:
        self._feed = Feed(engine, actor)
        self._socket = socket
        self._renewed = renewed

    def serve(self) -> None:
        """Serve the client until it goes away or may not listen any more."""
        writer = threading.Thread(target=self._write, name="live-writer", daemon=True)
        writer.start()
        self._feed.until_heard(FIRST_SECONDS)
        try:
            for text in self._socket.messages():
                self._send(self._answer(text))
        finally:
            self._feed.close()
            writer.join(RENEW_SECONDS)

    def _answer(self, text: str) -> Message:
        """What is said to one message of the client."""
        wish: dict[str, Any] = {}
        try:
            wish = _wish(text)
            with faults_in_words():
                self._carry_out(wish)
        except Flow8Error as error:
            details = [{"path": problem.path, "message": problem.message} for problem in error.problems]
            told = {"type": "error", "error": error.error_code, "message": error.message, "details": details}
            return {**told, "sub": wish.get("sub")}
        return {"type": "subscribed" if "sub" in wish else "unsubscribed", **wish}

    def _carry_out(self, wish: dict[str, Any]) -> None:
        if "unsub" in wish:
            self._feed.unsubscribe(wish["unsub"])
        else:
            self._feed.subscribe(wish["sub"], wish.get("after"))

    def _write(self) -> None:
        renewed_at = time.monotonic()
        try:
            for message in self._feed.messages():
                if message is not None:
                    self._send(message)
                if time.monotonic() - renewed_at >= RENEW_SECONDS:
                    renewed_at = time.monotonic()
                    self._renew()
        except (Unauthorized, Denied):
            self._socket.close(NOT_ALLOWED, "sign in again")
        except Unavailable as error:
            log.warning("a WebSocket is closed: %s", error.message)
            self._socket.close(RESTARTING, "try again")
        except Exception:
            log.exception("a WebSocket broke")
            self._socket.close(RESTARTING, "try again")

    def _renew(self) -> None:
        with faults_in_words():
            self._feed.renew(self._renewed())

    def _send(self, message: Message) -> None:
        self._socket.send(json.dumps(message, separators=(",", ":")))


def _wish(text: str) -> dict[str, Any]:
    """`{sub, after?}` or `{unsub}`.

    Raises:
        Malformed: it is neither.
    """
    try:
        wish = json.loads(text)
    except (ValueError, RecursionError):
        wish = None
    is_one = isinstance(wish, dict) and (wish.keys() in ({"sub"}, {"sub", "after"}, {"unsub"}))
    if not is_one or not isinstance(wish.get("sub", wish.get("unsub")), str):
        raise Malformed('Send {"sub": "play:<id>", "after": 0}, {"sub": "flow:<id>"} or {"sub": "plays"}.')
    after = wish.get("after")
    if after is not None and (isinstance(after, bool) or not isinstance(after, int)):
        raise Malformed("'after' is the seq of the last line that you know, or 0.")
    return dict(wish)
