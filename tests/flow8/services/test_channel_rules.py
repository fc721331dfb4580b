"""What channels and routes must look like."""

from dataclasses import replace
from typing import Any

import pytest

from flow8.services.channel_rules import (
    Neighbours,
    RouteWish,
    channel_problems,
    route_problems,
    slug_of,
    token_digest,
)
from flow8.store.channels import Route

NOBODY = Neighbours((), ())
HTTP_WISH = RouteWish("New order", ["a-flow"], "POST", "/orders/{id}")
MCP_WISH = RouteWish("New order", ["a-flow"], tool_name="new_order")


def flow_ids(name: str) -> str | None:
    return {"a-flow": "1" * 24, "b-flow": "2" * 24}.get(name)


def paths_of(wish: RouteWish, kind: str = "http", near: Neighbours = NOBODY) -> list[str]:
    return [problem.path for problem in route_problems(wish, kind, flow_ids, near)]


@pytest.mark.parametrize(
    ("kind", "auth_mode", "token"),
    [
        ("http", "header_token", None),
        ("http", "header_token", "x" * 16),
        ("http", "hmac", "x" * 16),
        ("http", "public", None),
        ("websocket", "header_token", "x" * 16),
        ("websocket", "public", None),
        ("tcp", "header_token", None),
        ("tcp", "public", None),
        ("mcp", "header_token", None),
    ],
)
def test_channels_that_are_right(kind: str, auth_mode: str, token: str | None) -> None:
    assert channel_problems("Orders", kind, auth_mode, token) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": " "}, "name: must have 1 to 200 printable characters"),
        ({"name": "a\nb"}, "name: must have 1 to 200 printable characters"),
        ({"name": "日本"}, "name: needs at least one letter or digit from a to z and 0 to 9"),
        ({"kind": "smtp"}, "kind: must be http, websocket, tcp or mcp"),
        (
            {"kind": "websocket", "auth_mode": "hmac"},
            "authMode: hmac belongs to http channels; a websocket channel has no bodies",
        ),
        (
            {"kind": "tcp", "auth_mode": "hmac"},
            "authMode: hmac belongs to http channels; a tcp channel has no bodies",
        ),
        ({"auth_mode": "none"}, "authMode: must be header_token, hmac or public"),
        (
            {"auth_mode": "hmac", "sender": "gitlab"},
            "sender: must be flow8, github, stripe or slack",
        ),
        ({"sender": "github"}, "sender: belongs to channels with authMode hmac only"),
        (
            {"kind": "mcp", "auth_mode": "public"},
            "authMode: of an mcp channel is header_token: its clients send an API key",
        ),
        (
            {"auth_token": "x" * 15},
            "authToken: must have 16 to 512 visible ASCII characters; leave it out to get one made",
        ),
        (
            {"auth_token": "x" * 16 + " "},
            "authToken: must have 16 to 512 visible ASCII characters; leave it out to get one made",
        ),
        (
            {"auth_mode": "public", "auth_token": "x" * 16},
            "authToken: belongs to channels with a port and authMode header_token or hmac",
        ),
        ({"slug": "Not A Slug"}, "channel: must have 1 to 64 small letters, digits and hyphens"),
    ],
)
def test_each_wrong_field_of_a_channel_is_named(changes: dict[str, Any], expected: str) -> None:
    good = {"name": "Orders", "kind": "http", "auth_mode": "header_token"}

    assert [str(problem) for problem in channel_problems(**{**good, **changes})] == [expected]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Orders", "orders"),
        ("  Bestellungen für Zürich! ", "bestellungen-fur-zurich"),
        ("a" * 100, "a" * 64),
        ("日本", ""),
    ],
)
def test_slugs_are_plain(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_token_is_kept_as_its_hash() -> None:
    assert token_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(("wish", "kind"), [(HTTP_WISH, "http"), (MCP_WISH, "mcp")])
def test_routes_that_are_right(wish: RouteWish, kind: str) -> None:
    assert paths_of(wish, kind) == []


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"name": ""}, ["name"]),
        ({"http_method": "post"}, ["httpMethod"]),
        ({"http_method": None}, ["httpMethod"]),
        ({"path": None}, ["path"]),
        ({"path": "orders"}, ["path"]),
        ({"path": "/a//b"}, ["path"]),
        ({"tool_name": "x"}, ["toolName"]),
        ({"response_mode": "later"}, ["responseMode"]),
        ({"timeout_seconds": 0}, ["timeoutSeconds"]),
        ({"timeout_seconds": 300.1}, ["timeoutSeconds"]),
        ({"timeout_seconds": float("nan")}, ["timeoutSeconds"]),
        ({"description": "x" * 4001}, ["description"]),
        ({"target_flows": []}, ["targetFlowIds"]),
        ({"target_flows": ["a-flow", "nobody"], "response_mode": "async"}, ["targetFlowIds[1]"]),
        ({"target_flows": ["a-flow", "b-flow"]}, ["targetFlowIds"]),
    ],
)
def test_each_wrong_field_of_an_http_route_is_named(changes: dict[str, Any], paths: list[str]) -> None:
    assert paths_of(replace(HTTP_WISH, **changes)) == paths


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"tool_name": None}, ["toolName"]),
        ({"tool_name": "new order"}, ["toolName"]),
        ({"tool_name": "x" * 65}, ["toolName"]),
        ({"http_method": "POST", "path": "/x"}, ["httpMethod", "path"]),
        ({"tool_name": "taken"}, ["toolName"]),
    ],
)
def test_each_wrong_field_of_a_tool_is_named(changes: dict[str, Any], paths: list[str]) -> None:
    assert paths_of(replace(MCP_WISH, **changes), "mcp", Neighbours((), {"taken"})) == paths


