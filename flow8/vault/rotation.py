"""Changing the master key while everything runs: first both keys open all, then only the new one does.

Every step may die anywhere and be begun again: it looks at what is stored, and does what is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flow8.errors import Conflict, Invalid, Problem
from flow8.vault.master import Master
from flow8.vault.place import WrongKeys
from flow8.vault.vault import Vault


@dataclass(frozen=True)
class Progress:
    """So many of all data keys are wrapped by the new master key."""

    done: int
    total: int


def wrap_for(vault: Vault, new: Master) -> Iterator[Progress]:
    """Let a new master key open everything, beside the one that counts now; says how far it is.

    Raises:
        Invalid: it is the key that counts already.
        WrongKeys: this process holds no key that counts, or not the one that wraps some company's key.
    """
    others = [master for master in vault.held() if master.id != new.id]
    if not others:
        same = Problem("ENCRYPTION_KEY_NEW", "is the key in use; give a new one, or run with --finish")
        raise Invalid("There is nothing to change to.", problems=[same])
    accepted = vault.masters.read()
    if accepted is None or new.id not in accepted.ids:
        vault.masters.announce(new.id)
    total, left = vault.data_keys.count(), sum(1 for _ in vault.data_keys.unwrapped_by(new.id))
    yield Progress(total - left, total)
    for done, key in enumerate(vault.data_keys.unwrapped_by(new.id), total - left + 1):
        wrapped = new.wrap(key.company_id, key.version, vault.unwrapped(key))
        vault.data_keys.wrap(key.company_id, key.id, new.id, wrapped)
        yield Progress(done, max(done, total))
    vault.masters.accept(new.id)


def leave_only(vault: Vault, current: Master) -> int:
    """Let no other master key open anything any more; how many data keys another one opened.

    Raises:
        WrongKeys: the key does not count.
        Conflict: KEYS_NOT_WRAPPED; it does not open everything yet, and nothing was changed.
    """
    accepted = vault.masters.read()
    if accepted is None or current.id not in accepted.ids:
        raise WrongKeys
    _must_open_all(vault, current)
    vault.masters.accept_only([current.id])
    try:
        # A data key that another process made in between is either seen here, or taken back by its maker.
        _must_open_all(vault, current)
    except Conflict:
        vault.masters.accept_only(accepted.ids)
        raise
    return vault.data_keys.unwrap_from_others(current.id)


def _must_open_all(vault: Vault, master: Master) -> None:
    if any(True for _ in vault.data_keys.unwrapped_by(master.id)):
        raise Conflict(
            "ENCRYPTION_KEY does not open every secret yet; run ./flow8core secret rotate once more, with "
            "the former keys as ENCRYPTION_KEY and ENCRYPTION_KEY_SALT, and these as ENCRYPTION_KEY_NEW "
            "and ENCRYPTION_KEY_SALT_NEW.",
            code="KEYS_NOT_WRAPPED",
        )
