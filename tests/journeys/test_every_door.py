"""The same order through every door, over both brokers, gives the same answer."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import anyio
import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from flow8.services.channel_rules import OUR_TOOLS
from tests.support.system import System, running

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

ORDER = {
    "id": "A-7",
    "items": [{"name": "Lamp", "price": 60, "qty": 2}, {"name": "Bulb", "price": 5, "qty": 1}],
}


@pytest.fixture(scope="module", params=["mongodb", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A whole flow8, once over each broker."""
    broker = {"BROKER_URL": request.getfixturevalue("rabbitmq").uri} if request.param == "rabbitmq" else {}
    with running(tmp_path_factory.mktemp(request.param), **broker) as started:
        yield started


def through_the_api(system: System) -> Any:
    return system.run("order-triage", args=ORDER, wait=30)["output"]


def through_the_channel(system: System) -> Any:
    return system.post_order(ORDER).json


def through_the_command_line(system: System) -> Any:
    done = system.cli("play", "order-triage", "--args", json.dumps(ORDER), "--wait", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["output"]


def through_mcp(system: System) -> Any:
    key = system.api("POST", "auth/api-keys", {"name": "agent", "scopes": ["mcp"]}).json["key"]

    async def call() -> Any:
        headers = {"Authorization": f"Bearer {key}"}
        url = f"http://127.0.0.1:{system.mcp}/mcp"
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {"order_triage", *OUR_TOOLS}
            assert "items" in tools["order_triage"].input_schema["properties"]
            return (await client.call_tool("order_triage", ORDER)).structured_content

    return anyio.run(call)


def test_an_order_gives_the_same_answer_through_every_door(system: System) -> None:
    doors = (through_the_api, through_the_channel, through_the_command_line, through_mcp)

    answers = [door(system) for door in doors]

    assert answers[0]["label"] == "big"
    assert answers == [answers[0]] * 4


def test_each_play_says_through_which_door_it_came(system: System) -> None:
    through_the_channel(system)

    newest = system.api("GET", "plays?size=1").json["data"][0]

    assert newest["origin"]["door"] == "channel"
    assert newest["state"] == "DONE"


def test_the_printed_curl_lines_work_as_they_are(system: System) -> None:
    lines = [line.strip() for line in system.output.splitlines() if line.strip().startswith("curl ")]

    answers = [
        subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True) for line in lines
    ]

    assert len(answers) == 2
    report, order = (json.loads(answer.stdout) for answer in answers)
    assert report["state"] == "DONE"
    assert order["id"] == "A-1001"
