"""Calls that take their time: progress, handles, approvals, leaving, coming back, and taking a call back."""

import threading
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from agents.calls import IDEMPOTENCY_KEY
from agents.server import make_application
from flow8.services import approvals
from tests.support.agents import MODES, NEWER, OLDER, Agents, bare_call, client_of, serving

ENDED = ("DONE", "FAIL", "SKIP", "FILTERED", "CANCELLED")
APPROVED = {"ref": "pay", "appId": "var", "args": {"values": {"paid": True}}, "needsApproval": True}


def wait_for(ref: str, seconds: float, **more: Any) -> dict[str, Any]:
    return {"ref": ref, "appId": "delay", "args": {"milliseconds": int(seconds * 1000)}, **more}


def answer(*after: str) -> dict[str, Any]:
    return {"ref": "answer", "appId": "var", "args": {"values": {"is": "there"}}, "after": list(after)}


def meta(key: str) -> dict[str, Any]:
    return {IDEMPOTENCY_KEY: key}


@pytest.mark.parametrize("mode", MODES)
def test_a_caller_hears_how_many_steps_are_done(agents: Agents, mode: str) -> None:
    agents.tool("slow", wait_for("one", 0.3), wait_for("two", 0.3, after=["one"]), answer("two"))
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    found = agents.call(agents.key(), "slow", mode=mode, progress_callback=hear)

    assert found.structured_content == {"is": "there"}
    assert [progress for progress, _, _ in heard] == sorted({progress for progress, _, _ in heard})
    assert (heard[0][0], heard[-1][0], {total for _, total, _ in heard}) == (0.0, 3.0, {3.0})
    assert agents.plays()[0]["_id"] in str(heard[0][2])


@pytest.mark.parametrize("mode", MODES)
def test_a_call_that_takes_too_long_answers_with_a_play_to_ask_for(agents: Agents, mode: str) -> None:
    agents.tool("slow", wait_for("one", 2.0), answer("one"), seconds=0.3)
    key = agents.key()

    handle = agents.call(key, "slow", mode=mode)
    play_id = handle.structured_content["playId"]
    status = agents.call(key, "play_status", {"playId": play_id}, mode)
    result = agents.call(key, "play_result", {"playId": play_id}, mode)
    afterwards = agents.call(key, "play_status", {"playId": play_id}, mode)

    assert not handle.is_error
    assert "play_result" in handle.content[0].text
    assert status.structured_content["state"] in ("NEW", "RUN", "DEFERRED")
    assert (result.is_error, result.structured_content) == (False, {"is": "there"})
    assert (afterwards.structured_content["state"], afterwards.structured_content["stepsDone"]) == ("DONE", 2)
    assert len(agents.plays()) == 1


def test_a_tool_that_answers_at_once_gives_a_play_to_ask_for(agents: Agents) -> None:
    agents.tool("later", answer(), route={"response_mode": "async"})
    key = agents.key()

    handle = agents.call(key, "later")
    result = agents.call(key, "play_result", {"playId": handle.structured_content["playId"]})

    assert handle.structured_content["state"] in ("NEW", "RUN")
    assert result.structured_content == {"is": "there"}


@pytest.mark.parametrize("mode", MODES)
def test_a_play_that_needs_approval_says_so_at_once_with_a_link(agents: Agents, mode: str) -> None:
    agents.tool("pay", {**APPROVED, "approval": {"approvers": ["ana"], "note": "Is it right?"}}, seconds=60)
    key = agents.key()

    found = agents.call(key, "pay", mode=mode)
    told = found.structured_content
    approvals.decide(
        agents.stage.engine, agents.administrator, told["playId"], "pay", decision="approved", note=None
    )
    result = agents.call(key, "play_result", {"playId": told["playId"]}, mode)

    assert not found.is_error
    assert told["url"].endswith(f"/plays/{told['playId']}")
    assert told["url"] in found.content[0].text
    assert "waiting for approval: 'pay' (Is it right?) by ana" in found.content[0].text
    assert told["waitingForApproval"][0]["layerId"] == "pay"
    assert result.structured_content == {"paid": True}


def test_who_called_a_tool_cannot_approve_what_it_asks_for(agents: Agents) -> None:
    agents.tool("pay", APPROVED)
    key = agents.key()
    play_id = agents.call(key, "pay").structured_content["playId"]

    assert [tool for tool in agents.names(key) if "approv" in tool] == []
    assert agents.play_in("WAIT")["_id"] == play_id


@pytest.mark.parametrize("name", ["play_status", "play_result", "play_cancel"])
def test_anothers_play_is_not_there(agents: Agents, name: str) -> None:
    agents.tool("double", answer())
    agents.call(agents.key(), "double")

    found = agents.call(agents.key(), name, {"playId": agents.plays()[0]["_id"]})

    assert found.is_error
    assert "There is no play" in found.content[0].text


