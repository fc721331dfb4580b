"""Change and remove channels and their routes; whoever serves them follows within two seconds."""

from dataclasses import dataclass, replace

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import NotFound
from flow8.ids import new_secret
from flow8.services.alone import alone
from flow8.services.asking import audit, must
from flow8.services.channel_rules import (
    FLOW8,
    HMAC,
    Neighbours,
    RouteWish,
    channel_problems,
    has_token,
    route_problems,
)
from flow8.services.channels import (
    MadeChannel,
    channel_named,
    flow_ids_of,
    route_of,
    switched,
    told_of,
    tool_names,
    with_token,
)
from flow8.services.page import refuse
from flow8.store.channels import Channel, Route


@dataclass(frozen=True)
class ChannelWish:
    """What shall be otherwise; None leaves a field as it is. `renew_token` asks for a new token."""

    name: str | None = None
    auth_mode: str | None = None
    auth_token: str | None = None
    renew_token: bool = False
    sender: str | None = None
    enabled: bool | None = None


def change_channel(engine: Engine, actor: Actor, channel: str, wish: ChannelWish) -> MadeChannel:
    """The channel as it is wished for, and its token where a new one was made. Its slug and port stay.

    Raises:
        Denied: without the right to edit.
        NotFound: CHANNEL_NOT_FOUND.
        Invalid: every field that is not right.
        Unavailable: NO_FREE_PORT; nothing was changed.
        Conflict: CHANNEL_CHANGED meanwhile.
    """
    must(engine, actor, Right.EDIT, "channels.change", channel)
    found = channel_named(engine, actor.company_id, channel)
    wanted = _as_wished(found, wish)
    wrong = channel_problems(
        wanted.name, wanted.kind, wanted.auth_mode, wish.auth_token, wanted.slug, wanted.sender
    )
    refuse(wrong, "This channel cannot be changed so.")
    changed, token = found, None
    if wish.enabled is not None and wish.enabled != found.enabled:
        changed = switched(engine, found, enabled=wish.enabled)
    if _differs(found, wanted, wish):
        wanted, token = _with_its_token(engine, found, wanted, wish)
        changed = engine.store.channels.change(changed, wanted)
    renewed = changed.sealed_token != found.sealed_token
    audit(
        engine,
        actor,
        "channels.change",
        changed.slug,
        before=told_of(found),
        after=told_of(changed),
        tokenRenewed=renewed,
    )
    return MadeChannel(changed, token)


def remove_channel(engine: Engine, actor: Actor, channel: str) -> None:
    """Forget a channel with its routes and its request log. Its port is free; plays that go on go on.

    Raises:
        Denied: without the right to edit.
        NotFound: CHANNEL_NOT_FOUND.
    """
    must(engine, actor, Right.EDIT, "channels.remove", channel)
    found = channel_named(engine, actor.company_id, channel)
    engine.store.channels.remove(actor.company_id, found.id)
    engine.store.channel_requests.remove(actor.company_id, found.id)
    audit(engine, actor, "channels.remove", found.slug, before=told_of(found))


def change_route(engine: Engine, actor: Actor, channel: str, route_id: str, wish: RouteWish) -> Channel:
    """The channel with this wish in the place of one of its routes, which keeps its id.

    Raises:
        Denied: without the right to edit.
        NotFound: CHANNEL_NOT_FOUND or ROUTE_NOT_FOUND.
        Invalid: every field that is not right.
        Conflict: CHANNEL_CHANGED meanwhile.
    """
    must(engine, actor, Right.EDIT, "channels.change_route", channel)
    with alone(engine, f"routes of {actor.company_id}"):  # two tools of one name would both look free
        found = channel_named(engine, actor.company_id, channel)
        old = route_named(found, route_id)
        others = tuple(route for route in found.routes if route is not old)
        tools = tool_names(engine, actor.company_id) - {old.tool_name or ""}
        ids = flow_ids_of(engine, actor.company_id)
        wrong = route_problems(wish, found.kind, ids, Neighbours(others, tools))
        refuse(wrong, "This route cannot be changed so.")
        new = replace(route_of(wish, ids), id=old.id)
        routes = [new if route is old else route for route in found.routes]
        changed = engine.store.channels.set_routes(found, routes)
    was, now = told_of(found), told_of(changed)
    audit(engine, actor, "channels.change_route", changed.slug, before=was, after=now, route=new.name)
    return changed


def remove_route(engine: Engine, actor: Actor, channel: str, route_id: str) -> Channel:
    """The channel without one of its routes.

    Raises:
        Denied: without the right to edit.
        NotFound: CHANNEL_NOT_FOUND or ROUTE_NOT_FOUND.
        Conflict: CHANNEL_CHANGED meanwhile.
    """
    must(engine, actor, Right.EDIT, "channels.remove_route", channel)
    found = channel_named(engine, actor.company_id, channel)
    old = route_named(found, route_id)
    changed = engine.store.channels.set_routes(found, [route for route in found.routes if route is not old])
    was, now = told_of(found), told_of(changed)
    audit(engine, actor, "channels.remove_route", changed.slug, before=was, after=now, route=old.name)
    return changed


def route_named(channel: Channel, route_id: str) -> Route:
    """The route of an id.

    Raises:
        NotFound: ROUTE_NOT_FOUND.
    """
    for route in channel.routes:
        if route.id == route_id:
            return route
    raise NotFound(f"Channel '{channel.slug}' has no route '{route_id}'.", code="ROUTE_NOT_FOUND")


def _as_wished(found: Channel, wish: ChannelWish) -> Channel:
    auth_mode = found.auth_mode if wish.auth_mode is None else wish.auth_mode
    kept = found.sender if auth_mode == HMAC else FLOW8
    return replace(
        found,
        name=found.name if wish.name is None else wish.name.strip(),
        auth_mode=auth_mode,
        sender=kept if wish.sender is None else wish.sender,
    )


def _differs(found: Channel, wanted: Channel, wish: ChannelWish) -> bool:
    return wanted != found or wish.auth_token is not None or wish.renew_token


def _with_its_token(
    engine: Engine, found: Channel, wanted: Channel, wish: ChannelWish
) -> tuple[Channel, str | None]:
    """The channel with the token it needs, and the token where it is a new one."""
    if not has_token(wanted.kind, wanted.auth_mode):
        return with_token(engine, wanted, None), None
    # A token of one way to sign in is not taken over by another, whose senders hold it differently.
    is_kept = wanted.auth_mode == found.auth_mode and (found.sealed_token or found.token_digest)
    if is_kept and wish.auth_token is None and not wish.renew_token:
        return wanted, None
    token = wish.auth_token or new_secret()
    return with_token(engine, wanted, token), token
