"""Vaults for tests: as many as a test needs, over the same store, each like that of another process."""

from collections.abc import Mapping

from config.settings import Settings, load
from flow8.store import Store
from flow8.vault import Vault, vault_of
from flow8.vault.master import Master, derive
from tests.support.keys import KEYS


def settings_with(keys: Mapping[str, str]) -> Settings:
    """Settings that name these keys and nothing else of interest."""
    return load({"MONGODB_URI": "mongodb://127.0.0.1/", **keys})


def a_vault(store: Store, keys: Mapping[str, str] = KEYS) -> Vault:
    """The vault of a process that was given these keys."""
    return vault_of(settings_with(keys), store)


def master_of(keys: Mapping[str, str]) -> Master:
    """The master key of a pair."""
    return derive(keys["ENCRYPTION_KEY"], keys["ENCRYPTION_KEY_SALT"])
