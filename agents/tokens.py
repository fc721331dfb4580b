"""Who calls: every request carries an API key as bearer token, or goes no further."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from agents.desk import in_thread
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Denied, Flow8Error, Unauthorized
from flow8.services.keys import actor_of_key
from flow8.services.tools import connect

ACTOR = "flow8.actor"
DOOR = "mcp"


class BearerKeys:
    """Middleware: finds the actor of the key, or answers 401, 403 for one not made for tools, or 503."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            scope[ACTOR] = await in_thread(lambda: self._actor_of(Request(scope)))
        except Flow8Error as error:
            await _refusal(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _actor_of(self, request: Request) -> Actor:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Unauthorized("Send an API key with scope mcp as 'Authorization: Bearer f8_...'.")
        ip = request.client.host if request.client else None
        return agent_of(self._engine, token.strip(), ip)


def agent_of(engine: Engine, key: str, ip: str | None = None) -> Actor:
    """The agent that holds this key.

    Raises:
        Unauthorized: it is no key, or an unknown, revoked or expired one.
        Denied: it was made for something else.
    """
    actor = actor_of_key(engine, key, door=DOOR, ip=ip)
    connect(engine, actor)
    return actor


def _refusal(error: Flow8Error) -> JSONResponse:
    body: dict[str, Any] = {"error": error.error_code, "message": error.message, "statusCode": error.status}
    challenges = {
        Unauthorized.status: 'Bearer realm="flow8"',
        Denied.status: 'Bearer realm="flow8", error="insufficient_scope", scope="mcp"',
    }
    challenge = challenges.get(error.status)
    return JSONResponse(body, error.status, {"WWW-Authenticate": challenge} if challenge else None)
