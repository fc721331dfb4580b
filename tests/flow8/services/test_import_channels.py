"""The channels that come with an imported flow."""

import pytest

from flow8.domain.access import Actor, Right
from flow8.domain.documents import write_yaml
from flow8.engine.engine import Engine
from flow8.errors import Denied, Invalid
from flow8.services.channels import get_channel, list_channels
from flow8.services.flows import import_text
from flow8.services.import_channels import make_channels
from flow8.services.import_text import parse
from tests.support.audit import actions_of
from tests.support.channels import token_of
from tests.support.factories import a_flow

FLOW = write_yaml(a_flow())
ORDERS = """
---
channel: orders
name: Orders from the shop
kind: http
routes:
  - {name: New order, httpMethod: POST, path: /orders}
  - {name: Again, httpMethod: PUT, path: "/orders/{id}", flow: a-flow, responseMode: async}
"""
AGENTS = """
---
channel: agents
kind: mcp
routes:
  - {toolName: triage, description: Sorts orders., timeoutSeconds: 60}
"""


def test_channels_are_made_with_their_routes(engine: Engine, admin: Actor) -> None:
    imported = import_text(engine, admin, FLOW + ORDERS + AGENTS, publish=True)

    orders, agents = imported.channels
    assert (orders.channel, agents.channel) == (
        get_channel(engine, admin, "orders"),
        get_channel(engine, admin, "agents"),
    )
    assert (orders.channel.name, orders.channel.port, agents.channel.port) == (
        "Orders from the shop",
        7701,
        0,
    )
    assert orders.token is not None
    assert token_of(engine, orders.channel) == orders.token
    assert agents.token is None
    assert [(route.http_method, route.path, route.response_mode) for route in orders.channel.routes] == [
        ("POST", "/orders", "sync"),
        ("PUT", "/orders/{id}", "async"),
    ]
    assert [(route.tool_name, route.timeout_seconds) for route in agents.channel.routes] == [("triage", 60.0)]
    routes = [*orders.channel.routes, *agents.channel.routes]
    assert {route.target_flow_ids for route in routes} == {(imported.flow.id,)}


def test_channels_that_are_there_stay_as_they_are(engine: Engine, admin: Actor) -> None:
    first = import_text(engine, admin, FLOW + ORDERS, publish=True).channels[0].channel

    again = import_text(engine, admin, FLOW + ORDERS.replace("/orders", "/other") + AGENTS, publish=True)

    assert [made.channel.slug for made in again.channels] == ["agents"]
    assert get_channel(engine, admin, "orders") == first


def test_problems_of_flow_and_channels_come_together_and_nothing_is_made(
    engine: Engine, admin: Actor
) -> None:
    flow = write_yaml(a_flow({"ref": "only", "appId": "nothing-like-it"}))
    wrong = """
---
channel: orders
kind: pigeon
authMode: smile
---
channel: more
kind: http
routes:
  - {httpMethod: POST, path: /a, flow: nobody}
  - {httpMethod: POST, path: "/b/{x}"}
  - {httpMethod: POST, path: "/b/{y}"}
---
channel: more
kind: mcp
routes:
  - {toolName: triage}
  - {toolName: triage}
"""
    for publish in (True, False):
        with pytest.raises(Invalid) as refused:
            import_text(engine, admin, flow + wrong, publish=publish)

        assert [problem.path for problem in refused.value.problems] == [
            "flowlets[0].appId",
            "channels[2].channel",
            "channels[0].kind",
            "channels[0].authMode",
            "channels[1].routes[0].targetFlowIds[0]",
            "channels[1].routes[2].path",
            "channels[2].routes[1].toolName",
        ]
    assert engine.store.database["flows"].count_documents({}) == 0
    assert list_channels(engine, admin).total == 0


def test_a_tool_name_of_another_channel_is_taken(engine: Engine, admin: Actor) -> None:
    import_text(engine, admin, FLOW + AGENTS)

    with pytest.raises(Invalid) as refused:
        import_text(engine, admin, FLOW + AGENTS.replace("agents", "others"))

    assert [problem.path for problem in refused.value.problems] == ["channels[0].routes[0].toolName"]


def test_a_flow_with_a_wrong_shape_is_no_unknown_flow_to_its_own_channels(
    engine: Engine, admin: Actor
) -> None:
    with pytest.raises(Invalid) as refused:
        import_text(engine, admin, FLOW + "unknownField: 1\n" + ORDERS)

    assert [problem.path for problem in refused.value.problems] == ["unknownField"]


def test_making_channels_asks_for_the_right_itself(engine: Engine, admin: Actor, viewer: Actor) -> None:
    parsed = parse(FLOW + ORDERS)

    with pytest.raises(Denied):
        make_channels(engine, viewer, parsed)

    assert Right.EDIT not in viewer.rights
    assert list_channels(engine, admin).total == 0
    assert actions_of(engine, viewer.company_id) == ["denied"]
