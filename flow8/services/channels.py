"""The ways in from outside: channels with tokens and ports, and the routes that lead from them to flows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic.alias_generators import to_camel

from flow8.clock import utc_now
from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Conflict, NotFound, Unavailable
from flow8.ids import new_id, new_secret
from flow8.services.alone import alone
from flow8.services.asking import audit, must
from flow8.services.channel_rules import (
    FLOW8,
    HEADER_TOKEN,
    SYNC,
    USUAL_TIMEOUT,
    WITH_PORT,
    FlowIds,
    Neighbours,
    RouteWish,
    channel_problems,
    has_token,
    route_problems,
    slug_of,
    token_place,
)
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.store.channels import NO_FREE_PORT, Channel, Route
from flow8.store.people import Company

ALL = 10_000
"""More channels than any company has; there are 99 ports."""


@dataclass(frozen=True)
class MadeChannel:
    """A new channel, and its token where it has one: nobody can see that again."""

    channel: Channel
    token: str | None


def create_channel(
    engine: Engine,
    actor: Actor,
    *,
    name: str,
    kind: str,
    auth_mode: str = HEADER_TOKEN,
    auth_token: str | None = None,
    enabled: bool = True,
    slug: str | None = None,
    routes: tuple[Route, ...] = (),
    sender: str = FLOW8,
) -> MadeChannel:
    """A new channel; an enabled one, not of kind `mcp`, gets the lowest free port of CHANNEL_PORT_RANGE.

    Its slug is made from its name if none is given; `routes` were checked before.

    Raises:
        Denied: without the right to edit.
        Invalid: every field that is not right.
        Conflict: CHANNEL_EXISTS, there is one of this slug.
        Unavailable: NO_FREE_PORT; nothing was made.
    """
    must(engine, actor, Right.EDIT, "channels.create")
    wrong = channel_problems(name, kind, auth_mode, auth_token, slug, sender)
    refuse(wrong, "This channel cannot be made.")
    token = (auth_token or new_secret()) if has_token(kind, auth_mode) else None
    channel = Channel(
        id=new_id(),
        company_id=actor.company_id,
        name=name.strip(),
        slug=slug or slug_of(name),
        kind=kind,
        auth_mode=auth_mode,
        token_digest=None,
        enabled=enabled,
        created_at=utc_now(),
        routes=routes,
        sender=sender,
    )
    made = _keep(engine, with_token(engine, channel, token))
    told: dict[str, Any] = {
        "kind": kind,
        "authMode": auth_mode,
        "port": made.port,
        "routes": [each.name for each in routes],
    }
    audit(engine, actor, "channels.create", made.slug, after=told_of(made), **told)
    return MadeChannel(made, token)


def list_channels(engine: Engine, actor: Actor, *, page: int = 1, size: int = USUAL_SIZE) -> Page[Channel]:
    """The company's channels by slug, with their routes.

    Raises:
        Denied: without the right to view.
        Invalid: there is no such page.
    """
    must(engine, actor, Right.VIEW, "channels.list")
    channels = engine.store.channels
    return page_of(lambda skip, rows: channels.page(actor.company_id, skip=skip, size=rows), page, size)


def get_channel(engine: Engine, actor: Actor, name: str) -> Channel:
    """The channel of an id or slug.

    Raises:
        Denied: without the right to view.
        NotFound: CHANNEL_NOT_FOUND.
    """
    must(engine, actor, Right.VIEW, "channels.get", name)
    return channel_named(engine, actor.company_id, name)


def set_enabled(engine: Engine, actor: Actor, channel: str, *, enabled: bool) -> Channel:
    """Switch a channel on or off. It keeps its port; one without gets one when it is switched on.

    Raises:
        Denied: without the right to edit.
        NotFound: CHANNEL_NOT_FOUND.
        Unavailable: NO_FREE_PORT.
        Conflict: CHANNEL_CHANGED meanwhile.
    """
    must(engine, actor, Right.EDIT, "channels.set_enabled", channel)
    found = channel_named(engine, actor.company_id, channel)
    changed = switched(engine, found, enabled=enabled)
    was, now = told_of(found), told_of(changed)
    audit(
        engine,
        actor,
        "channels.set_enabled",
        changed.slug,
        before=was,
        after=now,
        enabled=enabled,
        port=changed.port,
    )
    return changed


def add_route(
    engine: Engine,
    actor: Actor,
    channel: str,
    *,
    name: str,
    target_flows: Sequence[str],
    http_method: str | None = None,
    path: str | None = None,
    tool_name: str | None = None,
    description: str | None = None,
    response_mode: str = SYNC,
    timeout_seconds: float = USUAL_TIMEOUT,
    enabled: bool = True,
) -> Channel:
    """The channel with one more route, its last one; `target_flows` are ids or permanent ids.

    Raises:
        Denied: without the right to edit.
        NotFound: CHANNEL_NOT_FOUND.
        Invalid: every field that is not right, among them a path or a tool name that is taken.
    """
    must(engine, actor, Right.EDIT, "channels.add_route", channel)
    wish = RouteWish(
        name,
        target_flows,
        http_method,
        path,
        tool_name,
        description,
        response_mode,
        timeout_seconds,
        enabled,
    )
    with alone(engine, f"routes of {actor.company_id}"):  # two tools of one name would both look free
        found = channel_named(engine, actor.company_id, channel)
        near = Neighbours(found.routes, tool_names(engine, actor.company_id))
        ids = flow_ids_of(engine, actor.company_id)
        refuse(route_problems(wish, found.kind, ids, near), "This route cannot be made.")
        changed = engine.store.channels.add_route(found, route_of(wish, ids))
    was, now = told_of(found), told_of(changed)
    added = changed.routes[-1].name
    audit(engine, actor, "channels.add_route", changed.slug, before=was, after=now, route=added)
    return changed


def tool_names(engine: Engine, company_id: str) -> set[str]:
    """The names of all tools of a company, those of disabled channels too."""
    channels, _ = engine.store.channels.page(company_id, skip=0, size=ALL)
    return {route.tool_name for channel in channels for route in channel.routes if route.tool_name}


def flow_ids_of(engine: Engine, company_id: str) -> FlowIds:
    """How to find the id of a company's flow by its id or permanent id."""

    def find(name: str) -> str | None:
        flow = engine.store.flows.find(company_id, name) if name.isprintable() else None
        return None if flow is None else flow.id

    return find


