"""Flows as tools: the routes of `mcp` channels, listed and called."""

from dataclasses import dataclass
from typing import Any

from flow8.domain.access import Actor, Right
from flow8.domain.play import Origin
from flow8.engine.engine import Engine
from flow8.engine.start import Outcome, StartRequest, start, wait
from flow8.errors import NotFound
from flow8.services.asking import must
from flow8.services.files import files_in
from flow8.store.channels import Route
from flow8.store.flows import FlowRecord


@dataclass(frozen=True)
class Tool:
    """A flow that agents may call: its name and what it takes, as JSON Schema."""

    name: str
    title: str
    description: str
    schema: dict[str, Any]
    route: Route
    flow: FlowRecord


def list_tools(engine: Engine, actor: Actor) -> list[Tool]:
    """The tools of the company whose flows are published and enabled, by name; a key sees those it may call.

    Raises:
        Denied: the actor may not call tools.
    """
    must(engine, actor, Right.CALL_TOOLS, "tools.list")
    routes = [
        route
        for channel in engine.store.channels.enabled(("mcp",), actor.company_id)
        for route in channel.routes
        if route.enabled and route.tool_name
    ]
    ids = [route.target_flow_ids[0] for route in routes]
    flows = {flow.id: flow for flow in engine.store.flows.of_ids(actor.company_id, ids)}
    found = [_tool(engine, route, flows.get(route.target_flow_ids[0])) for route in routes]
    mine = (tool for tool in found if tool and (actor.tools is None or tool.name in actor.tools))
    return sorted(mine, key=lambda tool: tool.name)


def call_tool(engine: Engine, actor: Actor, name: str, args: dict[str, Any]) -> Outcome:
    """Submit a play of the tool's flow to the queue, and wait for it as long as the route allows.

    Raises:
        Denied: the actor may not call tools.
        NotFound: TOOL_NOT_FOUND.
        Invalid: args that the flow's `input` refuses, or that speak of a file of somebody else.
    """
    must(engine, actor, Right.CALL_TOOLS, "tools.call", name)
    tool = next((tool for tool in list_tools(engine, actor) if tool.name == name), None)
    if tool is None:
        raise NotFound(f"There is no tool '{name}' for this key; list the tools to see which there are.")
    origin = Origin("mcp", actor.name, actor.key_id, actor.ip, actor.request_id)
    files = files_in(engine, actor, args, "args")
    accepted = start(engine, StartRequest(tool.flow, args, origin, files=files))
    if tool.route.response_mode == "async":
        return accepted
    return wait(engine, accepted.play_id, tool.route.timeout_seconds)


def _tool(engine: Engine, route: Route, flow: FlowRecord | None) -> Tool | None:
    if flow is None or not flow.enabled or not flow.published or route.tool_name is None:
        return None
    published = engine.flows.get(flow.company_id, flow.id, flow.published).flow
    return Tool(
        name=route.tool_name,
        title=published.name,
        description=route.description or published.description or published.name,
        schema=published.input or {},
        route=route,
        flow=flow,
    )
