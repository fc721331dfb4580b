"""Every route says who may use it; the public ones are written out here, and all others refuse strangers."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from flow8.registry import Registry
from tests.support.web import a_bare_front
from web.app import create_app
from web.front import Front
from web.policy import policy_of

PUBLIC = {
    "GET /health",
    "GET /livez",
    "GET /assets/<name>",
    "GET /ui/<version>/<name>",
    "GET /sign-in",
    "POST /sign-in",
    "POST /api/v1/auth/login",
    "POST /api/auth/login",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

MUTATIONS = (
    "/{path}",
    "//{path}",
    "{path}/",
    "{path}//",
    "{path};x=1",
    "{path};jsessionid=1",
    "{path}/configs",
    "{path}/public",
    "{path}/..;/health",
    "{path}%20",
    "{path}%09",
    "{path}%0a",
    "{path}%00",
    "{path}%00.css",
    "{path}/.",
    "{path}/./",
    "{path}/..",
    "{path}/../health",
    "{path}/%2e%2e/health",
    "{path}%2f..%2fhealth",
    "{path}.json",
    "{path}.html",
    "{path}.css",
    "{path}~",
    "{path}*",
    "{path}%23",
    "{path}%3fpublic",
    "{path}%253fpublic",
    "{path}%c0%af",
    "{path}%ef%bc%8f",
    "/./{path}",
    "/../{path}",
    "/health/..{path}",
    "/health/%2e%2e{path}",
    "/assets/..{path}",
    "/assets/%2e%2e{path}",
    "/sign-in/..{path}",
    "/x/..{path}",
    "/api/v1{path}",
    "http://localhost{path}",
    "\\{path}",
    "{upper}",
    "{encoded}",
    "{twice}",
)
"""Other spellings of a protected path; none may lead to its content, or to anybody else's."""


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


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_no_other_spelling_of_a_protected_path_leads_anywhere(app: Flask, mutation: str) -> None:
    client = app.test_client()
    paths = {_path(rule) for name, rule in _routes(app) if name not in PUBLIC}
    spelled = {
        mutation.format(
            path=path,
            upper=path.upper(),
            encoded=path.replace("/", "%2f"),
            twice=path.replace("/", "%252f"),
        )
        for path in paths
    }

    answers = {f"{method} {path}": _raw(client, method, path) for path in spelled for method in METHODS}

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
