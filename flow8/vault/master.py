"""The master key: made of ENCRYPTION_KEY and ENCRYPTION_KEY_SALT in each process, and stored nowhere.

Making it takes a tenth of a second and 64 MiB inside C code, where no greenlet can take over. A process that
serves with gevent therefore hands in, at its boot, how work is done in a real thread:

    master.in_native_thread = gevent.get_hub().threadpool.apply
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from argon2.low_level import Type, hash_secret_raw

from flow8.vault.cipher import KEY_BYTES, decrypt, encrypt

# RFC 9106, section 4, the second recommended option.
PASSES: Final = 3
LANES: Final = 4
MEMORY_KIB: Final = 64 * 1024
ID_BYTES: Final = 16

_BOUND: Final = "data key"


@dataclass(frozen=True)
class Master:
    """A master key; `id` tells it from others, and tells nothing about it."""

    id: str
    key: bytes = field(repr=False)

    def wrap(self, company_id: str, version: int, data_key: bytes) -> bytes:
        """A data key, encrypted."""
        return encrypt(self.key, data_key, _BOUND, company_id, str(version))

    def unwrap(self, company_id: str, version: int, wrapped: bytes) -> bytes | None:
        """The data key; None when this master key did not wrap it for this company and version."""
        return decrypt(self.key, wrapped, _BOUND, company_id, str(version))


def _right_here(work: Callable[[], Any]) -> Any:
    return work()


in_native_thread: Callable[[Callable[[], Any]], Any] = _right_here
"""Runs the work in a thread of the operating system and waits for it; set once, at boot."""


@lru_cache(maxsize=4)
def derive(key: str, salt: str) -> Master:
    """The master key of both settings, in hexadecimal digits as they are given."""
    derived: bytes = in_native_thread(
        lambda: hash_secret_raw(
            bytes.fromhex(key),
            bytes.fromhex(salt),
            time_cost=PASSES,
            memory_cost=MEMORY_KIB,
            parallelism=LANES,
            hash_len=2 * KEY_BYTES,
            type=Type.ID,
        )
    )
    # One half encrypts, the other only names: the id lies in the database for everybody to see.
    return Master(hashlib.sha256(derived[KEY_BYTES:]).hexdigest()[: 2 * ID_BYTES], derived[:KEY_BYTES])
