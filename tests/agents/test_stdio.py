"""A desktop client that starts the server itself: the official client, over a pipe."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from agents.stdio import key_of
from flow8.errors import Invalid
from tests.support.agents import MODES, NEWER, Agents
from tests.support.system import ROOT

pytestmark = pytest.mark.timeout(120)

ANSWER = {"ref": "answer", "appId": "var", "args": {"values": {"n": "{{ $args.n }}"}}}
SLOW = {"ref": "slow", "appId": "delay", "args": {"milliseconds": 60_000}}


@pytest.fixture
def spoken(agents: Agents, environment: dict[str, str]) -> Callable[..., Any]:
    """What a client learns from a server that it starts with this key."""

    def speak(key: str, question: Callable[[Client], Any], mode: str = NEWER) -> Any:
        arguments = ["-m", "flow8", "mcp", "--stdio", "--key", key]
        server = StdioServerParameters(
            command=sys.executable, args=arguments, env={**environment, "PYTHONPATH": str(ROOT)}, cwd=ROOT
        )

        async def ask() -> Any:
            async with Client(stdio_client(server), mode=mode) as client:
                return await question(client)

        return anyio.run(ask)

    assert agents.plays() == []
    return speak


@pytest.mark.parametrize("mode", MODES)
def test_a_desktop_client_lists_and_calls_tools(
    agents: Agents, spoken: Callable[..., Any], mode: str, tmp_path: Path
) -> None:
    agents.tool("echo", ANSWER)
    file = tmp_path / "agent.header"
    file.write_text(f"Authorization: Bearer {agents.key()}\n")

    async def ask(client: Client) -> Any:
        names = [tool.name for tool in (await client.list_tools()).tools]
        return names[0], (await client.call_tool("echo", {"n": 7})).structured_content

    assert spoken(f"@{file}", ask, mode) == ("echo", {"n": 7})


@pytest.mark.parametrize("mode", MODES)
def test_a_desktop_client_takes_a_call_back(agents: Agents, spoken: Callable[..., Any], mode: str) -> None:
    agents.tool("slow", SLOW)

    async def call_and_cancel(client: Client) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(client.call_tool, "slow", {})
            await anyio.to_thread.run_sync(lambda: agents.play_in("DEFERRED"))
            group.cancel_scope.cancel()
        await anyio.to_thread.run_sync(lambda: agents.play_in("CANCELLED"))

    spoken(agents.key(), call_and_cancel, mode)


def test_without_a_key_that_is_valid_it_does_not_start(agents: Agents, environment: dict[str, str]) -> None:
    for key in ("nonsense", agents.key("standard")):
        done = _run(environment, key)

        assert done.returncode == 1
        assert done.stdout == b""
        assert b"Traceback" not in done.stderr


def _run(environment: dict[str, str], key: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "flow8", "mcp", "--stdio", "--key", key],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
        input=b"",
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_a_key_is_given_as_it_is_or_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f8_a_b\n")

    assert [key_of("f8_a_b"), key_of(f"@{file}")] == ["f8_a_b", "f8_a_b"]
    with pytest.raises(Invalid, match="cannot be read"):
        key_of(f"@{file}.not")
