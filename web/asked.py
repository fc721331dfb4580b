"""What is known while a request is answered: the engine, who asks, from where, and under which id."""

import re
from typing import Any, cast

from flask import Request, current_app, g, request

from config.settings import Settings
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.ids import new_id
from web.auth import address

DOOR = "web"
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,63}")


def engine() -> Engine:
    """The engine of this process."""
    return cast("Engine", current_app.extensions["flow8"])


def current() -> Request:
    """The request itself, for who looks at it often: Flask's `request` finds it anew at each look."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - of Werkzeug's proxies
    return found


def settings() -> Settings:
    """The settings of this process."""
    return engine().settings


def actor() -> Actor:
    """Who asks; only behind a view that is not public."""
    return cast("Actor", g.actor)


def ip() -> str | None:
    """The address the request came from."""
    told = request.headers.get(address.HEADER, "")
    return address.client_of(request.remote_addr, told, settings().trusted_proxies)


def request_id() -> str:
    """The id of this request: the caller's X-Request-Id when it is a sane one, else a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _SANE_ID.fullmatch(given) else new_id()
    return str(g.request_id)


def who() -> dict[str, Any]:
    """How services want to be told where a sign-in comes from."""
    return {"door": DOOR, "ip": ip(), "request_id": request_id()}


def is_for_programs() -> bool:
    """Whether the caller wants JSON: everything under /api, and whoever does not ask for a page."""
    if request.path == "/api" or request.path.startswith("/api/"):
        return True
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) != "text/html"
