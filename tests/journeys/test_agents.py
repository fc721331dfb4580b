"""Two replicas of the MCP server behind a round-robin: clients drop, one replica dies, one play ends."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import anyio
import pytest

from agents.calls import IDEMPOTENCY_KEY
from bench.ports import free_ports
from tests.support.agents import MODES, bare_call, client_of
from tests.support.robin import round_robin
from tests.support.sizes import sized
from tests.support.system import ROOT, System, call, running, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

SECONDS = sized(12.0, 180.0)
DROPS = 5
FLOW = {
    "flow": "long",
    "name": "Long",
    "flowlets": [
        {"ref": "wait", "appId": "delay", "args": {"milliseconds": int(SECONDS * 1000)}},
        {"ref": "reply", "appId": "var", "after": ["wait"], "args": {"values": {"id": "{{ $args.id }}"}}},
    ],
}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A whole flow8 with the tool `long`."""
    with running(tmp_path_factory.mktemp("agents")) as started:
        started.publish(FLOW)
        route = {"name": "long", "toolName": "long", "targetFlowIds": ["long"], "timeoutSeconds": 300}
        answer = started.api("POST", "channels/agents/routes", route)
        assert answer.status in (200, 201), answer.text
        yield started


@contextlib.contextmanager
def another_replica(system: System) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A second MCP server over the same database."""
    port = free_ports(1)[0]
    process = subprocess.Popen(
        [sys.executable, "-m", "flow8", "mcp"],
        cwd=ROOT,
        env={**system.environment, "MCP_SERVER_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        until(lambda: _answers(port), what="the second replica's start")
        yield port, process
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        return call("POST", f"http://127.0.0.1:{port}/mcp", {}).status == 401
    return False


def plays_of(system: System) -> dict[str, str]:
    """The plays of the long flow, by id, with their states."""
    return {play["id"]: play["state"] for play in system.api("GET", "plays?flow=long").json["data"]}


@pytest.mark.parametrize("mode", MODES)
def test_five_drops_and_a_dead_replica_give_one_play_and_its_result(system: System, mode: str) -> None:
    key = system.api("POST", "auth/api-keys", {"name": "agent", "scopes": ["mcp"]}).json["key"]
    meta = {IDEMPOTENCY_KEY: f"the one order {mode}"}
    before = plays_of(system)

    with another_replica(system) as (port, replica), round_robin([system.mcp, port]) as front:
        url = f"http://127.0.0.1:{front}/mcp"
        for drop in range(DROPS):
            anyio.run(_call_and_drop, url, key, meta, mode)
            if drop == DROPS // 2:
                os.kill(replica.pid, signal.SIGKILL)
                replica.wait()
        found = anyio.run(_call, url, key, meta, mode)

    assert found == {"id": mode}
    assert [state for play_id, state in plays_of(system).items() if play_id not in before] == ["DONE"]


async def _call_and_drop(url: str, key: str, meta: dict[str, Any], mode: str) -> None:
    with anyio.move_on_after(SECONDS / (2 * DROPS)):
        await bare_call(url, key, "long", {"id": mode}, mode, meta)


async def _call(url: str, key: str, meta: Any, mode: str) -> Any:
    async with client_of(url, key, mode) as client:
        found = await client.call_tool("long", {"id": mode}, meta=meta)
        return found.structured_content
