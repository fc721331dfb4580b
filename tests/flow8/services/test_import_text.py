"""The text of an import, taken apart."""

import time

import pytest

from flow8.errors import Malformed, TooLarge
from flow8.services.channel_rules import RouteWish
from flow8.services.import_text import Parsed, parse

FLOW = "flow: a-flow\nname: A flow\nflowlets:\n  - {ref: only, appId: var}\n"
CHANNEL = """\
channel: orders
kind: http
routes:
  - {httpMethod: POST, path: /new}
"""


def paths_of(parsed: Parsed) -> list[str]:
    return [problem.path for problem in parsed.problems]


@pytest.mark.parametrize(
    "text",
    [
        FLOW,
        f"---\n{FLOW}",
        f"# a comment\n---\n# another\n{FLOW}...\n",
        f"\ufeff{FLOW}",
        '{"flow": "a-flow", "name": "A flow", "flowlets": [{"ref": "only", "appId": "var"}]}',
        FLOW.replace("\n", "\r\n"),
    ],
)
def test_a_flow_alone_is_read(text: str) -> None:
    parsed = parse(text)

    assert (parsed.flow["name"], parsed.own, parsed.channels, parsed.problems) == ("A flow", "a-flow", (), ())
    assert parse(text.encode()) == parsed


@pytest.mark.parametrize(
    "text", [f"{FLOW}---\n{CHANNEL}", f"{CHANNEL}---\n{FLOW}", f"---\n{CHANNEL}\n---\n\n{FLOW}---\n"]
)
def test_channels_stand_in_documents_of_their_own(text: str) -> None:
    parsed = parse(text)

    [(path, channel)] = parsed.channels
    assert (path, channel.channel, channel.kind, channel.auth_mode) == (
        "channels[0]",
        "orders",
        "http",
        "header_token",
    )
    assert channel.routes[0].wish("a-flow") == RouteWish("POST /new", ("a-flow",), "POST", "/new")


def test_a_route_may_name_its_flow_and_everything_else() -> None:
    routes = """\
  - {toolName: one, flow: b-flow}
  - {name: Two, toolName: two, targetFlows: [b-flow, c-flow], responseMode: async, timeoutSeconds: 5,
     description: D}
"""
    parsed = parse(f"{FLOW}---\nchannel: agents\nkind: mcp\nroutes:\n{routes}")

    wishes = [route.wish("a-flow") for route in parsed.channels[0][1].routes]
    assert wishes == [
        RouteWish("one", ("b-flow",), tool_name="one"),
        RouteWish("Two", ("b-flow", "c-flow"), None, None, "two", "D", "async", 5.0),
    ]


def test_all_problems_of_all_channels_stand_in_one_list() -> None:
    channel = "channel: Orders\nkind: http\nport: 1\nroutes:\n  - {httpMethod: POST, timeoutSeconds: soon}\n"

    parsed = parse(f"{FLOW}---\n{CHANNEL}---\n{channel}")

    assert paths_of(parsed) == [
        "channels[1].channel",
        "channels[1].routes[0].timeoutSeconds",
        "channels[1].port",
    ]
    assert [channel.channel for _, channel in parsed.channels] == ["orders"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "An import holds exactly one flow; this text has 0."),
        ("# nothing\n---\n---\n", "An import holds exactly one flow; this text has 0."),
        (CHANNEL, "An import holds exactly one flow; this text has 0."),
        (f"{FLOW}---\n{FLOW}", "An import holds exactly one flow; this text has 2."),
        (f"{FLOW}---\nchannel: [\n", "line 7, column 1: "),
        (f"{FLOW}---\n- a list\n", "a flow is an object"),
        ("---\n" * 3 + "a: {", "line "),
        (f"{FLOW}---\nx: 1\n" * 30, "at most 20 documents"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, message: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(text)

    assert message in refused.value.message


def test_a_line_of_dashes_inside_a_text_starts_no_document() -> None:
    parsed = parse(f"{FLOW}description: |\n  first\n  ---\n  second\n")

    assert parsed.flow["description"] == "first\n---\nsecond\n"


def test_a_text_over_a_million_bytes_is_refused() -> None:
    with pytest.raises(TooLarge):
        parse(f"{FLOW}#{'x' * 1_000_000}")


@pytest.mark.parametrize("text", ["# " * 400_000 + "\nx", " \n" * 400_000 + "x", "---\n#" * 150_000])
def test_odd_texts_are_refused_quickly(text: str) -> None:
    started = time.monotonic()

    with pytest.raises(Malformed):
        parse(text)

    assert time.monotonic() - started < 2


def test_half_a_character_is_refused() -> None:
    with pytest.raises(Malformed):
        parse(f"{FLOW}description: \ud800\n")
    parsed = parse('{"channel": "orders", "kind": "http", "name": "\\ud800"}\n---\n' + FLOW)
    assert paths_of(parsed) == ["channels[0]"]
