"""`secret encrypt` and `secret rotate`."""

import json

import pytest
from click.testing import CliRunner, Result

from flow8.cli import flow8
from flow8.engine.engine import Engine
from flow8.services import secret_keys
from flow8.vault.kv import open_value
from tests.flow8.cli.conftest import Command
from tests.support.entries import an_entry
from tests.support.keys import KEYS, OTHER_KEYS, as_new
from tests.support.vaults import a_vault

SECRET = "swordfish-and-chips"


def call_with(environment: dict[str, str], *arguments: str) -> Result:
    """One command with other keys than the test's own."""
    return CliRunner(env=environment).invoke(flow8, arguments, catch_exceptions=False)


def test_a_text_is_encrypted_for_a_setting(call: Command, engine: Engine) -> None:
    done = call("secret", "encrypt", "OAUTH2_CLIENT_SECRET", text=f"{SECRET}\n")

    assert done.exit_code == 0
    assert SECRET not in done.output
    assert engine.vault.open_setting("OAUTH2_CLIENT_SECRET", done.stdout.strip()) == SECRET

    as_json = json.loads(call("secret", "encrypt", "--json", text=SECRET).stdout)
    assert as_json["setting"] == "OAUTH2_CLIENT_SECRET"
    assert engine.vault.open_setting("OAUTH2_CLIENT_SECRET", as_json["value"]) == SECRET


def test_nothing_is_not_encrypted(call: Command) -> None:
    done = call("secret", "encrypt", text="\n")

    assert done.exit_code == 2
    assert "nothing to encrypt" in done.output


def test_keys_are_rotated_and_the_former_ones_are_not_needed_any_more(
    call: Command, engine: Engine, environment: dict[str, str]
) -> None:
    entry = an_entry(engine, "token", SECRET)

    first = call_with({**environment, **as_new(OTHER_KEYS)}, "secret", "rotate")
    last = call_with({**environment, **OTHER_KEYS}, "secret", "rotate", "--finish", "--json")

    assert first.exit_code == 0
    assert "data keys wrapped anew: 2 of 2" in first.stderr
    assert "secret rotate --finish" in first.stdout
    assert json.loads(last.stdout) == {"finished": True, "dataKeys": 2}
    assert open_value(a_vault(engine.store, OTHER_KEYS), entry) == SECRET
    refused = call("secret", "rotate", "--finish")
    assert refused.exit_code == 1
    assert "not the ones with which the secrets in this database were encrypted" in refused.stderr
    everything = first.output + last.output + refused.output
    assert not any(value in everything for keys in (KEYS, OTHER_KEYS) for value in keys.values())


def test_without_new_keys_it_says_which_to_set(call: Command) -> None:
    done = call("secret", "rotate")

    assert done.exit_code == 1
    assert (
        "ENCRYPTION_KEY_NEW: is not given; set ENCRYPTION_KEY_NEW and ENCRYPTION_KEY_SALT_NEW" in done.stderr
    )


def test_data_keys_are_changed(call: Command, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_keys, "GRACE_SECONDS", 0.0)
    an_entry(engine, "token", SECRET)

    done = call("secret", "rotate", "--data-keys", "--json")

    assert json.loads(done.stdout) == {"companies": 1, "secrets": 1}
    assert call("secret", "rotate", "--data-keys", "--finish").exit_code == 2
