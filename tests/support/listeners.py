"""WebSockets to a running front, as pages and programs open them."""

import json
from typing import Any

from websockets.sync.client import ClientConnection, connect

SECONDS = 20.0


def listen(port: int, query: str = "", **headers: str) -> ClientConnection:
    """An open WebSocket."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"ws://127.0.0.1:{port}/api/v1/ws{query}"
    return connect(
        url,
        additional_headers=sent,
        compression=None,
        close_timeout=2,
        open_timeout=SECONDS,
        legacy=True,
    )


def say(socket: ClientConnection, **message: Any) -> None:
    """Send a message."""
    socket.send(json.dumps(message))


def hear(socket: ClientConnection, seconds: float = SECONDS) -> Any:
    """The next message."""
    return json.loads(socket.recv(seconds))


def lines_of(socket: ClientConnection, end: str = "play:completed") -> list[dict[str, Any]]:
    """Written lines up to the end of a play."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["type"] != end:
        message = hear(socket)
        if "seq" in message:
            found.append(message)
    return found
