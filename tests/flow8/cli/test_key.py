"""`key create|list|revoke`."""

import json

import pytest

from flow8.domain.access import RIGHTS, Right, Role
from flow8.engine.engine import Engine
from flow8.errors import Unauthorized
from flow8.services.keys import actor_of_key
from tests.flow8.cli.conftest import Command


def test_a_key_is_made_used_listed_and_revoked(call: Command, engine: Engine) -> None:
    made = call("key", "create", "deploy", "--role", "editor", "--days", "30")
    text = made.stdout.splitlines()[-1]
    key_id = text.split("_")[1]
    actor = actor_of_key(engine, text, door="test")

    listed = json.loads(call("key", "list", "--json").stdout)
    table = call("key", "list").stdout
    revoked = call("key", "revoke", key_id)

    assert actor.rights == RIGHTS[Role.EDITOR]
    assert (listed[0]["id"], listed[0]["name"], listed[0]["role"]) == (key_id, "deploy", "editor")
    assert listed[0]["expiresAt"] is not None
    assert text not in str(listed) + table
    assert "deploy" in table
    assert revoked.stdout == f"Key {key_id} is revoked.\n"
    engine.fresh.forget()
    with pytest.raises(Unauthorized):
        actor_of_key(engine, text, door="test")


def test_a_key_for_named_tools(call: Command, engine: Engine) -> None:
    made = call("key", "create", "agent", "--scope", "mcp", "--tool", "triage", "--json")

    actor = actor_of_key(engine, json.loads(made.stdout)["key"], door="test")

    assert actor.rights == {Right.CALL_TOOLS}
    assert actor.tools == frozenset({"triage"})
    assert "No tool is called triage so far" in made.stderr


def test_an_unknown_key_is_a_sentence(call: Command) -> None:
    done = call("key", "revoke", "nothing")

    assert done.exit_code == 1
    assert "There is no such key." in done.output
