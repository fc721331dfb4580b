"""What the audit is sealed with."""

from typing import Final

from flow8.domain.chain import OPEN_KEY, ChainKey, key_from, key_of
from flow8.engine.engine import Engine
from flow8.vault.cipher import new_key

NAME: Final = "audit"


def chain_key(engine: Engine) -> ChainKey:
    """The key of every company's chain. The vault keeps it, whatever ENCRYPTION_KEY comes after this one.

    Without an ENCRYPTION_KEY, everybody knows it.

    Raises:
        WrongKeys: this process cannot open it.
    """
    if engine.settings.encryption_key is None:
        return OPEN_KEY
    return key_of(bytes.fromhex(engine.vault.own(NAME, lambda: _first(engine).hex())))


def _first(engine: Engine) -> bytes:
    """What the key is from now on."""
    if not engine.store.audit.companies():
        return new_key()
    # Chains of before the vault kept a key are sealed with what follows from ENCRYPTION_KEY: they go on so.
    settings = engine.settings
    return key_from(f"{settings.encryption_key}{settings.encryption_key_salt or ''}").secret