def test_all_problems_of_a_route_come_at_once() -> None:
    wrong = RouteWish("", [], "FETCH", "x", response_mode="no", timeout_seconds=-1)

    assert paths_of(wrong) == [
        "name",
        "httpMethod",
        "path",
        "responseMode",
        "timeoutSeconds",
        "targetFlowIds",
    ]


@pytest.mark.parametrize(
    ("method", "path", "is_taken"),
    [
        ("POST", "/orders/{id}", True),
        ("POST", "/orders/{number}", True),
        ("POST", "/orders/new", False),
        ("GET", "/orders/{id}", False),
    ],
)
def test_two_routes_never_mean_the_same_request(method: str, path: str, *, is_taken: bool) -> None:
    near = Neighbours([Route("r", "First", ("1" * 24,), "POST", "/orders/{id}")], ())

    found = paths_of(replace(HTTP_WISH, http_method=method, path=path), near=near)

    assert found == (["path"] if is_taken else [])


def test_several_flows_may_be_played_when_nobody_waits() -> None:
    assert paths_of(replace(HTTP_WISH, target_flows=["a-flow", "b-flow"], response_mode="async")) == []


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        ("websocket", {"http_method": "GET", "path": "/chat"}, ["httpMethod"]),
        ("websocket", {"path": "/chat"}, []),
        ("websocket", {}, ["path"]),
        ("websocket", {"path": "/chat", "tool_name": "t"}, ["toolName"]),
        ("tcp", {}, []),
        ("tcp", {"path": "/x", "http_method": "GET", "tool_name": "t"}, ["toolName", "httpMethod", "path"]),
    ],
)
def test_routes_of_sockets(kind: str, changes: dict[str, Any], expected: list[str]) -> None:
    assert paths_of(RouteWish("Chat", ["a-flow"], **changes), kind) == expected


def test_two_routes_of_a_socket_channel_never_mean_the_same() -> None:
    chat = Route("1" * 24, "Chat", ("1" * 24,), path="/chat/{room}")
    near = Neighbours((chat,), ())

    assert paths_of(RouteWish("Other", ["a-flow"], path="/chat/{x}"), "websocket", near) == ["path"]
    assert paths_of(RouteWish("Chat", ["a-flow"]), "tcp", near) == ["name"]


@pytest.mark.parametrize("name", ["play_status", "play_result", "play_cancel"])
def test_the_tools_that_every_agent_has_are_no_routes(name: str) -> None:
    assert paths_of(replace(MCP_WISH, tool_name=name), "mcp") == ["toolName"]
