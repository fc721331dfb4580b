"""What a channel and a route must look like: every broken rule at once, each with its path."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flow8.domain.flow import SLUG
from flow8.domain.routes import compile_path, path_problems
from flow8.errors import Problem
from flow8.store.channels import Route
from flow8.vault import Place

HTTP: Final = "http"
WEBSOCKET: Final = "websocket"
TCP: Final = "tcp"
MCP: Final = "mcp"
KINDS: Final = (HTTP, WEBSOCKET, TCP, MCP)
WITH_PORT: Final = (HTTP, WEBSOCKET, TCP)
HEADER_TOKEN: Final = "header_token"  # noqa: S105 - the name of a way to sign in
HMAC: Final = "hmac"
PUBLIC: Final = "public"
AUTH_MODES: Final = (HEADER_TOKEN, HMAC, PUBLIC)
FLOW8: Final = "flow8"
GITHUB: Final = "github"
STRIPE: Final = "stripe"
SLACK: Final = "slack"
SENDERS: Final = (FLOW8, GITHUB, STRIPE, SLACK)
"""Whose way of signing an `hmac` channel knows; `flow8` is our own."""
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
SYNC: Final = "sync"
ASYNC: Final = "async"
MODES: Final = (SYNC, ASYNC)

NAME_LENGTH: Final = 200
SLUG_LENGTH: Final = 64
DESCRIPTION_LENGTH: Final = 4000
TOKEN_LENGTHS: Final = range(16, 513)
USUAL_TIMEOUT: Final = 30.0
LONGEST_TIMEOUT: Final = 300.0

OUR_TOOLS: Final = frozenset({"play_status", "play_result", "play_cancel"})
"""Tools that every agent has, to ask for plays that it started; no route may be called so."""

_TOKEN: Final = re.compile(r"[\x21-\x7e]*")
TOOL_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")

FlowIds = Callable[[str], str | None]
"""The id of a flow by its id or permanent id; None for one that is not there."""


@dataclass(frozen=True)
class RouteWish:
    """A route as somebody asks for it; `target_flows` are ids or permanent ids."""

    name: str
    target_flows: Sequence[str]
    http_method: str | None = None
    path: str | None = None
    tool_name: str | None = None
    description: str | None = None
    response_mode: str = SYNC
    timeout_seconds: float = USUAL_TIMEOUT
    enabled: bool = True


@dataclass(frozen=True)
class Neighbours:
    """What a new route must not collide with: routes of its channel, tools of its company."""

    routes: Iterable[Route]
    tool_names: Iterable[str]


def channel_problems(
    name: str,
    kind: str,
    auth_mode: str,
    auth_token: str | None = None,
    slug: str | None = None,
    sender: str = FLOW8,
) -> list[Problem]:
    """Everything that speaks against a channel."""
    problems = [
        *_name_problems(name),
        *_choice_problems("kind", kind, KINDS),
        *_choice_problems("authMode", auth_mode, AUTH_MODES),
        *_choice_problems("sender", sender, SENDERS),
    ]
    if slug is not None and not re.fullmatch(SLUG, slug):
        problems.append(Problem("channel", "must have 1 to 64 small letters, digits and hyphens"))
    if name.strip() and slug is None and not slug_of(name):
        problems.append(Problem("name", "needs at least one letter or digit from a to z and 0 to 9"))
    problems += _mode_problems(kind, auth_mode, sender)
    if auth_token is not None:
        problems += _token_problems(kind, auth_mode, auth_token)
    return problems


def route_problems(wish: RouteWish, kind: str, flow_ids: FlowIds, near: Neighbours) -> list[Problem]:
    """Everything that speaks against a new route of a channel of this kind."""
    problems = [*_name_problems(wish.name)]
    problems += _WAYS.get(kind, _tool_problems)(wish, near)
    problems += _choice_problems("responseMode", wish.response_mode, MODES)
    if not 0 < wish.timeout_seconds <= LONGEST_TIMEOUT:
        problems.append(Problem("timeoutSeconds", f"must be above 0 and at most {LONGEST_TIMEOUT:.0f}"))
    if len(wish.description or "") > DESCRIPTION_LENGTH:
        problems.append(Problem("description", f"must have at most {DESCRIPTION_LENGTH} characters"))
    return problems + _target_problems(wish, flow_ids)


def slug_of(name: str) -> str:
    """The name in small letters, digits and hyphens, as it stands in addresses; empty when none is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-")


def has_token(kind: str, auth_mode: str) -> bool:
    """Whether a channel of this kind that is entered so keeps a token."""
    return kind in WITH_PORT and auth_mode in (HEADER_TOKEN, HMAC)


