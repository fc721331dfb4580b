"""Flows as tools: what there is, and what a call starts."""

from dataclasses import replace
from typing import Any

import pytest

from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services import channels
from flow8.services.tools import call_tool, connect, list_tools
from tests.support.engines import Stage
from tests.support.factories import a_flow


@pytest.fixture
def agent(stage: Stage) -> Actor:
    return Actor(
        stage.company_id, "key a", frozenset({Right.CALL_TOOLS}), door="mcp", key_id="a", request_id="1"
    )


@pytest.fixture
def offer(stage: Stage) -> Any:
    """Offers a flow as a tool."""
    administrator = Actor(stage.company_id, "ana", RIGHTS[Role.ADMIN], door="test")
    made = channels.create_channel(stage.engine, administrator, name="Agents", kind="mcp")

    def offer(name: str, **more: Any) -> None:
        route = more.pop("route", {})
        stage.publish(a_flow(flow=name, **more))
        channels.add_route(
            stage.engine,
            administrator,
            made.channel.id,
            name=name,
            tool_name=name,
            target_flows=[name],
            **route,
        )

    return offer


def test_only_keys_that_were_made_for_it_call_tools(stage: Stage, agent: Actor, offer: Any) -> None:
    offer("one")
    nobody = replace(agent, rights=RIGHTS[Role.ADMIN])

    for ask in (
        lambda: connect(stage.engine, nobody),
        lambda: list_tools(stage.engine, nobody),
        lambda: call_tool(stage.engine, nobody, "one", {}),
    ):
        with pytest.raises(Denied):
            ask()
    connect(stage.engine, agent)


def test_a_call_is_stored_with_who_asked_and_by_which_request(stage: Stage, agent: Actor, offer: Any) -> None:
    offer("one")

    call = call_tool(stage.engine, agent, "one", {"n": 1})

    origin = stage.load(call.play_id).origin
    assert (origin.door, origin.key_id, origin.request_id) == ("mcp", "a", "1")
    assert call.seconds == 30.0


def test_a_tool_that_answers_at_once_waits_for_nothing(stage: Stage, agent: Actor, offer: Any) -> None:
    offer("one", route={"response_mode": "async"})

    assert call_tool(stage.engine, agent, "one", {"n": 1}).seconds == 0.0


def test_the_same_idempotency_key_gives_the_same_play_to_the_same_agent_only(
    stage: Stage, agent: Actor, offer: Any
) -> None:
    offer("one")

    def called(by: Actor, **args: Any) -> str:
        return call_tool(stage.engine, by, "one", args, idempotency_key="k").play_id

    first, again, other = called(agent, n=1), called(agent, n=1), called(replace(agent, key_id="b"), n=1)

    assert (first == again, first == other) == (True, False)
    with pytest.raises(Conflict, match="other args"):
        called(agent, n=2)


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb"])
def test_a_key_that_cannot_be_kept_is_refused(stage: Stage, agent: Actor, offer: Any, key: str) -> None:
    offer("one")

    with pytest.raises(Invalid) as refused:
        call_tool(stage.engine, agent, "one", {}, idempotency_key=key)

    assert refused.value.problems[0].path == "idempotencyKey"


def test_args_that_are_no_json_are_refused(stage: Stage, agent: Actor, offer: Any) -> None:
    offer("one")

    with pytest.raises(Invalid) as refused:
        call_tool(stage.engine, agent, "one", {"n": float("nan")})

    assert refused.value.problems[0].path == "args"


def test_a_flow_that_this_installation_cannot_perform_hides_no_other(
    stage: Stage, agent: Actor, offer: Any
) -> None:
    offer("one")
    offer("two")
    versions = stage.engine.store.database["flow_versions"]
    flow = stage.engine.store.flows.find(stage.company_id, "one")
    assert flow is not None
    versions.delete_one({"flowId": flow.id})

    assert [tool.name for tool in list_tools(stage.engine, agent)] == ["two"]


def test_tools_of_a_limited_key_are_those_that_it_names(stage: Stage, agent: Actor, offer: Any) -> None:
    offer("one")
    offer("two")
    limited = replace(agent, tools=frozenset({"two", "gone"}))

    assert [tool.name for tool in list_tools(stage.engine, limited)] == ["two"]
    with pytest.raises(NotFound):
        call_tool(stage.engine, limited, "one", {})
