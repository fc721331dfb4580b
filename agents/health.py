"""How the MCP process is, beside `/mcp`: `/livez`, `/readyz` and `/health`, as the front answers them."""

from http import HTTPStatus

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from agents.desk import in_thread
from flow8.engine.engine import Engine
from flow8.services.health import Lookout, shown_health, shown_readiness


class HealthPages:
    """Middleware: answers them to anybody, before anybody is asked for a key."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        self._lookout = Lookout(engine, "mcp")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or hand it on."""
        answer = await self._answer(scope["path"]) if _is_a_get(scope) else None
        await (self._app if answer is None else answer)(scope, receive, send)

    async def _answer(self, path: str) -> JSONResponse | None:
        if path == "/livez":
            return _shown({"status": "alive"})
        if path == "/readyz":
            found = await in_thread(self._lookout.readiness)
            return _shown(shown_readiness(found), is_well=found.healthy)
        if path == "/health":
            found = await in_thread(self._lookout.health)
            return _shown(shown_health(found), is_well=found.healthy)
        return None


def _is_a_get(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] in ("GET", "HEAD")


def _shown(told: dict[str, object], *, is_well: bool = True) -> JSONResponse:
    status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse(told, status, {"Cache-Control": "no-store"})