def token_digest(token: str) -> str:
    """SHA-256 (hex) of a channel's token, which is what a request's is compared by."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def token_place(company_id: str, channel_id: str) -> Place:
    """Where the token of a channel belongs."""
    return Place(company_id, channel_id, "authToken")


def _name_problems(name: str) -> list[Problem]:
    if name.isprintable() and 1 <= len(name.strip()) <= NAME_LENGTH:
        return []
    return [Problem("name", f"must have 1 to {NAME_LENGTH} printable characters")]


def _choice_problems(where: str, given: str, choices: Sequence[str]) -> list[Problem]:
    if given in choices:
        return []
    *others, last = choices
    return [Problem(where, f"must be {', '.join(others)} or {last}")]


def _mode_problems(kind: str, auth_mode: str, sender: str) -> list[Problem]:
    problems = []
    if kind == MCP and auth_mode in (PUBLIC, HMAC):
        problems.append(Problem("authMode", "of an mcp channel is header_token: its clients send an API key"))
    if kind in (WEBSOCKET, TCP) and auth_mode == HMAC:
        problems.append(Problem("authMode", f"hmac belongs to http channels; a {kind} channel has no bodies"))
    if auth_mode != HMAC and sender in SENDERS and sender != FLOW8:
        problems.append(Problem("sender", "belongs to channels with authMode hmac only"))
    return problems


def _token_problems(kind: str, auth_mode: str, token: str) -> list[Problem]:
    if not has_token(kind, auth_mode):
        return [Problem("authToken", "belongs to channels with a port and authMode header_token or hmac")]
    if len(token) not in TOKEN_LENGTHS or not _TOKEN.fullmatch(token):
        sentence = "must have 16 to 512 visible ASCII characters; leave it out to get one made"
        return [Problem("authToken", sentence)]
    return []


def _http_problems(wish: RouteWish, near: Neighbours) -> list[Problem]:
    problems = _foreign(toolName=(wish.tool_name, "mcp"))
    if wish.http_method not in METHODS:
        problems.append(Problem("httpMethod", f"must be one of {', '.join(METHODS)}"))
    return problems + _path_problems(wish, near)


def _socket_problems(wish: RouteWish, near: Neighbours) -> list[Problem]:
    foreign = _foreign(toolName=(wish.tool_name, "mcp"), httpMethod=(wish.http_method, "http"))
    return foreign + _path_problems(wish, near)


def _line_problems(wish: RouteWish, near: Neighbours) -> list[Problem]:
    problems = _foreign(
        toolName=(wish.tool_name, "mcp"),
        httpMethod=(wish.http_method, "http"),
        path=(wish.path, "http and websocket"),
    )
    if wish.name.strip() in {route.name for route in near.routes}:
        problems.append(Problem("name", f"there is a route '{wish.name.strip()}' already"))
    return problems


def _foreign(**fields: tuple[str | None, str]) -> list[Problem]:
    """Fields that are given and belong to routes of other kinds."""
    return [
        Problem(field, f"belongs to routes of {kinds} channels only")
        for field, (value, kinds) in fields.items()
        if value is not None
    ]


def _path_problems(wish: RouteWish, near: Neighbours) -> list[Problem]:
    if wish.path is None:
        return [Problem("path", "is missing")]
    wrong = path_problems(wish.path)
    if not wrong and (wish.http_method, compile_path(wish.path).shape) in _taken(near.routes):
        method = f"{wish.http_method} " if wish.http_method else ""
        wrong = [Problem("path", f"there is a route for {method}{wish.path} already")]
    return wrong


def _taken(routes: Iterable[Route]) -> set[tuple[str | None, str]]:
    return {(route.http_method, compile_path(route.path).shape) for route in routes if route.path}


def _tool_problems(wish: RouteWish, near: Neighbours) -> list[Problem]:
    problems = _foreign(httpMethod=(wish.http_method, "http"), path=(wish.path, "http and websocket"))
    if wish.tool_name is None or not TOOL_NAME.fullmatch(wish.tool_name):
        return [*problems, Problem("toolName", "must have 1 to 64 letters, digits, _ and -")]
    if wish.tool_name in OUR_TOOLS:
        problems.append(
            Problem("toolName", f"'{wish.tool_name}' is a tool that every agent has; choose another")
        )
    if wish.tool_name in near.tool_names:
        problems.append(Problem("toolName", f"there is a tool '{wish.tool_name}' already"))
    return problems


def _target_problems(wish: RouteWish, flow_ids: FlowIds) -> list[Problem]:
    if not wish.target_flows:
        return [Problem("targetFlowIds", "must name a flow")]
    problems = [
        Problem(f"targetFlowIds[{place}]", f"there is no flow '{flow}'")
        for place, flow in enumerate(wish.target_flows)
        if flow_ids(flow) is None
    ]
    if len(wish.target_flows) > 1 and wish.response_mode == SYNC:
        problems.append(Problem("targetFlowIds", "several flows cannot answer one request: use async"))
    return problems


_WAYS: Final[Mapping[str, Callable[[RouteWish, Neighbours], list[Problem]]]] = {
    HTTP: _http_problems,
    WEBSOCKET: _socket_problems,
    TCP: _line_problems,
    MCP: _tool_problems,
}
"""What the way to a route has to look like, by the kind of its channel."""
