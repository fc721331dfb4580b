"""The MCP server over real HTTP: who gets in, which tools there are, and what a call answers."""

from datetime import timedelta
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from agents.play_tools import NAMES
from flow8.clock import utc_now
from flow8.services import keys
from flow8.services.channel_rules import OUR_TOOLS
from tests.support.agents import MODES, Agents
from tests.support.system import call

SCHEMA = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
DOUBLE = {"ref": "double", "appId": "var", "args": {"values": {"n": "{{ $args.n * 2 }}"}}}
FAILS = {"ref": "fails", "appId": "var", "args": {"values": {"n": "{{ $args.n - 'x' }}"}}}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
OURS = sorted(NAMES)


@pytest.fixture
def tools(agents: Agents) -> Agents:
    """A server with the tools `double` and `broken`."""
    agents.tool("double", DOUBLE, input=SCHEMA)
    agents.tool("broken", FAILS, input=SCHEMA)
    return agents


@pytest.mark.parametrize("mode", MODES)
def test_tools_are_listed_with_the_flows_input_as_schema(tools: Agents, mode: str) -> None:
    async def listed(client: Client) -> Any:
        return (await client.list_tools()).tools

    found = tools.ask(tools.key(), listed, mode)

    assert [(tool.name, tool.title) for tool in found[:2]] == [
        ("broken", "Flow broken"),
        ("double", "Flow double"),
    ]
    assert sorted(tool.name for tool in found[2:]) == OURS
    assert found[1].input_schema == SCHEMA
    assert all(tool.description for tool in found)


def test_no_route_may_take_the_name_of_a_tool_that_every_agent_has() -> None:
    assert NAMES == OUR_TOOLS


def test_a_tools_hints_tell_what_its_flow_does(agents: Agents) -> None:
    post = {"ref": "post", "appId": "curl", "args": {"method": "POST", "url": "https://example.com"}}
    get = {"ref": "get", "appId": "curl", "args": {"url": "https://example.com"}}
    agents.tool("computes", DOUBLE)
    agents.tool("fetches", get)
    agents.tool("posts", DOUBLE, post)

    async def listed(client: Client) -> Any:
        return (await client.list_tools()).tools

    hints = {tool.name: tool.annotations for tool in agents.ask(agents.key(), listed)}

    told = {
        name: (hint.read_only_hint, hint.destructive_hint, hint.open_world_hint)
        for name, hint in hints.items()
        if name not in NAMES
    }
    assert told == {
        "computes": (True, False, False),
        "fetches": (True, False, True),
        "posts": (False, True, True),
    }


def test_a_list_of_tools_is_kept_by_nobody_for_others(tools: Agents) -> None:
    async def listed(client: Client) -> Any:
        return await client.list_tools()

    assert tools.ask(tools.key(), listed).cache_scope == "private"


@pytest.mark.parametrize("mode", MODES)
def test_three_keys_see_and_call_the_tools_that_they_were_made_for(agents: Agents, mode: str) -> None:
    names = ["a", "b", "c", "d", "e", "f"]
    for name in names:
        agents.tool(name, {"ref": "only", "appId": "var", "args": {"values": {"is": name}}})
    limits = (None, ("a", "b", "c"), ("f",))
    made = {agents.key(tools=limit): limit for limit in limits}

    for key, limit in made.items():
        mine = list(limit or names)
        assert [name for name in agents.names(key, mode) if name not in NAMES] == mine
        for name in names:
            answer = agents.call(key, name, mode=mode)
            if name in mine:
                assert answer.structured_content == {"is": name}
            else:
                unknown = agents.call(key, "nothing", mode=mode)
                assert isinstance(answer, MCPError)
                assert answer.message == unknown.message.replace("nothing", name)

    assert len(agents.plays()) == 6 + 3 + 1


@pytest.mark.parametrize("mode", MODES)
def test_a_call_answers_the_output_of_its_play(tools: Agents, mode: str) -> None:
    answer = tools.call(tools.key(), "double", {"n": 21}, mode)

    assert (answer.is_error, answer.structured_content) == (False, {"n": 42})
    assert tools.plays()[0]["origin"]["door"] == "mcp"


