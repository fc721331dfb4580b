"""Calls that an older client takes back over HTTP: it says so by a request of its own, to any replica.

The connection of such a notification is over before the SDK would let anybody act on it. So it is looked at
on its way, and acted upon once the SDK has accepted it.
"""

import json
from dataclasses import replace
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agents.desk import in_thread, request_name
from agents.tokens import ACTOR
from flow8.engine.engine import Engine
from flow8.errors import Flow8Error
from flow8.services.tool_calls import cancel_request

METHOD: Final = "notifications/cancelled"
LARGEST: Final = 4096
ACCEPTED: Final = 202


class TakenBack:
    """Middleware: cancels the play of the request that an accepted notification takes back."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, and cancel what it takes back."""
        if not _is_small(scope):
            await self._app(scope, receive, send)
            return
        messages = await _read(receive)
        statuses: list[int] = []

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        async def note_status(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        name = _taken_back(b"".join(message.get("body", b"") for message in messages))
        await self._app(scope, replay, send if name is None else note_status)
        if name is not None and statuses == [ACCEPTED]:
            await self._cancel(scope, name)

    async def _cancel(self, scope: Scope, name: str) -> None:
        try:
            actor = replace(scope[ACTOR], request_id=name)
            await in_thread(lambda: cancel_request(self._engine, actor))
        except Flow8Error:  # it ended meanwhile, or cannot be reached: nobody waits for an answer
            return


def _is_small(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST":
        return False
    length = Headers(scope=scope).get("content-length", "")
    return length.isascii() and length.isdecimal() and int(length) <= LARGEST


async def _read(receive: Receive) -> list[Message]:
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _taken_back(body: bytes) -> str | None:
    """The name of the request that this notification takes back; None for whatever else it is."""
    if METHOD.encode() not in body:
        return None
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("method") != METHOD or "id" in message:
        return None
    params = message.get("params")
    request_id = params.get("requestId") if isinstance(params, dict) else None
    return request_name(request_id) if isinstance(request_id, str | int) else None
