"""Who calls: every request carries an API key as bearer token, or goes no further."""

from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Flow8Error, Unauthorized
from flow8.services.keys import actor_of_key

ACTOR = "flow8.actor"


class BearerKeys:
    """Middleware: finds the actor of the key, or answers 401 (503 while MongoDB is away)."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            scope[ACTOR] = await to_thread.run_sync(self._actor_of, Request(scope))
        except Flow8Error as error:
            await _refusal(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _actor_of(self, request: Request) -> Actor:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Unauthorized("Send an API key with scope mcp as 'Authorization: Bearer f8_...'.")
        ip = request.client.host if request.client else None
        return actor_of_key(self._engine, token.strip(), door="mcp", ip=ip)


def _refusal(error: Flow8Error) -> JSONResponse:
    body: dict[str, Any] = {"error": error.error_code, "message": error.message, "statusCode": error.status}
    headers = {"WWW-Authenticate": 'Bearer realm="flow8"'} if error.status == Unauthorized.status else None
    return JSONResponse(body, error.status, headers)
