"""Channels and their routes, as services make them."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from config.settings import load
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Flow8Error, Invalid, NotFound, Unavailable
from flow8.services.channels import (
    MadeChannel,
    add_route,
    create_channel,
    get_channel,
    list_channels,
    set_enabled,
)
from flow8.store.channels import Channel
from flow8.store.flows import FlowRecord
from tests.support.audit import actions_of
from tests.support.channels import token_of
from tests.support.engines import Stage
from tests.support.factories import a_flow


@pytest.fixture
def flow(stage: Stage) -> FlowRecord:
    """A published flow named `a-flow`."""
    return stage.publish(a_flow())


def orders(engine: Engine, actor: Actor, **changes: Any) -> MadeChannel:
    return create_channel(engine, actor, **{"name": "Orders", "kind": "http", **changes})


def route(engine: Engine, actor: Actor, channel: str = "orders", **changes: Any) -> Channel:
    wish = {"name": "New", "target_flows": ["a-flow"], "http_method": "POST", "path": "/new"}
    return add_route(engine, actor, channel, **{**wish, **changes})


def test_an_http_channel_gets_the_lowest_free_port_and_a_token_shown_once(
    engine: Engine, admin: Actor
) -> None:
    made = orders(engine, admin)

    [kept] = engine.store.database["channels"].find()
    channel = get_channel(engine, admin, "orders")
    assert channel == get_channel(engine, admin, made.channel.id) == made.channel
    assert (channel.slug, channel.port, channel.enabled, channel.auth_mode) == (
        "orders",
        7701,
        True,
        "header_token",
    )
    assert made.token is not None
    assert made.token not in str(kept)
    assert token_of(engine, channel) == made.token
    assert actions_of(engine, admin.company_id) == ["channels.create"]
    assert made.token not in str(list(engine.store.database["audit"].find()))


def test_ports_are_given_once_among_all_companies(engine: Engine, admin: Actor, stranger: Actor) -> None:
    channels = [
        orders(engine, admin).channel,
        orders(engine, stranger).channel,
        orders(engine, admin, name="More").channel,
    ]

    assert [channel.port for channel in channels] == [7701, 7702, 7703]


def test_many_at_once_get_different_ports(engine: Engine, admin: Actor) -> None:
    made: list[int] = []

    def make(number: int) -> None:
        made.append(orders(engine, admin, name=f"Channel {number}").channel.port)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(made) == list(range(7701, 7707))


@pytest.mark.parametrize("environment_changes", [{"CHANNEL_PORT_RANGE": "7801-7802"}])
def test_without_a_free_port_nothing_is_made(small_range: Engine, admin: Actor) -> None:
    orders(small_range, admin)
    orders(small_range, admin, name="Second")

    with pytest.raises(Unavailable) as refused:
        orders(small_range, admin, name="Third")

    assert refused.value.error_code == "NO_FREE_PORT"
    assert [channel.slug for channel in list_channels(small_range, admin).data] == ["orders", "second"]


def test_a_token_may_be_given(engine: Engine, admin: Actor) -> None:
    made = orders(engine, admin, auth_token="0123456789abcdef")

    assert made.token == "0123456789abcdef"
    assert token_of(engine, made.channel) == "0123456789abcdef"


@pytest.mark.parametrize("changes", [{"auth_mode": "public"}, {"kind": "mcp"}])
def test_public_and_mcp_channels_have_no_token(engine: Engine, admin: Actor, changes: dict[str, str]) -> None:
    made = orders(engine, admin, **changes)

    assert (made.token, made.channel.sealed_token) == (None, None)
    assert made.channel.port == (7701 if "auth_mode" in changes else 0)


def test_a_channel_that_is_off_has_no_port_until_it_is_switched_on(engine: Engine, admin: Actor) -> None:
    made = orders(engine, admin, enabled=False)

    on = set_enabled(engine, admin, "orders", enabled=True)
    off = set_enabled(engine, admin, "orders", enabled=False)
    again = set_enabled(engine, admin, "orders", enabled=True)

    assert (made.channel.enabled, made.channel.port) == (False, 0)
    assert [(each.enabled, each.port) for each in (on, off, again)] == [
        (True, 7701),
        (False, 7701),
        (True, 7701),
    ]
    assert actions_of(engine, admin.company_id) == ["channels.create", *["channels.set_enabled"] * 3]


def test_switching_an_mcp_channel_gives_no_port(engine: Engine, admin: Actor) -> None:
    orders(engine, admin, kind="mcp", enabled=False)

    assert set_enabled(engine, admin, "orders", enabled=True).port == 0


def test_two_channels_never_share_a_slug(engine: Engine, admin: Actor, stranger: Actor) -> None:
    orders(engine, admin)

    with pytest.raises(Conflict) as refused:
        orders(engine, admin, name="orders!")

    assert refused.value.error_code == "CHANNEL_EXISTS"
    assert orders(engine, stranger).channel.slug == "orders"


def test_every_wrong_field_of_a_channel_is_named(engine: Engine, admin: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        orders(engine, admin, name="", kind="pigeon", auth_mode="smile")

    assert [problem.path for problem in refused.value.problems] == ["name", "kind", "authMode"]
    assert list_channels(engine, admin).total == 0


def test_a_route_leads_to_a_flow_by_either_name(engine: Engine, admin: Actor, flow: FlowRecord) -> None:
    orders(engine, admin)

    route(engine, admin)
    channel = route(
        engine, admin, name="By id", path="/by-id/{n}", target_flows=[flow.id], timeout_seconds=60
    )

    assert get_channel(engine, admin, "orders") == channel
    assert [each.target_flow_ids for each in channel.routes] == [(flow.id,), (flow.id,)]
    assert [(each.path, each.timeout_seconds) for each in channel.routes] == [
        ("/new", 30.0),
        ("/by-id/{n}", 60.0),
    ]
    assert actions_of(engine, admin.company_id)[1:] == ["channels.add_route"] * 2


def test_every_wrong_field_of_a_route_is_named_and_nothing_changes(
    engine: Engine, admin: Actor, flow: FlowRecord
) -> None:
    made = orders(engine, admin)

    with pytest.raises(Invalid) as refused:
        route(engine, admin, path="x", target_flows=[flow.id, "\ud800"], timeout_seconds=0)

    assert [problem.path for problem in refused.value.problems] == [
        "path",
        "timeoutSeconds",
        "targetFlowIds[1]",
        "targetFlowIds",
    ]
    assert get_channel(engine, admin, "orders") == made.channel


def test_the_same_method_and_path_is_refused(engine: Engine, admin: Actor, flow: FlowRecord) -> None:
    orders(engine, admin)
    route(engine, admin, target_flows=[flow.id], path="/{a}")

    with pytest.raises(Invalid) as refused:
        route(engine, admin, path="/{b}")

    assert [str(problem) for problem in refused.value.problems] == [
        "path: there is a route for POST /{b} already"
    ]


def test_tool_names_are_unique_in_a_company(engine: Engine, admin: Actor, flow: FlowRecord) -> None:
    tool: dict[str, Any] = {"http_method": None, "path": None, "tool_name": "triage"}
    for name in ("First", "Second"):
        orders(engine, admin, name=name, kind="mcp")
    route(engine, admin, "first", target_flows=[flow.id], **tool)

    with pytest.raises(Invalid) as refused:
        route(engine, admin, "second", **tool)

    assert [problem.path for problem in refused.value.problems] == ["toolName"]


def test_one_tool_name_asked_for_twice_at_once_is_given_once(
    engine: Engine, admin: Actor, flow: FlowRecord
) -> None:
    answers: list[str] = []
    names = [f"channel-{number}" for number in range(4)]
    for name in names:
        orders(engine, admin, name=name, kind="mcp")

    def ask(name: str) -> None:
        try:
            route(
                engine, admin, name, target_flows=[flow.id], http_method=None, path=None, tool_name="triage"
            )
            answers.append("made")
        except Invalid:
            answers.append("refused")

    threads = [threading.Thread(target=ask, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["made", "refused", "refused", "refused"]


def test_another_company_reaches_neither_channels_nor_flows(
    engine: Engine, admin: Actor, stranger: Actor, flow: FlowRecord
) -> None:
    made = orders(engine, admin)
    orders(engine, stranger, name="Theirs")

    for name in ("orders", made.channel.id):
        with pytest.raises(NotFound, match="There is no channel"):
            get_channel(engine, stranger, name)
        with pytest.raises(NotFound, match="There is no channel"):
            set_enabled(engine, stranger, name, enabled=False)
        with pytest.raises(NotFound, match="There is no channel"):
            route(engine, stranger, name, target_flows=["x"])
    with pytest.raises(Invalid):
        route(engine, stranger, "theirs", target_flows=[flow.id])
    assert [channel.slug for channel in list_channels(engine, stranger).data] == ["theirs"]
    assert get_channel(engine, admin, "orders") == made.channel


def test_who_may_only_look_changes_nothing(
    engine: Engine, admin: Actor, viewer: Actor, flow: FlowRecord
) -> None:
    made = orders(engine, admin)
    refusals: list[type[Flow8Error]] = []

    for ask in (
        lambda: orders(engine, viewer, name="Mine"),
        lambda: route(engine, viewer, target_flows=[flow.id]),
        lambda: set_enabled(engine, viewer, "orders", enabled=False),
    ):
        with pytest.raises(Denied) as refused:
            ask()
        refusals.append(refused.type)

    assert len(refusals) == 3
    assert list_channels(engine, viewer).data == [made.channel]
    assert actions_of(engine, viewer.company_id) == ["channels.create", "denied", "denied", "denied"]


@pytest.fixture
def small_range(engine: Engine, environment_changes: dict[str, str], environment: dict[str, str]) -> Engine:
    """The engine with other settings."""
    return replace(engine, settings=load({**environment, **environment_changes}))