def route_of(wish: RouteWish, flow_ids: FlowIds) -> Route:
    """The route of a wish without problems."""
    targets = [flow_ids(flow) for flow in wish.target_flows]
    return Route(
        id=new_id(),
        name=wish.name.strip(),
        target_flow_ids=tuple(flow for flow in targets if flow is not None),
        http_method=wish.http_method,
        path=wish.path,
        tool_name=wish.tool_name,
        description=wish.description,
        response_mode=wish.response_mode,
        timeout_seconds=float(wish.timeout_seconds),
        enabled=wish.enabled,
    )


def channel_named(engine: Engine, company_id: str, name: str) -> Channel:
    """The channel of an id or slug.

    Raises:
        NotFound: CHANNEL_NOT_FOUND.
    """
    channel = engine.store.channels.get(company_id, name)
    if channel is None:
        raise NotFound(f"There is no channel '{name}'.", code="CHANNEL_NOT_FOUND")
    return channel


def public_channel(engine: Engine, name: str) -> Channel | None:
    """The channel of an address on the front: `orders` of the first company, `acme.orders` of another."""
    company_slug, dot, slug = name.rpartition(".")
    companies = engine.store.companies
    company_id = _id_of(companies.by_slug(company_slug)) if dot else min(companies.ids(), default=None)
    channel = None if company_id is None else engine.store.channels.get(company_id, slug)
    return channel if channel is not None and channel.slug == slug else None


def front_address(engine: Engine, company_id: str) -> str:
    """The address of a company's channels on the front, up to their slugs."""
    start = f"{engine.settings.public_url}/c/"
    if company_id == min(engine.store.companies.ids(), default=None):
        return start
    company = engine.store.companies.get(company_id)
    return start if company is None else f"{start}{company.slug}."


def _id_of(company: Company | None) -> str | None:
    return None if company is None else company.id


def switched(engine: Engine, channel: Channel, *, enabled: bool) -> Channel:
    """The channel on or off; one that needs a port gets one when it is switched on.

    Raises:
        Unavailable: NO_FREE_PORT.
        Conflict: CHANNEL_CHANGED meanwhile.
    """
    if enabled and channel.kind in WITH_PORT and not channel.port:
        return engine.store.channels.enable_on_free_port(channel, engine.settings.channel_port_range)
    return engine.store.channels.set_enabled(channel, enabled=enabled)


def with_token(engine: Engine, channel: Channel, token: str | None) -> Channel:
    """The channel with this token, sealed, or with none."""
    sealed = None if token is None else engine.vault.seal(token_place(channel.company_id, channel.id), token)
    return replace(channel, sealed_token=sealed, token_digest=None)


def told_of(channel: Channel) -> dict[str, Any]:
    """What the audit tells of a channel before and after a change."""
    told = asdict(channel)
    for name in ("id", "company_id", "token_digest", "sealed_token", "created_at", "rev", "port_problem"):
        del told[name]
    return {to_camel(name): value for name, value in told.items()}


def _keep(engine: Engine, channel: Channel) -> Channel:
    if not (channel.enabled and channel.kind in WITH_PORT):
        return engine.store.channels.create(channel)
    for port in engine.settings.channel_port_range:
        # Ports are tried by inserting, so that no half-made channel stays behind when all are taken.
        try:
            return engine.store.channels.create(replace(channel, port=port))
        except Conflict:
            if engine.store.channels.get(channel.company_id, channel.slug) is not None:
                raise
    raise Unavailable(
        "Every port of CHANNEL_PORT_RANGE is taken; widen it or remove a channel.", code=NO_FREE_PORT
    )
