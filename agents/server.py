"""The MCP server: lists the tools that a key may call and submits plays to the same queue as every door.

It keeps no sessions, so any replica answers any request. The process is asynchronous and not patched by
gevent; services run in threads.
"""

from typing import Any
from urllib.parse import urlsplit

import mcp_types as types
from anyio import to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from starlette.types import ASGIApp

from agents import tools
from agents.tokens import ACTOR, BearerKeys
from config.settings import Settings
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Flow8Error, NotFound
from flow8.services.tools import call_tool, list_tools

Context = ServerRequestContext[Any, Any]
LOCAL = ("127.0.0.1", "localhost", "[::1]")
MIB = 1024 * 1024


def make_application(engine: Engine) -> ASGIApp:
    """The ASGI application on `/mcp`: Host and Origin are checked, and every request needs a key."""
    application = make_server(engine).streamable_http_app(
        json_response=True,
        stateless_http=True,
        host=engine.settings.mcp_server_host,
        transport_security=_security(engine.settings),
        max_request_body_size=engine.settings.max_request_size_mb * MIB,
    )
    return BearerKeys(application, engine)


def make_server(engine: Engine) -> Server[Any]:
    """The server with its two abilities: to list tools, and to call one."""

    async def on_list_tools(
        context: Context, _: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        actor = _actor(context)
        found = await to_thread.run_sync(lambda: _in_protocol_words(lambda: list_tools(engine, actor)))
        return types.ListToolsResult(tools=[tools.shown(tool) for tool in found])

    async def on_call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        actor, args = _actor(context), params.arguments or {}
        return await to_thread.run_sync(lambda: _call(engine, actor, params.name, args))

    return Server("flow8", on_list_tools=on_list_tools, on_call_tool=on_call_tool)


def _call(engine: Engine, actor: Actor, name: str, args: dict[str, Any]) -> types.CallToolResult:
    try:
        return tools.answer(call_tool(engine, actor, name, args))
    except NotFound as error:
        raise MCPError(types.INVALID_PARAMS, error.message) from None
    except Flow8Error as error:
        return tools.refusal(error)


def _in_protocol_words(ask: Any) -> Any:
    try:
        return ask()
    except Flow8Error as error:
        raise MCPError(types.INVALID_REQUEST, error.message) from None


def _actor(context: Context) -> Actor:
    if context.request is None:
        raise MCPError(types.INVALID_REQUEST, "Speak to this server over HTTP, with an API key.")
    actor: Actor = context.request.scope[ACTOR]
    return actor


def _security(settings: Settings) -> TransportSecuritySettings:
    """Only names of ours: other Host and Origin values are how a web page reaches into a private network."""
    public = urlsplit(settings.public_url)
    hosts = [*LOCAL, public.hostname or "localhost", settings.mcp_server_host]
    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[*hosts, *(f"{host}:*" for host in hosts)],
        allowed_origins=[*origins, *(f"{origin}:*" for origin in origins)],
    )
