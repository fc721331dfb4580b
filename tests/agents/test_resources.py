"""What agents may read, through the protocol."""

import json
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from tests.support.agents import MODES, Agents

ANSWER = {"ref": "answer", "appId": "var", "args": {"values": {"n": 1}}}


async def everything(client: Client) -> Any:
    listed = (await client.list_resources()).resources
    return {each.uri: (await client.read_resource(each.uri)).contents[0] for each in listed}


@pytest.mark.parametrize("mode", MODES)
def test_who_may_view_reads_flows_and_recent_plays(agents: Agents, mode: str) -> None:
    agents.tool("answer", ANSWER, title="The answer")
    key = agents.key("standard", "mcp", role="viewer")
    agents.call(key, "answer")
    play_id = agents.plays()[0]["_id"]

    found = agents.ask(key, everything, mode)

    assert list(found) == ["flow8://flows/answer", f"flow8://plays/{play_id}"]
    flow, play = found.values()
    assert (flow.mime_type, "appId: var" in flow.text) == ("application/yaml", True)
    assert json.loads(play.text)["output"] == {"n": 1}


@pytest.mark.parametrize("mode", MODES)
def test_a_key_that_may_only_call_tools_reads_nothing(agents: Agents, mode: str) -> None:
    agents.tool("answer", ANSWER)
    key = agents.key()

    async def read(client: Client) -> Any:
        return await client.read_resource("flow8://flows/answer")

    assert agents.ask(key, everything, mode) == {}
    refusal = agents.ask(key, read, mode)
    assert isinstance(refusal, MCPError)
    assert "no such resource" in refusal.message


@pytest.mark.parametrize("uri", ["flow8://flows/other", "flow8://plays/0", "file:///etc/passwd"])
def test_what_is_not_there_is_an_error(agents: Agents, uri: str) -> None:
    async def read(client: Client) -> Any:
        return await client.read_resource(uri)

    assert isinstance(agents.ask(agents.key("standard", "mcp"), read), MCPError)


@pytest.mark.parametrize("cursor", ["x", "0", "-1", "9" * 30])
def test_a_cursor_that_no_list_gave_is_refused(agents: Agents, cursor: str) -> None:
    async def more(client: Client) -> Any:
        return await client.list_resources(cursor=cursor)

    assert isinstance(agents.ask(agents.key("standard", "mcp"), more), MCPError)


def test_templates_tell_how_addresses_are_made(agents: Agents) -> None:
    async def templates(client: Client) -> Any:
        return (await client.list_resource_templates()).resource_templates

    found = agents.ask(agents.key(), templates)

    assert [each.uri_template for each in found] == ["flow8://flows/{flow}", "flow8://plays/{playId}"]
