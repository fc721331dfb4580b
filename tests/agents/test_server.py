"""The MCP server over real HTTP: who gets in, which tools there are, and what a call answers."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
import uvicorn
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from agents.server import make_application
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.perform import perform
from flow8.services import channels, keys
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.system import call, until

SCHEMA = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
DOUBLE = {"ref": "double", "appId": "var", "args": {"values": {"n": "{{ $args.n * 2 }}"}}}
FAILS = {"ref": "fails", "appId": "var", "args": {"values": {"n": "{{ $args.n - 'x' }}"}}}


@pytest.fixture
def administrator(stage: Stage) -> Actor:
    return Actor(stage.company_id, "ana", RIGHTS[Role.ADMIN], door="test")


@pytest.fixture
def address(stage: Stage, administrator: Actor) -> Iterator[str]:
    """The address of a server with the tools `double` and `broken`, and a worker beside it."""
    made = channels.create_channel(
        stage.engine, administrator, name="Agents", kind="mcp", auth_mode="header_token"
    )
    for tool, flowlet in (("double", DOUBLE), ("broken", FAILS)):
        stage.publish(a_flow(flowlet, flow=tool, name=f"Flow {tool}", input=SCHEMA))
        channels.add_route(
            stage.engine, administrator, made.channel.id, name=tool, tool_name=tool, target_flows=[tool]
        )
    application = make_application(stage.engine)
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_config=None, lifespan="on", ws="none"))
    over = threading.Event()
    threads = [threading.Thread(target=server.run), threading.Thread(target=work, args=(stage, over))]
    for thread in threads:
        thread.start()
    until(lambda: server.started, what="the server's start")
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/mcp"
    server.should_exit = True
    over.set()
    for thread in threads:
        thread.join()


def work(stage: Stage, over: threading.Event) -> None:
    """Perform what is accepted, as a worker would."""
    plays = stage.engine.store.database["plays"]
    while not over.wait(0.02):
        for row in plays.find({"state": "NEW"}, {"_id": 1}):
            perform(stage.engine, row["_id"])


def a_key(stage: Stage, administrator: Actor, *scopes: str, tools: tuple[str, ...] | None = None) -> str:
    return keys.create_key(stage.engine, administrator, name="k", scopes=scopes, tools=tools)[1]


@asynccontextmanager
async def client_of(address: str, key: str) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=30) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        yield client


def called(address: str, key: str, tool: str, args: dict[str, Any]) -> Any:
    async def ask() -> Any:
        async with client_of(address, key) as client:
            try:
                return await client.call_tool(tool, args)
            except MCPError as error:
                return error

    return anyio.run(ask)


def test_tools_are_listed_with_the_flows_input_as_schema(
    stage: Stage, administrator: Actor, address: str
) -> None:
    async def ask() -> Any:
        async with client_of(address, a_key(stage, administrator, "mcp")) as client:
            return (await client.list_tools()).tools

    tools = anyio.run(ask)

    assert [(tool.name, tool.title) for tool in tools] == [
        ("broken", "Flow broken"),
        ("double", "Flow double"),
    ]
    assert tools[1].input_schema == SCHEMA


def test_what_a_key_may_not_call_it_does_not_see(stage: Stage, administrator: Actor, address: str) -> None:
    key = a_key(stage, administrator, "mcp", tools=("double",))

    async def ask() -> Any:
        async with client_of(address, key) as client:
            return (await client.list_tools()).tools

    assert [tool.name for tool in anyio.run(ask)] == ["double"]
    refusal = called(address, key, "broken", {"n": 1})
    assert isinstance(refusal, MCPError)
    assert refusal.message == called(address, key, "other", {}).message.replace("other", "broken")
    assert called(address, key, "double", {"n": 2}).structured_content == {"n": 4}


def test_a_call_answers_the_output_of_its_play(stage: Stage, administrator: Actor, address: str) -> None:
    answer = called(address, a_key(stage, administrator, "mcp"), "double", {"n": 21})

    assert (answer.is_error, answer.structured_content) == (False, {"n": 42})
    assert stage.engine.store.play_views.page(stage.company_id, size=1)[0]["origin"]["door"] == "mcp"


def test_args_that_do_not_fit_are_told_with_their_paths(
    stage: Stage, administrator: Actor, address: str
) -> None:
    answer = called(address, a_key(stage, administrator, "mcp"), "double", {"n": "x"})

    assert answer.is_error
    assert "args.n" in answer.content[0].text


def test_a_failed_play_is_an_error_that_says_why(stage: Stage, administrator: Actor, address: str) -> None:
    answer = called(address, a_key(stage, administrator, "mcp"), "broken", {"n": 1})

    assert answer.is_error
    assert "did not finish its work" in answer.content[0].text


def test_a_tool_that_is_not_there_is_refused_by_name(
    stage: Stage, administrator: Actor, address: str
) -> None:
    refusal = called(address, a_key(stage, administrator, "mcp"), "other", {})

    assert isinstance(refusal, MCPError)
    assert "no tool 'other'" in refusal.message


def test_a_disabled_flow_is_no_tool(stage: Stage, administrator: Actor, address: str) -> None:
    stage.engine.store.database["flows"].update_one({"permanentId": "double"}, {"$set": {"enabled": False}})

    refusal = called(address, a_key(stage, administrator, "mcp"), "double", {"n": 1})

    assert isinstance(refusal, MCPError)


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp4"}]
)
def test_without_a_valid_key_nobody_gets_in(address: str, header: dict[str, str]) -> None:
    answer = call("POST", address, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, header)

    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_key_without_the_scope_may_not_call_tools(stage: Stage, administrator: Actor, address: str) -> None:
    answer = called(address, a_key(stage, administrator, "standard"), "double", {"n": 1})

    assert answer.is_error
    assert "call_tools" in answer.content[0].text


@pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_a_strange_host_or_origin_is_refused(
    stage: Stage, administrator: Actor, address: str, header: dict[str, str]
) -> None:
    key = {"Authorization": f"Bearer {a_key(stage, administrator, 'mcp')}", "Accept": "application/json"}

    answer = call("POST", address, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, {**key, **header})

    assert answer.status in (403, 421)
