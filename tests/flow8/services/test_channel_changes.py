"""Channels and routes are changed and removed."""

from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services.channel_changes import (
    ChannelWish,
    change_channel,
    change_route,
    remove_channel,
    remove_route,
)
from flow8.services.channel_requests import list_requests
from flow8.services.channel_rules import RouteWish
from flow8.services.channels import add_route, create_channel, get_channel, list_channels
from flow8.store.channels import Channel
from tests.support.audit import actions_of
from tests.support.channels import token_of
from tests.support.engines import Stage
from tests.support.factories import a_flow


@pytest.fixture
def orders(stage: Stage, admin: Actor) -> Channel:
    """An http channel with one route to `a-flow`."""
    stage.publish(a_flow())
    create_channel(stage.engine, admin, name="Orders", kind="http")
    return add_route(
        stage.engine, admin, "orders", name="New", target_flows=["a-flow"], http_method="POST", path="/new"
    )


def wish(**changes: Any) -> RouteWish:
    values: dict[str, Any] = {"name": "Other", "target_flows": ["a-flow"], "http_method": "PUT", "path": "/o"}
    return RouteWish(**{**values, **changes})


def test_what_is_left_out_stays(engine: Engine, admin: Actor, orders: Channel) -> None:
    made = change_channel(engine, admin, "orders", ChannelWish(name="Better orders"))

    channel = made.channel
    assert (channel.name, channel.slug, channel.port, made.token) == (
        "Better orders",
        "orders",
        orders.port,
        None,
    )
    assert token_of(engine, channel) == token_of(engine, orders)
    assert actions_of(engine, admin.company_id)[-1] == "channels.change"


def test_a_token_is_renewed_given_or_dropped(engine: Engine, admin: Actor, orders: Channel) -> None:
    renewed = change_channel(engine, admin, "orders", ChannelWish(renew_token=True))
    given = change_channel(engine, admin, "orders", ChannelWish(auth_token="0123456789abcdef"))
    public = change_channel(engine, admin, "orders", ChannelWish(auth_mode="public"))
    signed = change_channel(engine, admin, "orders", ChannelWish(auth_mode="hmac", sender="github"))
    back = change_channel(engine, admin, "orders", ChannelWish(auth_mode="header_token"))

    assert renewed.token not in (None, token_of(engine, orders))
    assert given.token == "0123456789abcdef"
    assert (public.token, public.channel.sealed_token) == (None, None)
    assert (signed.channel.auth_mode, signed.channel.sender) == ("hmac", "github")
    assert signed.token == token_of(engine, signed.channel)
    assert (back.channel.sender, back.token) == ("flow8", token_of(engine, back.channel))
    assert back.token != signed.token
    audited = str(list(engine.store.database["audit"].find()))
    assert all(str(made.token) not in audited for made in (renewed, given, signed, back))


def test_a_channel_is_switched_on_with_a_change(engine: Engine, admin: Actor) -> None:
    create_channel(engine, admin, name="Chat", kind="websocket", enabled=False)

    on = change_channel(engine, admin, "chat", ChannelWish(enabled=True, name="Chats")).channel

    assert (on.enabled, on.name, on.port) == (True, "Chats", 7701)


def test_every_wrong_field_of_a_change_is_named_and_nothing_changes(
    engine: Engine, admin: Actor, orders: Channel
) -> None:
    with pytest.raises(Invalid) as refused:
        change_channel(
            engine, admin, "orders", ChannelWish(name=" ", auth_mode="no", sender="x", enabled=False)
        )

    assert [problem.path for problem in refused.value.problems] == ["name", "authMode", "sender"]
    assert get_channel(engine, admin, "orders") == orders


def test_a_removed_channel_gives_its_port_and_slug_back(
    engine: Engine, admin: Actor, orders: Channel
) -> None:
    remove_channel(engine, admin, "orders")

    again = create_channel(engine, admin, name="Orders", kind="tcp").channel
    assert (again.slug, again.port) == ("orders", orders.port)
    assert list_channels(engine, admin).total == 1
    assert "channels.remove" in actions_of(engine, admin.company_id)
    with pytest.raises(NotFound):
        remove_channel(engine, admin, orders.id)


def test_a_route_is_changed_in_its_place(engine: Engine, admin: Actor, orders: Channel) -> None:
    add_route(engine, admin, "orders", name="B", target_flows=["a-flow"], http_method="GET", path="/b")

    changed = change_route(engine, admin, "orders", orders.routes[0].id, wish(enabled=False))

    first, second = changed.routes
    assert (first.id, first.name, first.http_method, first.path, first.enabled) == (
        orders.routes[0].id,
        "Other",
        "PUT",
        "/o",
        False,
    )
    assert second.name == "B"


def test_a_route_may_keep_its_path_and_not_take_that_of_another(
    engine: Engine, admin: Actor, orders: Channel
) -> None:
    add_route(engine, admin, "orders", name="B", target_flows=["a-flow"], http_method="GET", path="/b")
    route = orders.routes[0].id

    change_route(engine, admin, "orders", route, wish(http_method="POST", path="/new"))
    with pytest.raises(Invalid) as refused:
        change_route(engine, admin, "orders", route, wish(http_method="GET", path="/b"))

    assert [problem.path for problem in refused.value.problems] == ["path"]


def test_a_tool_keeps_its_name_when_its_route_changes(engine: Engine, stage: Stage, admin: Actor) -> None:
    stage.publish(a_flow())
    create_channel(engine, admin, name="Agents", kind="mcp")
    made = add_route(engine, admin, "agents", name="T", target_flows=["a-flow"], tool_name="do_it")

    again = RouteWish("T", ["a-flow"], tool_name="do_it", description="Does it")
    changed = change_route(engine, admin, "agents", made.routes[0].id, again)

    assert (changed.routes[0].tool_name, changed.routes[0].description) == ("do_it", "Does it")


def test_a_route_is_removed(engine: Engine, admin: Actor, orders: Channel) -> None:
    assert remove_route(engine, admin, "orders", orders.routes[0].id).routes == ()

    with pytest.raises(NotFound) as refused:
        remove_route(engine, admin, "orders", orders.routes[0].id)
    assert refused.value.error_code == "ROUTE_NOT_FOUND"


def test_a_change_by_somebody_else_meanwhile_is_not_overwritten(
    engine: Engine, admin: Actor, orders: Channel
) -> None:
    change_channel(engine, admin, "orders", ChannelWish(name="First"))

    with pytest.raises(Conflict):
        engine.store.channels.set_routes(orders, ())


def test_who_may_only_look_changes_nothing(engine: Engine, viewer: Actor, orders: Channel) -> None:
    assert list_requests(engine, viewer, orders.id) == []
    for change in (
        lambda: change_channel(engine, viewer, "orders", ChannelWish(name="x")),
        lambda: remove_channel(engine, viewer, "orders"),
        lambda: change_route(engine, viewer, "orders", orders.routes[0].id, wish()),
        lambda: remove_route(engine, viewer, "orders", orders.routes[0].id),
    ):
        with pytest.raises(Denied):
            change()


def test_another_company_finds_nothing(engine: Engine, stranger: Actor, orders: Channel) -> None:
    with pytest.raises(NotFound):
        remove_channel(engine, stranger, orders.id)
    with pytest.raises(NotFound):
        list_requests(engine, stranger, orders.id)
