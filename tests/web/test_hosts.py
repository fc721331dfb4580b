"""The names by which flow8 may be asked."""

from dataclasses import replace

import pytest

from flow8.engine.engine import Engine
from tests.support.web import Program
from web.app import create_app


@pytest.fixture
def named(engine: Engine) -> Program:
    """Somebody before a front that has names."""
    names = (".example.com", "flows.internal:8443")
    settings = replace(engine.settings, trusted_hosts=names, public_url="https://flow8.example.org")
    return Program(create_app(replace(engine, settings=settings)).test_client(), None)


@pytest.mark.parametrize(
    "host",
    [
        "a.example.com",
        "example.com:4454",
        "flow8.example.org",
        "flows.internal:8443",
        "localhost:4454",
        "127.0.0.1",
        "[::1]:4454",
    ],
)
def test_by_these_names_it_answers(named: Program, host: str) -> None:
    assert named.get("flows", headers={"Host": host}).status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.com", "example.com.evil.com", "notexample.com", "192.0.2.7", "[", "", "a b"]
)
def test_by_others_it_does_not(named: Program, host: str) -> None:
    for path in ("/api/v1/flows", "/sign-in", "/nowhere", "/assets/flow8.css"):
        answer = named.client.get(path, headers={"Host": host})
        assert answer.status_code == 400, path

    said = named.get("flows", headers={"Host": host}).json
    assert said is not None
    assert said["error"] == "UNTRUSTED_HOST"
    assert "TRUSTED_HOSTS" in said["message"]


def test_whoever_looks_after_it_may_ask_by_any_name(named: Program) -> None:
    assert named.client.get("/livez", headers={"Host": "10.0.0.7:4454"}).status_code == 200


def test_without_names_any_will_do(program: Program) -> None:
    assert program.get("flows", headers={"Host": "anything.test"}).status_code == 200