@pytest.mark.parametrize(
    ("output", "text", "structured"),
    [
        ("plain words", "plain words", {"output": "plain words"}),
        ("{{ [1, 2] }}", "[1,2]", {"output": [1, 2]}),
        ("{{ {a: 1} }}", '{"a":1}', {"a": 1}),
        ("{{ null }}", "null", {"output": None}),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_an_output_of_any_kind_can_be_read(
    agents: Agents, output: str, text: str, structured: Any, mode: str
) -> None:
    agents.tool("any", DOUBLE, output=output)

    answer = agents.call(agents.key(), "any", {"n": 1}, mode)

    assert (answer.content[0].text, answer.structured_content) == (text, structured)


def test_args_that_do_not_fit_are_told_with_their_paths(tools: Agents) -> None:
    answer = tools.call(tools.key(), "double", {"n": "x"})

    assert answer.is_error
    assert "args.n" in answer.content[0].text
    assert tools.plays() == []


@pytest.mark.parametrize("mode", MODES)
def test_a_failed_play_is_an_error_that_says_why(tools: Agents, mode: str) -> None:
    answer = tools.call(tools.key(), "broken", {"n": 1}, mode)

    assert answer.is_error
    assert "did not finish its work" in answer.content[0].text
    assert "Traceback" not in answer.content[0].text


def test_a_play_that_ends_early_on_purpose_is_no_error(agents: Agents) -> None:
    agents.tool("stops", {"ref": "stop", "appId": "stop", "args": {}})

    answer = agents.call(agents.key(), "stops")

    assert not answer.is_error
    assert answer.structured_content["state"] == "SKIP"


@pytest.mark.parametrize("mode", MODES)
def test_a_tool_that_is_not_there_is_refused_by_name(tools: Agents, mode: str) -> None:
    refusal = tools.call(tools.key(), "other", mode=mode)

    assert isinstance(refusal, MCPError)
    assert "no tool 'other'" in refusal.message


def test_a_disabled_flow_is_no_tool(tools: Agents) -> None:
    flows = tools.stage.engine.store.database["flows"]
    flows.update_one({"permanentId": "double"}, {"$set": {"enabled": False}})

    assert isinstance(tools.call(tools.key(), "double", {"n": 1}), MCPError)
    assert "double" not in tools.names(tools.key())


def test_another_companys_tools_are_not_there(tools: Agents) -> None:
    other = tools.stage.engine.store.companies.ensure("other", "Other")
    theirs = keys.create_key(
        tools.stage.engine,
        type(tools.administrator)(other.id, "eve", tools.administrator.rights, door="test"),
        name="theirs",
        scopes=("mcp",),
    )[1]

    assert sorted(tools.names(theirs)) == OURS
    assert isinstance(tools.call(theirs, "double", {"n": 1}), MCPError)


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp4"}]
)
def test_without_a_valid_key_nobody_gets_in(tools: Agents, header: dict[str, str]) -> None:
    answer = call("POST", tools.address, LIST, header)

    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_revoked_and_an_expired_key_are_refused_at_once(tools: Agents) -> None:
    engine, revoked = tools.stage.engine, tools.key()
    expired = tools.key(expires_at=utc_now() + timedelta(hours=1))
    assert "double" in tools.names(revoked)
    keys.revoke_key(engine, tools.administrator, revoked.split("_")[1])
    engine.store.database["api_keys"].update_one(
        {"_id": expired.split("_")[1]}, {"$set": {"expiresAt": utc_now() - timedelta(seconds=1)}}
    )

    statuses = [_status(tools, key) for key in (revoked, expired)]

    assert statuses == [401, 401]
    assert tools.plays() == []


def test_a_key_that_was_made_for_something_else_is_refused(tools: Agents) -> None:
    answer = call("POST", tools.address, LIST, {"Authorization": f"Bearer {tools.key('standard')}"})

    assert answer.status == 403
    assert "insufficient_scope" in answer.headers["www-authenticate"]
    assert "call_tools" in answer.json["message"]


@pytest.mark.parametrize(
    "header",
    [
        {"Host": "evil.example"},
        {"Host": "0.0.0.0:4445"},
        {"Host": "localhost.evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_a_strange_host_or_origin_is_refused(tools: Agents, header: dict[str, str], version: str) -> None:
    assert _status(tools, tools.key(), {**header, "MCP-Protocol-Version": version}) in (403, 421)


def _status(tools: Agents, key: str, headers: dict[str, str] | None = None) -> int:
    accept = {"Authorization": f"Bearer {key}", "Accept": "application/json, text/event-stream"}
    return call("POST", tools.address, LIST, {**accept, **(headers or {})}).status
