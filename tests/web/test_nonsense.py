"""Whatever nonsense comes in, the answer is never our own mistake (5xx)."""

import json
import re
from typing import Any

import pytest

from tests.support.web import Program

TEXTS = (
    "\x00",
    "%",
    "..",
    "$where",
    "a" * 5000,
    "\N{RIGHT-TO-LEFT OVERRIDE}x",
    "{{ 1 }}",
    "<b>",
    "-1",
    "ü",
    " ",
)
VALUES = (
    *(json.dumps(text) for text in TEXTS),
    r'"\ud800"',
    "null",
    "true",
    "-1",
    "0",
    "9223372036854775808",
    "1" + "0" * 400,
    "1e308",
    "1e999",
    "[]",
    "{}",
    '{"$ne": null}',
    "[[[[[[]]]]]]",
    '{"name": "Ada", "n": 1e999}',
    r'{"\ud800": "\ud800"}',
    '{"n": ' + "9" * 5000 + "}",
    r'["\ud800", null]',
)
BODIES: dict[str, dict[str, Any]] = {
    "auth/login": {"email": "a@b", "password": "x"},
    "auth/api-keys": {
        "name": "a key",
        "scopes": ["mcp"],
        "expiresAt": "2100-01-01T00:00:00Z",
        "role": "viewer",
    },
    "flows/greeting/run": {
        "args": {"name": "Ada"},
        "idempotencyKey": "one",
        "wait": 0,
        "force": False,
        "version": 1,
    },
    "flows/greeting/publish": {"note": "a note"},
    "channels": {
        "name": "orders",
        "kind": "mcp",
        "authMode": "header_token",
        "authToken": "a" * 20,
        "enabled": True,
    },
    "channels/doors/routes": {
        "name": "in",
        "targetFlowIds": ["greeting"],
        "httpMethod": "POST",
        "path": "/in",
        "toolName": None,
        "description": "text",
        "responseMode": "sync",
        "timeoutSeconds": 5,
    },
}
FLOW = {
    "flow": "nonsense",
    "name": "Nonsense",
    "input": {"type": "object"},
    "output": None,
    "title": "a title",
    "execution": {"timeout": 5},
    "flowlets": [
        {"ref": "a", "appId": "var", "args": {"values": {"n": 1}}, "timeout": 3, "retry": {"count": 1}}
    ],
}
QUERIES = (
    "flows?page={}",
    "flows?size={}",
    "plays?after={}",
    "plays?flow={}",
    "plays?state={}",
    "plays?size={}",
    "channels?page={}",
    "auth/api-keys?size={}",
    "flows/import?publish={}",
)


def with_value(body: dict[str, Any], field: str, value: str) -> str:
    """The body as JSON with one field replaced by a JSON text, as it is."""
    return json.dumps({**body, field: "@"}).replace('"@"', value, 1)


@pytest.fixture
def prepared(program: Program, greeting: str) -> Program:
    """A program at a front with a flow and a channel."""
    assert greeting == "greeting"
    assert program.post("channels", json={"name": "doors", "kind": "http"}).status_code == 201
    return program


@pytest.mark.parametrize("path", BODIES)
def test_no_field_of_a_body_breaks_us(prepared: Program, path: str) -> None:
    answers = {}
    for field in BODIES[path]:
        for value in VALUES:
            text = with_value(BODIES[path], field, value)
            answer = prepared.post(path, data=text.encode(), content_type="application/json")
            answers[f"{field}={value[:30]}"] = answer.status_code

    assert {asked: status for asked, status in answers.items() if status >= 500} == {}


def test_no_field_of_a_flow_breaks_us(prepared: Program) -> None:
    answers = {}
    for field in FLOW:
        for value in VALUES:
            text = with_value(FLOW, field, value)
            answer = prepared.post(
                "flows/import?publish=true", data=text.encode(), content_type="application/json"
            )
            answers[f"{field}={value[:30]}"] = answer.status_code

    assert {asked: status for asked, status in answers.items() if status >= 500} == {}


def test_no_path_or_query_breaks_us(prepared: Program) -> None:
    rules = [rule for rule in prepared.client.application.url_map.iter_rules() if "<" in rule.rule]
    paths = [re.sub(r"<[^>]+>", "{}", rule.rule) for rule in rules if rule.rule.startswith("/api/v1")]
    answers = {}
    for text in (*TEXTS, "\udcff"):
        for path in paths:
            told = {
                "PATH_INFO": path.replace("{}", text).encode("utf-8", "surrogateescape").decode("latin-1")
            }
            answers[told["PATH_INFO"]] = _get(prepared, told)
        for query in QUERIES:
            path, _, rest = query.partition("?")
            told = {"PATH_INFO": f"/api/v1/{path}", "QUERY_STRING": rest.replace("{}", ascii(text)[1:-1])}
            answers[str(told)] = _get(prepared, told)

    assert {asked: status for asked, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("host", ["a b", "[", "x:99999", "ü", "a" * 3000, "x:y", "@", "a,b", ""])
def test_no_host_breaks_us(prepared: Program, host: str) -> None:
    status = prepared.client.get(
        "/sign-in", environ_overrides={"HTTP_HOST": host}, headers={"Accept": "text/html"}
    ).status_code

    assert status in (200, 400)


def _get(program: Program, environment: dict[str, str]) -> int:
    headers = {"Authorization": f"Bearer {program.key}"}
    return program.client.get("/", headers=headers, environ_overrides=environment).status_code
