"""Flows as tools: the routes of `mcp` channels, listed and called."""

from dataclasses import dataclass, replace
from typing import Any

from flow8.domain.access import Actor, Right
from flow8.domain.play import Origin
from flow8.domain.values import to_text
from flow8.engine.engine import Engine
from flow8.engine.start import StartRequest, start
from flow8.errors import NotFound, Problem
from flow8.services.asking import must
from flow8.services.channel_rules import ASYNC, MCP, OUR_TOOLS
from flow8.services.files import files_in
from flow8.services.page import refuse
from flow8.services.plays import KEY_LENGTH
from flow8.services.tool_traits import Traits, traits_of
from flow8.store.channels import Route
from flow8.store.flows import FlowRecord

NO_TOOL = "TOOL_NOT_FOUND"


@dataclass(frozen=True)
class Tool:
    """A flow that agents may call: its name, what it takes, as JSON Schema, and what it does to the world."""

    name: str
    title: str
    description: str
    schema: dict[str, Any]
    traits: Traits
    route: Route
    flow: FlowRecord


@dataclass(frozen=True)
class Call:
    """A call whose play is stored; its caller may wait so many seconds for the end."""

    play_id: str
    seconds: float


def connect(engine: Engine, actor: Actor) -> None:
    """Let an agent in: only keys that were made to call tools get any further.

    Raises:
        Denied: the actor may not call tools.
    """
    must(engine, actor, Right.CALL_TOOLS, "tools.connect")


def list_tools(engine: Engine, actor: Actor) -> list[Tool]:
    """The tools of the company whose flows are published and enabled, by name; a key sees those it may call.

    Raises:
        Denied: the actor may not call tools.
    """
    must(engine, actor, Right.CALL_TOOLS, "tools.list")
    return _tools(engine, actor)


def all_tools(engine: Engine, actor: Actor) -> list[Tool]:
    """Every tool that a key of the company may be limited to, by name.

    Raises:
        Denied: without the right to administer the company.
    """
    must(engine, actor, Right.ADMINISTER, "tools.overview")
    return _tools(engine, replace(actor, tools=None))


def _tools(engine: Engine, actor: Actor) -> list[Tool]:
    routes = [
        route
        for channel in engine.store.channels.enabled((MCP,), actor.company_id)
        for route in channel.routes
        if route.enabled and route.tool_name and _is_for(actor, route.tool_name)
    ]
    ids = [route.target_flow_ids[0] for route in routes]
    flows = {flow.id: flow for flow in engine.store.flows.of_ids(actor.company_id, ids)}
    found = [_tool(engine, route, flows.get(route.target_flow_ids[0])) for route in routes]
    return sorted((tool for tool in found if tool), key=lambda tool: tool.name)


def call_tool(
    engine: Engine, actor: Actor, name: str, args: dict[str, Any], *, idempotency_key: str | None = None
) -> Call:
    """Submit a play of the tool's flow to the queue. When this returns, the play is stored and never lost.

    The same idempotency key of the same API key gives the play that it started before.

    Raises:
        Denied: the actor may not call tools.
        NotFound: TOOL_NOT_FOUND.
        Invalid: the key is out of bounds, args that the flow's `input` refuses, or a file of somebody else.
        Conflict: IDEMPOTENCY_MISMATCH (the key came with other args).
    """
    must(engine, actor, Right.CALL_TOOLS, "tools.call", name)
    tool = next((tool for tool in list_tools(engine, actor) if tool.name == name), None)
    if tool is None:
        raise NotFound(
            f"There is no tool '{name}' for this key; list the tools to see which there are.", code=NO_TOOL
        )
    refuse([*_key_problems(idempotency_key), *_value_problems(args)], "This tool cannot be called so.")
    origin = Origin("mcp", actor.name, actor.key_id, actor.ip, actor.request_id)
    # Under the agent's own name: another agent's play of the same idempotency key is none of its business.
    own = None if idempotency_key is None else f"mcp/{actor.key_id}/{idempotency_key}"
    files = files_in(engine, actor, args, "args")
    accepted = start(engine, StartRequest(tool.flow, args, origin, own, files=files))
    return Call(accepted.play_id, 0.0 if tool.route.response_mode == ASYNC else tool.route.timeout_seconds)


def _key_problems(key: str | None) -> list[Problem]:
    if key is None or (1 <= len(key) <= KEY_LENGTH and key.isprintable()):
        return []
    return [Problem("idempotencyKey", f"must have 1 to {KEY_LENGTH} printable characters")]


def _value_problems(args: dict[str, Any]) -> list[Problem]:
    try:
        to_text(args)
    except ValueError as error:
        return [Problem("args", str(error))]
    return []


def _is_for(actor: Actor, name: str) -> bool:
    return name not in OUR_TOOLS and (actor.tools is None or name in actor.tools)


def _tool(engine: Engine, route: Route, flow: FlowRecord | None) -> Tool | None:
    if flow is None or not flow.enabled or not flow.published or route.tool_name is None:
        return None
    try:
        compiled = engine.flows.get(flow.company_id, flow.id, flow.published)
    except NotFound:  # one that this installation cannot perform must not hide the others
        return None
    published = compiled.flow
    return Tool(
        name=route.tool_name,
        title=published.name,
        description=route.description or published.description or published.name,
        schema=published.input or {},
        traits=traits_of(compiled),
        route=route,
        flow=flow,
    )
