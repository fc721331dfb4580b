"""A server for agents over real HTTP, with a worker beside it, and the official client to speak to it."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
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
from tests.support.system import until

NEWER = "2026-07-28"
OLDER = "legacy"
MODES = (NEWER, OLDER)
"""How the client speaks: without any handshake, or as clients did until 2025."""


@dataclass
class Agents:
    """A company whose flows are tools, and the address of a server."""

    stage: Stage
    address: str = ""
    administrator: Actor = field(init=False)
    channel: str = field(init=False)

    def __post_init__(self) -> None:
        self.administrator = Actor(self.stage.company_id, "ana", RIGHTS[Role.ADMIN], door="test")
        made = channels.create_channel(self.stage.engine, self.administrator, name="Agents", kind="mcp")
        self.channel = made.channel.id

    def tool(self, name: str, *flowlets: dict[str, Any], seconds: float = 30.0, **flow: Any) -> None:
        """Publish a flow of this name and offer it as a tool; `route` holds fields of the route."""
        route = flow.pop("route", {})
        permanent_id = name.replace("_", "-")
        self.stage.publish(a_flow(*flowlets, **{"flow": permanent_id, "name": f"Flow {name}", **flow}))
        channels.add_route(
            self.stage.engine,
            self.administrator,
            self.channel,
            name=name,
            tool_name=name,
            target_flows=[permanent_id],
            timeout_seconds=seconds,
            **route,
        )

    def key(self, *scopes: str, **more: Any) -> str:
        """A new key, with scope mcp unless others are given."""
        wanted = {"name": "agent", "scopes": scopes or ("mcp",), **more}
        return keys.create_key(self.stage.engine, self.administrator, **wanted)[1]

    def ask(self, key: str, question: Callable[[Client], Awaitable[Any]], mode: str = NEWER) -> Any:
        """What a client with this key learns; an error of the protocol is an answer, too."""

        async def ask() -> Any:
            async with client_of(self.address, key, mode) as client:
                try:
                    return await question(client)
                except MCPError as error:
                    return error

        return anyio.run(ask)

    def call(
        self, key: str, tool: str, args: dict[str, Any] | None = None, mode: str = NEWER, **more: Any
    ) -> Any:
        """What a tool answers."""
        return self.ask(key, lambda client: client.call_tool(tool, args or {}, **more), mode)

    def names(self, key: str, mode: str = NEWER) -> list[str]:
        """The names of the tools that a key sees."""

        async def listed(client: Client) -> list[str]:
            return [tool.name for tool in (await client.list_tools()).tools]

        names: list[str] = self.ask(key, listed, mode)
        return names

    def plays(self) -> list[Any]:
        """Every play that there is."""
        return list(self.stage.engine.store.database["plays"].find({}, {"history": 0}).sort("_id", 1))

    def play_in(self, *states: str) -> Any:
        """The only play, once it is in one of these states."""
        return until(
            lambda: next((play for play in self.plays() if play["state"] in states), None),
            what=f"a play in {states}",
        )


@asynccontextmanager
async def client_of(address: str, key: str, mode: str = NEWER) -> AsyncIterator[Client]:
    """The official client, connected."""
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=400) as http,
        Client(streamable_http_client(address, http_client=http), mode=mode) as client,
    ):
        yield client


async def bare_call(
    address: str, key: str, tool: str, args: dict[str, Any], mode: str, meta: dict[str, Any] | None = None
) -> None:
    """A call without a client around it: whoever breaks it off only drops the connection."""
    newer = mode == NEWER
    envelope = {
        "io.modelcontextprotocol/protocolVersion": NEWER,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    headers = {
        "Authorization": f"Bearer {key}",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": NEWER if newer else "2025-11-25",
        "Mcp-Method": "tools/call",
        "Mcp-Name": tool,
    }
    params = {"name": tool, "arguments": args, "_meta": {**(meta or {}), **(envelope if newer else {})}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    async with httpx2.AsyncClient(timeout=400, headers=headers) as http:
        await http.post(address, json=body)


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """The address of a server for this application, in a thread."""
    config = uvicorn.Config(application, port=0, log_config=None, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started, what="the server's start")
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/mcp"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def working(stage: Stage) -> Iterator[None]:
    """Perform whatever is due, several plays at once, as a worker would."""
    over = threading.Event()
    thread = threading.Thread(target=_work, args=(stage, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _work(stage: Stage, over: threading.Event) -> None:
    plays, busy = stage.engine.store.database["plays"], set[str]()

    def play(play_id: str) -> None:
        perform(stage.engine, play_id)
        busy.discard(play_id)

    with ThreadPoolExecutor(8) as pool:
        while not over.wait(0.02):
            for row in plays.find({"dueAt": {"$exists": True}}, {"_id": 1}):
                if row["_id"] not in busy:
                    busy.add(row["_id"])
                    pool.submit(play, row["_id"])


@pytest.fixture
def agents(stage: Stage) -> Iterator[Agents]:
    """A running server, with a worker beside it and no tools yet."""
    made = Agents(stage)
    with serving(make_application(stage.engine)) as address, working(stage):
        made.address = address
        yield made
