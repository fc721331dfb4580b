"""The protocol's own conformance suite and its Inspector, as their makers publish them, against our server.

The suite knows no keys and names tools and resources of its own: flows of these names are made for it, and in
front of the server stands what adds a key and puts our addresses in the place of its fixed ones.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agents.server import make_application
from flow8.services.flows import import_text
from tests.support.agents import Agents, serving
from tests.support.npx import CONFORMANCE, INSPECTOR, ran
from tests.support.system import ROOT

pytestmark = [pytest.mark.npx, pytest.mark.timeout(600)]

APPLICABLE: Final = (
    "server-initialize",
    "ping",
    "tools-list",
    "tools-call-simple-text",
    "tools-call-error",
    "tools-call-with-progress",
    "json-schema-2020-12",
    "resources-list",
    "resources-read-text",
    "resources-templates-read",
    "dns-rebinding-protection",
)
BACK_CHANNEL = "the server would ask the client in the midst of a call, which needs a session on one replica"
JSON_ONLY = "a flow's output is JSON, which is answered as text and as structured content"
NO_PROMPTS = "flow8 offers no prompts"
NOT_APPLICABLE: Final = {
    "logging-set-level": "no logging: the protocol gave it up; logs of plays are read in flow8",
    "tools-call-with-logging": "no logging: the protocol gave it up; logs of plays are read in flow8",
    "completion-complete": NO_PROMPTS,
    "tools-call-image": JSON_ONLY,
    "tools-call-audio": JSON_ONLY,
    "tools-call-embedded-resource": JSON_ONLY,
    "tools-call-mixed-content": JSON_ONLY,
    "tools-call-sampling": BACK_CHANNEL,
    "tools-call-elicitation": BACK_CHANNEL,
    "elicitation-sep1034-defaults": BACK_CHANNEL,
    "elicitation-sep1330-enums": BACK_CHANNEL,
    "server-sse-polling": "streams are not resumed: who comes back asks for the play, on any replica",
    "server-sse-multiple-streams": "it wants a session, and looks no further without one",
    "resources-read-binary": "flows and plays are text",
    "resources-subscribe": "no sessions, so nobody to tell",
    "resources-unsubscribe": "no sessions, so nobody to tell",
    "prompts-list": NO_PROMPTS,
    "prompts-get-simple": NO_PROMPTS,
    "prompts-get-with-args": NO_PROMPTS,
    "prompts-get-embedded-resource": NO_PROMPTS,
    "prompts-get-with-image": NO_PROMPTS,
}
ADDRESSES: Final = {
    b"test://static-text": b"flow8://flows/test-simple-text",
    b"test://template/123/data": b"flow8://flows/number-123",
}
SCHEMA: Final = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"}},
    "additionalProperties": False,
}
ORDER: Final = {"id": "A-7", "items": [{"name": "Lamp", "price": 60, "qty": 2}]}


class ForTheSuite:
    """Adds the key that the suite does not know, and our addresses."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._key = f"Bearer {key}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
        for theirs, ours in ADDRESSES.items():
            body = body.replace(theirs, ours)
        kept = [pair for pair in scope["headers"] if pair[0] != b"content-length"]
        own = [(b"authorization", self._key), (b"content-length", str(len(body)).encode())]
        messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return messages.pop() if messages else await receive()

        await self._app({**scope, "headers": [*kept, *own]}, replay, send)


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


def _steps() -> Iterator[dict[str, Any]]:
    """Steps that leave something behind, each told when it is written, with time between them."""
    before: list[str] = []
    for place in range(3):
        kept = {"key": f"step_{place}", "value": place}
        yield {"ref": f"keep{place}", "appId": "kv-set", "args": kept, "after": before}
        yield {
            "ref": f"rest{place}",
            "appId": "delay",
            "args": {"milliseconds": 300},
            "after": [f"keep{place}"],
        }
        before = [f"rest{place}"]


@pytest.fixture
def address(agents: Agents) -> Iterator[str]:
    """A server with what the suite looks for, and the key in front."""
    said = {"ref": "said", "appId": "var", "args": {"values": {"n": 1}}}
    fails = {
        "ref": "fails",
        "appId": "fail",
        "args": {"message": "This tool intentionally returns an error."},
    }
    agents.tool("test_simple_text", said, output="This is a simple text response for testing.")
    agents.tool("test_error_handling", fails)
    agents.tool("test_tool_with_progress", *_steps())
    agents.tool("json_schema_2020_12_tool", said, input=SCHEMA)
    agents.tool("number_123", said)
    key = agents.key("standard", "mcp")
    with serving(ForTheSuite(make_application(agents.stage.engine), key)) as address:
        yield address


def test_every_applicable_scenario_of_the_conformance_suite_passes(address: str, tmp_path: Path) -> None:
    known = ran(CONFORMANCE, "conformance", ["list", "--server"], tmp_path).stdout
    listed = {line.split()[1] for line in known.splitlines() if line.startswith("  - ")}

    failed = {}
    for scenario in APPLICABLE:
        done = ran(CONFORMANCE, "conformance", ["server", "--url", address, "--scenario", scenario], tmp_path)
        if done.returncode:
            failed[scenario] = done.stdout[-2000:] + done.stderr[-500:]

    assert failed == {}
    assert listed == {*APPLICABLE, *NOT_APPLICABLE}


def test_the_inspector_lists_and_calls_the_example(agents: Agents, tmp_path: Path) -> None:
    import_text(
        agents.stage.engine,
        agents.administrator,
        (ROOT / "examples" / "order-triage.yml").read_text().replace("channel: agents", "channel: example"),
        publish=True,
    )
    server = [
        "--cli",
        agents.address,
        "--transport",
        "http",
        "--header",
        f"Authorization: Bearer {agents.key()}",
    ]

    listed = ran(INSPECTOR, "mcp-inspector", [*server, "--method", "tools/list"], tmp_path)
    arguments = [f"--tool-arg={name}={json.dumps(value)}" for name, value in ORDER.items()]
    called = ran(
        INSPECTOR,
        "mcp-inspector",
        [*server, "--method", "tools/call", "--tool-name", "order_triage", *arguments],
        tmp_path,
    )

    assert "order_triage" in [tool["name"] for tool in json.loads(listed.stdout)["tools"]], listed.stderr
    assert json.loads(called.stdout)["structuredContent"]["label"] == "big", called.stderr
