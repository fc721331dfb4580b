"""The channels of an imported text: what is wrong with them, and how they are made."""

from collections.abc import Iterator
from dataclasses import replace

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.asking import must
from flow8.services.channel_rules import FlowIds, Neighbours, channel_problems, route_problems
from flow8.services.channels import (
    MadeChannel,
    create_channel,
    flow_ids_of,
    route_of,
    tool_names,
)
from flow8.services.import_text import ChannelText, Parsed
from flow8.store.channels import Route


def channel_text_problems(engine: Engine, company_id: str, parsed: Parsed) -> list[Problem]:
    """Everything that speaks against the channels that the text would make."""
    known = flow_ids_of(engine, company_id)

    def flow_ids(name: str) -> str | None:
        return name if name == parsed.own else known(name)

    tools = tool_names(engine, company_id) if parsed.channels else set()
    problems = list(_twice(parsed))
    for path, text in _new_channels(engine, company_id, parsed):
        name = text.name or text.channel
        found = channel_problems(name, text.kind, text.auth_mode, slug=text.channel, sender=text.sender)
        found += _route_problems(text, parsed.own, flow_ids, tools)
        problems += [replace(problem, path=f"{path}.{problem.path}") for problem in found]
    return problems


def make_channels(engine: Engine, actor: Actor, parsed: Parsed) -> tuple[MadeChannel, ...]:
    """Make the channels of a text without problems, those that the company does not have yet.

    Raises:
        Denied: without the right to edit.
        Unavailable: NO_FREE_PORT.
    """
    must(engine, actor, Right.EDIT, "channels.create")
    new = list(_new_channels(engine, actor.company_id, parsed))
    return tuple(_make(engine, actor, text, parsed.own) for _, text in new)


def _make(engine: Engine, actor: Actor, text: ChannelText, own_flow: str) -> MadeChannel:
    """In one write, so that nobody meets the channel without its routes."""
    flow_ids = flow_ids_of(engine, actor.company_id)
    return create_channel(
        engine,
        actor,
        name=text.name or text.channel,
        slug=text.channel,
        kind=text.kind,
        auth_mode=text.auth_mode,
        sender=text.sender,
        enabled=text.enabled,
        routes=tuple(route_of(route.wish(own_flow), flow_ids) for route in text.routes),
    )


def _new_channels(engine: Engine, company_id: str, parsed: Parsed) -> Iterator[tuple[str, ChannelText]]:
    for path, text in parsed.channels:
        if engine.store.channels.get(company_id, text.channel) is None:
            yield path, text


def _twice(parsed: Parsed) -> Iterator[Problem]:
    slugs = [text.channel for _, text in parsed.channels]
    for place, (path, text) in enumerate(parsed.channels):
        if text.channel in slugs[:place]:
            yield Problem(f"{path}.channel", f"the channel '{text.channel}' stands here twice")


def _route_problems(text: ChannelText, own_flow: str, flow_ids: FlowIds, tools: set[str]) -> list[Problem]:
    """The problems of all routes; each one that is right counts for those after it, its tool in `tools`."""
    problems: list[Problem] = []
    earlier: list[Route] = []
    for place, route in enumerate(text.routes):
        wish = route.wish(own_flow)
        found = route_problems(wish, text.kind, flow_ids, Neighbours(earlier, tools))
        problems += [replace(problem, path=f"routes[{place}].{problem.path}") for problem in found]
        if not found:
            earlier.append(route_of(wish, flow_ids))
            tools.update({wish.tool_name} if wish.tool_name else ())
    return problems
