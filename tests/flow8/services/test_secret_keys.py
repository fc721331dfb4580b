"""Changing keys, as an administrator asks for it."""

from collections.abc import Iterator
from typing import Any

import pytest

from config.settings import load
from flow8.domain.access import Actor
from flow8.domain.chain import key_from
from flow8.engine.engine import Engine, engine_of
from flow8.errors import Denied, Invalid, NotFound
from flow8.services import secret_keys
from flow8.services.audit_check import verify
from flow8.services.channels import create_channel
from flow8.services.secret_keys import encrypt_setting, finish_master, rotate_data_keys, rotate_master
from flow8.vault import CannotOpen, WrongKeys
from flow8.vault.kv import open_value
from tests.support.audit import actions_of, write_entries
from tests.support.channels import token_of
from tests.support.entries import an_entry
from tests.support.keys import OTHER_KEYS, as_new
from tests.support.vaults import a_vault

SECRET = "swordfish-and-chips"


@pytest.fixture(autouse=True)
def _without_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing writes beside these tests, so nothing has to be waited for."""
    monkeypatch.setattr(secret_keys, "GRACE_SECONDS", 0.0)


@pytest.fixture
def changing(engine: Engine, environment: dict[str, str]) -> Iterator[Engine]:
    """The engine of a command that was given the new keys too."""
    settings = load({**environment, **as_new(OTHER_KEYS)})
    made = engine_of(settings, engine.store, engine.registry)
    yield made
    made.bell.close(1.0)
    made.live.close()


@pytest.fixture
def changed(engine: Engine, environment: dict[str, str]) -> Iterator[Engine]:
    """The engine of a process that has only the new keys."""
    made = engine_of(load({**environment, **OTHER_KEYS}), engine.store, engine.registry)
    yield made
    made.bell.close(1.0)
    made.live.close()


def value_of(engine: Engine, entry_id: str, company_id: str) -> Any:
    entry = engine.store.kv.get(company_id, entry_id)
    assert entry is not None
    return open_value(engine.vault, entry)


def test_keys_are_changed_in_two_steps(
    engine: Engine, changing: Engine, changed: Engine, admin: Actor
) -> None:
    entry = an_entry(engine, "token", SECRET)
    made = create_channel(engine, admin, name="Orders", kind="http")

    assert [step.done for step in rotate_master(changing, admin)] == [0, 1, 2]
    assert finish_master(changed, admin) == 2

    assert value_of(changed, entry.id, admin.company_id) == SECRET
    assert token_of(changed, made.channel) == made.token
    with pytest.raises(WrongKeys):
        a_vault(engine.store).verify()
    assert actions_of(engine, admin.company_id)[-2:] == ["secrets.rotate", "secrets.finish"]


def test_the_audit_verifies_as_a_whole_after_keys_were_changed(
    engine: Engine, changing: Engine, changed: Engine, admin: Actor
) -> None:
    write_entries(engine, admin, 3)
    list(rotate_master(changing, admin))
    write_entries(changed, admin, 2)
    finish_master(changed, admin)
    write_entries(changed, admin, 1)

    found = verify(changed, admin)

    assert (found["holds"], found["sealedWithSecretKey"], found["entries"]) == (True, True, 8)


def test_a_chain_that_was_begun_with_encryption_key_itself_goes_on_and_survives_a_change_of_keys(
    engine: Engine, changing: Engine, changed: Engine, admin: Actor, environment: dict[str, str]
) -> None:
    before = key_from(f"{environment['ENCRYPTION_KEY']}{environment['ENCRYPTION_KEY_SALT']}")
    for number in range(3):
        engine.store.audit.add(admin.company_id, before, {"action": f"no. {number}"})

    write_entries(engine, admin, 2)
    first = verify(engine, admin)
    list(rotate_master(changing, admin))
    finish_master(changed, admin)

    assert (first["holds"], first["entries"]) == (True, 5)
    assert (verify(changed, admin)["holds"], verify(changed, admin)["entries"]) == (True, 7)


def test_without_new_keys_there_is_nothing_to_change_to(engine: Engine, admin: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        list(rotate_master(engine, admin))

    assert [problem.path for problem in refused.value.problems] == ["ENCRYPTION_KEY_NEW"]


def test_finishing_with_the_former_keys_is_refused_while_others_were_never_there(
    engine: Engine, changed: Engine, admin: Actor
) -> None:
    an_entry(engine, "token", SECRET)

    with pytest.raises(WrongKeys):
        finish_master(changed, admin)
    assert finish_master(engine, admin) == 0


def test_a_new_data_key_seals_everything_and_the_old_one_is_gone(
    engine: Engine, admin: Actor, stranger: Actor
) -> None:
    entries = [an_entry(engine, f"token{number}", f"{SECRET} {number}") for number in range(5)]
    made = create_channel(engine, admin, name="Orders", kind="http")
    theirs = create_channel(engine, stranger, name="Theirs", kind="http")
    setting = encrypt_setting(engine, admin, "OAUTH2_CLIENT_SECRET", SECRET)

    list(rotate_data_keys(engine, admin))

    versions = {
        company: [key.version for key in engine.store.data_keys.versions(company)]
        for company in engine.store.data_keys.companies()
    }
    assert versions == {admin.company_id: [2], stranger.company_id: [2], "installation": [1]}
    fresh = a_vault(engine.store)
    for number, entry in enumerate(entries):
        kept = engine.store.kv.get(admin.company_id, entry.id)
        assert kept is not None
        assert kept.sealed.startswith("f8.1.2.")
        assert (open_value(fresh, kept), kept.rev) == (f"{SECRET} {number}", 1)
    for each, actor in ((made, admin), (theirs, stranger)):
        channel = engine.store.channels.get(actor.company_id, each.channel.id)
        assert channel is not None
        assert token_of(engine, channel) == each.token
    assert fresh.open_setting("OAUTH2_CLIENT_SECRET", setting) == SECRET


def test_a_change_of_data_keys_that_died_goes_on_where_it_was(engine: Engine, admin: Actor) -> None:
    entry = an_entry(engine, "token", SECRET)
    engine.vault.renew(admin.company_id)

    list(rotate_data_keys(engine, admin))

    assert [key.version for key in engine.store.data_keys.versions(admin.company_id)] == [2]
    assert value_of(engine, entry.id, admin.company_id) == SECRET


def test_a_secret_that_cannot_be_opened_keeps_its_key_and_is_named(engine: Engine, admin: Actor) -> None:
    one, other = (an_entry(engine, key, SECRET) for key in ("one", "other"))
    engine.store.database["kv"].update_one({"_id": one.id}, {"$set": {"sealed": other.sealed}})

    with pytest.raises(CannotOpen, match=one.id):
        list(rotate_data_keys(engine, admin))

    assert [key.version for key in engine.store.data_keys.versions(admin.company_id)] == [1, 2]


def test_only_administrators_change_keys(engine: Engine, viewer: Actor) -> None:
    for ask in (rotate_master, finish_master, rotate_data_keys):
        with pytest.raises(Denied):
            ask(engine, viewer)
    with pytest.raises(Denied):
        encrypt_setting(engine, viewer, "OAUTH2_CLIENT_SECRET", SECRET)


def test_only_settings_that_are_read_through_the_vault_are_encrypted(engine: Engine, admin: Actor) -> None:
    with pytest.raises(NotFound):
        encrypt_setting(engine, admin, "NO_SUCH_SETTING", SECRET)
    with pytest.raises(Invalid, match="as it stands"):
        encrypt_setting(engine, admin, "MONGODB_URI", SECRET)
