"""The vault: what it seals it opens, in every process with the same keys, and nowhere else."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from flow8.errors import Unavailable
from flow8.store import Store, open_store
from flow8.vault import CannotOpen, Place, WrongKeys, is_sealed, master
from flow8.vault.master import derive
from tests.support.factories import COMPANY, OTHER_COMPANY
from tests.support.keys import KEYS, OTHER_KEYS
from tests.support.vaults import a_vault, master_of, settings_with

HERE = Place(COMPANY, "record", "field")
NO_KEYS: dict[str, str] = {}


def test_what_was_sealed_is_opened_in_another_process_with_the_same_keys(store: Store) -> None:
    sealed = a_vault(store).seal(HERE, "Grüezi, hunter2")

    assert is_sealed(sealed)
    assert "hunter2" not in sealed
    assert a_vault(store).open(HERE, sealed) == "Grüezi, hunter2"


def test_the_same_text_never_looks_the_same(store: Store) -> None:
    vault = a_vault(store)

    assert len({vault.seal(HERE, "hunter2") for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "there",
    [
        Place(OTHER_COMPANY, "record", "field"),
        Place(COMPANY, "another", "field"),
        Place(COMPANY, "record", "another"),
        Place(COMPANY, "recordfield", ""),
    ],
)
def test_what_was_moved_to_another_place_is_not_opened(store: Store, there: Place) -> None:
    vault = a_vault(store)
    vault.seal(Place(OTHER_COMPANY, "x", "y"), "they have a key of their own")
    sealed = vault.seal(HERE, "hunter2")

    with pytest.raises(CannotOpen):
        vault.open(there, sealed)


def test_a_text_that_claims_another_version_of_the_key_is_not_opened(store: Store) -> None:
    vault = a_vault(store)
    sealed = vault.seal(HERE, "hunter2")
    vault.renew(COMPANY)

    with pytest.raises(CannotOpen):
        vault.open(HERE, sealed.replace("f8.1.1.", "f8.1.2."))


@pytest.mark.parametrize(
    "text", ["", "hunter2", "f8.1.", "f8.1.1.", "f8.1.x.abcd", "f8.1.1.a", "f8.1.1.ä", "f8.1.9.abcd"]
)
def test_what_the_vault_never_wrote_is_not_opened(store: Store, text: str) -> None:
    vault = a_vault(store)
    vault.seal(HERE, "hunter2")

    with pytest.raises(CannotOpen):
        vault.open(HERE, text)


def test_each_company_has_a_data_key_of_its_own_that_lies_wrapped(store: Store) -> None:
    vault = a_vault(store)
    for company in (COMPANY, OTHER_COMPANY):
        vault.seal(Place(company, "record", "field"), "hunter2")

    keys = [vault.data_keys.newest(company) for company in (COMPANY, OTHER_COMPANY)]
    bare = [vault.unwrapped(key) for key in keys if key]
    assert len(set(bare)) == 2
    kept = str(list(store.database["data_keys"].find()))
    assert not any(repr(each)[2:-1] in kept for each in bare)


def test_many_that_seal_first_at_once_use_one_data_key(store: Store) -> None:
    sealed: list[str] = []

    def seal(number: int) -> None:
        sealed.append(a_vault(store).seal(HERE, f"secret {number}"))

    a_vault(store).verify()
    threads = [threading.Thread(target=seal, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    vault = a_vault(store)
    assert sorted(vault.open(HERE, each) for each in sealed) == [f"secret {number}" for number in range(8)]
    assert store.data_keys.count() == 1


# The right keys


def test_the_first_keys_ever_seen_are_the_right_ones(store: Store) -> None:
    a_vault(store).verify()

    a_vault(store).verify()
    with pytest.raises(WrongKeys, match="not the ones with which the secrets"):
        a_vault(store, OTHER_KEYS).verify()


def test_with_wrong_keys_nothing_is_sealed_or_opened(store: Store) -> None:
    sealed = a_vault(store).seal(HERE, "hunter2")
    wrong = a_vault(store, OTHER_KEYS)

    with pytest.raises(WrongKeys):
        wrong.open(HERE, sealed)
    with pytest.raises(WrongKeys):
        wrong.seal(Place(OTHER_COMPANY, "record", "field"), "hunter2")
    assert store.data_keys.count() == 1


def test_a_wrong_salt_is_a_wrong_key(store: Store) -> None:
    a_vault(store).verify()

    with pytest.raises(WrongKeys):
        a_vault(store, {**KEYS, "ENCRYPTION_KEY_SALT": "00" * 32}).verify()


def test_without_keys_a_process_starts_as_long_as_there_are_no_secrets(store: Store) -> None:
    a_vault(store, NO_KEYS).verify()

    with pytest.raises(WrongKeys, match="No ENCRYPTION_KEY is given"):
        a_vault(store, NO_KEYS).seal(HERE, "hunter2")
    a_vault(store).verify()
    with pytest.raises(WrongKeys, match="No ENCRYPTION_KEY is given"):
        a_vault(store, NO_KEYS).verify_at_start()


def test_a_start_without_mongodb_leaves_the_check_to_the_first_use(caplog: pytest.LogCaptureFixture) -> None:
    away = open_store(settings_with({"MONGODB_URI": "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=50"}))

    with caplog.at_level(logging.WARNING):
        a_vault(away).verify_at_start()

    assert "the encryption keys are checked later: MongoDB does not answer" in caplog.text
    away.close()


def test_wrong_keys_are_an_unavailability_with_a_code_of_its_own() -> None:
    assert issubclass(WrongKeys, Unavailable)
    assert WrongKeys().error_code == "WRONG_KEYS"


def test_the_master_key_is_made_in_a_native_thread_where_one_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Callable[[], Any]] = []

    def in_a_thread(work: Callable[[], Any]) -> Any:
        asked.append(work)
        return work()

    derive.cache_clear()
    monkeypatch.setattr(master, "in_native_thread", in_a_thread)

    made = master_of(KEYS)

    assert len(asked) == 1
    assert made == master_of(KEYS)
    assert len(asked) == 1
    assert KEYS["ENCRYPTION_KEY"] not in repr(made)
    assert repr(made.key)[2:-1] not in repr(made)


# Settings


def test_a_setting_that_is_given_encrypted_is_read(store: Store) -> None:
    sealed = a_vault(store).seal_setting("OAUTH2_CLIENT_SECRET", "hunter2")

    assert a_vault(store).open_setting("OAUTH2_CLIENT_SECRET", sealed) == "hunter2"
    assert a_vault(store).open_setting("OAUTH2_CLIENT_SECRET", "as it is") == "as it is"
    with pytest.raises(CannotOpen):
        a_vault(store).open_setting("BROKER_URL", sealed)
