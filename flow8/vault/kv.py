"""The values of KV entries: JSON texts, each sealed for its own entry."""

from typing import Any, Final

from flow8.domain.values import from_text, to_text
from flow8.store.kv import KvEntry
from flow8.vault.place import Place
from flow8.vault.vault import Vault

FIELD: Final = "value"


def place_of(company_id: str, entry_id: str) -> Place:
    """Where the value of an entry belongs."""
    return Place(company_id, entry_id, FIELD)


def seal_value(vault: Vault, company_id: str, entry_id: str, value: Any) -> str:
    """The value as its entry keeps it.

    Raises:
        WrongKeys: this process cannot seal.
    """
    return vault.seal(place_of(company_id, entry_id), to_text(value))


def open_value(vault: Vault, entry: KvEntry) -> Any:
    """The value of an entry.

    Raises:
        CannotOpen: it was damaged or moved.
        WrongKeys: this process cannot open it.
    """
    return from_text(vault.open(place_of(entry.company_id, entry.id), entry.sealed))
