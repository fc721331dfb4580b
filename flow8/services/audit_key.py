"""What the audit is sealed with."""

from functools import lru_cache

from flow8.domain.chain import OPEN_KEY, ChainKey, key_from
from flow8.engine.engine import Engine


def chain_key(engine: Engine) -> ChainKey:
    """The key of every company's chain. It follows from ENCRYPTION_KEY; without one, everybody knows it."""
    secret = engine.settings.encryption_key
    return OPEN_KEY if secret is None else _derived(f"{secret}{engine.settings.encryption_key_salt or ''}")


@lru_cache(maxsize=4)
def _derived(secret: str) -> ChainKey:
    return key_from(secret)
