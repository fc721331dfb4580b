"""Plays that agents started: how they stand, and who may cancel them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.domain.play import Origin, PlayState
from flow8.engine.perform import perform
from flow8.engine.start import StartRequest, start
from flow8.errors import Conflict, Denied, NotFound
from flow8.services.tool_calls import cancel_call, cancel_request, look
from tests.support.engines import Stage
from tests.support.factories import a_flow

ONE = {"ref": "one", "appId": "var", "args": {"values": {"n": 1}}}
TWO = {**ONE, "ref": "two", "needsApproval": True, "approval": {"approvers": ["Sales"], "note": "Look."}}


@pytest.fixture
def agent(stage: Stage) -> Actor:
    rights = frozenset({Right.CALL_TOOLS})
    return Actor(stage.company_id, "key a", rights, door="mcp", key_id="a", ip="127.0.0.1", request_id="7")


@pytest.fixture
def called(stage: Stage) -> Callable[..., str]:
    """Starts a play as a call of this agent would; its id."""
    flow = stage.publish(a_flow(ONE, TWO))

    def called(by: Actor, door: str = "mcp") -> str:
        origin = Origin(door, by.name, by.key_id, by.ip, by.request_id)
        return start(stage.engine, StartRequest(flow, {}, origin)).play_id

    return called


def test_a_play_that_waits_says_how_far_it_is_and_whom_it_waits_for(
    stage: Stage, agent: Actor, called: Callable[..., str]
) -> None:
    play_id = called(agent)
    perform(stage.engine, play_id)

    standing = look(stage.engine, agent, play_id)

    assert (standing.outcome.state, standing.finished, standing.total) == (
        PlayState.WAIT,
        frozenset({"one"}),
        2,
    )
    assert standing.approvals == ({"layerId": "two", "note": "Look.", "approvers": ["Sales"], "until": None},)
    assert standing.rests
    assert standing.url == f"{stage.engine.settings.public_url}/plays/{play_id}"


def test_a_play_that_was_just_accepted_does_not_rest(
    stage: Stage, agent: Actor, called: Callable[..., str]
) -> None:
    standing = look(stage.engine, agent, called(agent))

    assert (standing.rests, standing.finished, standing.total) == (False, frozenset(), 2)


@pytest.mark.parametrize("act", [look, cancel_call])
def test_an_agent_reaches_the_plays_of_its_own_key_only(
    stage: Stage, agent: Actor, called: Callable[..., str], act: Any
) -> None:
    other = replace(agent, key_id="b", name="key b")

    for play_id in (called(other), called(agent, "api"), "0" * 24, "\ud83d", ""):
        with pytest.raises(NotFound) as refused:
            act(stage.engine, agent, play_id)
        assert refused.value.error_code == "PLAY_NOT_FOUND"


@pytest.mark.parametrize("act", [look, cancel_call])
def test_who_may_not_call_tools_reaches_none(
    stage: Stage, agent: Actor, called: Callable[..., str], act: Any
) -> None:
    with pytest.raises(Denied):
        act(stage.engine, replace(agent, rights=RIGHTS[Role.ADMIN]), called(agent))


def test_a_cancelled_play_ends_and_is_audited(stage: Stage, agent: Actor, called: Callable[..., str]) -> None:
    play_id = called(agent)

    cancel_call(stage.engine, agent, play_id)
    perform(stage.engine, play_id)

    assert stage.load(play_id).state is PlayState.CANCELLED
    entry = stage.engine.store.database["audit"].find_one({"action": "plays.cancel"})
    assert entry is not None
    assert (entry["subject"], entry["keyId"]) == (play_id, "a")
    with pytest.raises(Conflict):
        cancel_call(stage.engine, agent, play_id)


def test_a_request_is_cancelled_by_its_id(stage: Stage, agent: Actor, called: Callable[..., str]) -> None:
    play_id, other = called(agent), called(replace(agent, request_id="8"))

    assert cancel_request(stage.engine, agent) == play_id

    perform(stage.engine, play_id)
    perform(stage.engine, other)
    assert stage.load(play_id).state is PlayState.CANCELLED
    assert stage.load(other).state is PlayState.WAIT


def test_of_requests_that_nobody_can_tell_apart_none_is_cancelled(
    stage: Stage, agent: Actor, called: Callable[..., str]
) -> None:
    plays = [called(agent), called(agent)]

    assert cancel_request(stage.engine, agent) is None
    assert [stage.load(play_id).wake for play_id in plays] == [0, 0]


@pytest.mark.parametrize("change", [{"key_id": "b"}, {"ip": "127.0.0.2"}, {"request_id": "9"}])
def test_another_agents_request_is_not_cancelled(
    stage: Stage, agent: Actor, called: Callable[..., str], change: dict[str, Any]
) -> None:
    called(agent)

    assert cancel_request(stage.engine, replace(agent, **change)) is None