@pytest.mark.parametrize("args", [{}, {"playId": 7}, {"playId": "x", "more": 1}])
def test_asking_for_a_play_wrongly_names_what_is_wrong(agents: Agents, args: dict[str, Any]) -> None:
    found = agents.call(agents.key(), "play_status", args)

    assert found.is_error
    assert "args." in found.content[0].text


@pytest.mark.parametrize("mode", MODES)
def test_a_play_is_cancelled_by_its_tool(agents: Agents, mode: str) -> None:
    agents.tool("slow", wait_for("one", 60), seconds=0.2)
    key = agents.key()
    play_id = agents.call(key, "slow", mode=mode).structured_content["playId"]

    found = agents.call(key, "play_cancel", {"playId": play_id}, mode)
    result = agents.call(key, "play_result", {"playId": play_id}, mode)

    assert not found.is_error
    assert agents.play_in("CANCELLED")["_id"] == play_id
    assert result.is_error
    assert "Cancelled by key agent" in result.content[0].text


@pytest.mark.parametrize("mode", MODES)
def test_a_call_that_its_client_takes_back_is_cancelled(agents: Agents, mode: str) -> None:
    agents.tool("slow", wait_for("one", 60))

    async def call_and_take_back(client: Client) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(client.call_tool, "slow", {})
            await anyio.to_thread.run_sync(lambda: agents.play_in("DEFERRED"))
            group.cancel_scope.cancel()
        await anyio.to_thread.run_sync(lambda: agents.play_in("CANCELLED"))

    agents.ask(agents.key(), call_and_take_back, mode)


def test_a_call_is_taken_back_on_whichever_replica_it_waits(agents: Agents) -> None:
    agents.tool("slow", wait_for("one", 60))
    key = agents.key()

    async def call_here_cancel_there(there: str) -> None:
        async with client_of(agents.address, key, OLDER) as client, anyio.create_task_group() as group:
            group.start_soon(_quietly, client, "slow")
            play = await anyio.to_thread.run_sync(lambda: agents.play_in("DEFERRED"))
            request = int(play["origin"]["requestId"])
            async with client_of(there, key, OLDER) as other:
                await other.session.send_notification(_cancelled(request))
                await anyio.to_thread.run_sync(lambda: agents.play_in("CANCELLED"))
            group.cancel_scope.cancel()

    with serving(make_application(agents.stage.engine)) as there:
        anyio.run(call_here_cancel_there, there)


def _cancelled(request: int) -> Any:
    return types.CancelledNotification(params=types.CancelledNotificationParams(request_id=request))


async def _quietly(client: Client, tool: str) -> None:
    try:
        await client.call_tool(tool, {})
    except MCPError:
        return


@pytest.mark.parametrize("mode", MODES)
def test_who_left_and_comes_back_with_the_same_key_finds_the_same_play(agents: Agents, mode: str) -> None:
    agents.tool("slow", wait_for("one", 3.0), answer("one"))
    key, again = agents.key(), {"meta": meta("order 7")}
    drop(agents, key, "slow", mode, **again)

    found = agents.call(key, "slow", mode=mode, **again)

    assert found.structured_content == {"is": "there"}
    assert len(agents.plays()) == 1


def drop(agents: Agents, key: str, tool: str, mode: str, **more: Any) -> None:
    """Call a tool over a connection that breaks as soon as its play is there: nothing is taken back."""

    async def broken_off() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: bare_call(agents.address, key, tool, {}, mode, **more))
            await anyio.to_thread.run_sync(lambda: agents.play_in("RUN", "DEFERRED"))
            group.cancel_scope.cancel()

    anyio.run(broken_off)


def test_an_older_client_that_only_drops_takes_nothing_back(agents: Agents) -> None:
    agents.tool("slow", wait_for("one", 1.0), answer("one"))

    drop(agents, agents.key(), "slow", OLDER)

    assert agents.play_in(*ENDED)["state"] == "DONE"


def test_a_newer_client_that_drops_takes_its_call_back(agents: Agents) -> None:
    agents.tool("slow", wait_for("one", 60), answer("one"))

    drop(agents, agents.key(), "slow", NEWER)

    assert agents.play_in(*ENDED)["state"] == "CANCELLED"


def test_a_server_that_stops_answers_its_calls_and_cancels_nothing(agents: Agents) -> None:
    agents.tool("slow", wait_for("one", 60))
    stopping = threading.Event()
    key = agents.key()

    def stop() -> None:
        agents.play_in("DEFERRED")
        stopping.set()

    with serving(make_application(agents.stage.engine, stopping.is_set)) as there:
        threading.Thread(target=stop).start()
        mine = Agents.__new__(Agents)
        mine.__dict__.update({**agents.__dict__, "address": there})
        found = mine.call(key, "slow")

    assert found.structured_content["state"] == "DEFERRED"
    assert agents.play_in("DEFERRED")
