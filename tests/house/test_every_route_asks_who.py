"""Every route says who may use it; the public ones are written out here, and all others refuse strangers."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from flow8.registry import Registry
from tests.support.spellings import TARGETS, targets
from tests.support.web import a_bare_front
from web.app import create_app
from web.front import Front
from web.policy import policy_of

PUBLIC = {
    "GET /health",
    "GET /livez",
    "GET /readyz",
    "GET /assets/<name>",
    "GET /ui/<version>/<name>",
    "GET /sign-in",
    "POST /sign-in",
    "POST /api/v1/auth/login",
    "POST /api/auth/login",
    "GET /api/v1/auth/microsoft",
    "GET /api/auth/microsoft",
    "GET /auth/callback",
    # Channels look themselves who may come in.
    *(f"{method} /c/<path:rest>" for method in ("GET", "POST", "PUT", "PATCH", "DELETE")),
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ASKED = ("GET", "POST")
"""For each spelling of each path; over a socket every route is asked by its own method."""


@pytest.fixture(scope="module")
def app(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Iterator[Front]:
    """A front that nobody knows."""
    yield from a_bare_front(mongodb_uri, tmp_path_factory.mktemp("house"), registry)


def test_every_route_has_a_policy_and_the_public_ones_are_these(app: Flask) -> None:
    policies = {name: policy_of(app.view_functions[rule.endpoint]) for name, rule in _routes(app)}

    assert [name for name, policy in policies.items() if policy is None] == []
    assert {name for name, policy in policies.items() if policy is not None and policy.public} == PUBLIC


def test_every_protected_route_answers_a_stranger_with_401(app: Flask) -> None:
    client = app.test_client()

    answers = {
        name: client.open(_path(rule), method=name.partition(" ")[0]).status_code
        for name, rule in _routes(app)
        if name not in PUBLIC
    }

    assert len(answers) > 50
    assert {name: status for name, status in answers.items() if status != 401} == {}


@pytest.mark.parametrize("header", ["Bearer f8_" + "0" * 24 + "_" + "x" * 43, "Bearer", "Basic YTpi", "f8_x"])
def test_a_key_that_is_none_opens_no_route(app: Flask, header: str) -> None:
    client = app.test_client()

    answers = {
        name: client.open(
            _path(rule), method=name.partition(" ")[0], headers={"Authorization": header}
        ).status_code
        for name, rule in _routes(app)
        if name not in PUBLIC
    }

    assert {name: status for name, status in answers.items() if status != 401} == {}


def test_there_are_more_than_forty_spellings_of_each_path() -> None:
    assert len(set(targets("/api/v1/flows").values()) - {"/api/v1/flows"}) > 40


@pytest.mark.parametrize("mutation", TARGETS)
def test_no_other_spelling_of_a_protected_path_leads_anywhere(app: Flask, mutation: str) -> None:
    # Over a real socket, where nothing tidies up, tests/web/test_spellings.py asks the same.
    client = app.test_client()
    paths = {_path(rule) for name, rule in _routes(app) if name not in PUBLIC}
    spelled = {targets(path)[mutation] for path in paths}

    answers = {f"{method} {path}": _raw(client, method, path) for path in spelled for method in ASKED}

    assert len(answers) > 50
    assert {name: status for name, status in answers.items() if status not in (401, 404, 405)} == {}


def test_a_route_that_says_nothing_refuses_everybody(app: Front) -> None:
    app = create_app(app.extensions["flow8"])
    app.add_url_rule("/forgotten", "forgotten", lambda: "content")

    answer = app.test_client().get("/forgotten")

    assert answer.status_code == 403
    assert b"content" not in answer.data


def _routes(app: Flask) -> list[tuple[str, Rule]]:
    """Each rule with each method that a view answers: `GET /api/v1/flows/<name>`."""
    return [
        (f"{method} {rule.rule}", rule)
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if method in (rule.methods or ())
    ]


def _raw(client: FlaskClient, method: str, path: str) -> int:
    """The status for a path exactly as it is spelled, which a client would tidy up first."""
    spelled, _, query = path.partition("?")
    as_sent = {"PATH_INFO": unquote(spelled, "latin-1"), "QUERY_STRING": query}
    tricks = {"X-HTTP-Method-Override": "GET", "X-Original-URL": "/health", "X-Rewrite-URL": "/health"}
    return client.open("/", method=method, headers=tricks, environ_overrides=as_sent).status_code


def _path(rule: Rule) -> str:
    return re.sub(r"<[^>]+>", "x1", re.sub(r"<int:[^>]+>", "1", rule.rule))
