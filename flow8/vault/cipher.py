"""AES-256-GCM: a fresh nonce for each text, and bound to whatever the text belongs to."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


def new_key() -> bytes:
    """A random key."""
    return AESGCM.generate_key(KEY_BYTES * 8)


def encrypt(key: bytes, data: bytes, *bound: str) -> bytes:
    """Nonce, ciphertext and tag; only who names the same `bound` can decrypt it."""
    # Random nonces are safe up to 2^32 texts of one key; a company never has that many secrets.
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, _joined(bound))


def decrypt(key: bytes, sealed: bytes, *bound: str) -> bytes | None:
    """What was encrypted; None for another key, other `bound`, or a changed bit."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, body, _joined(bound))
    except (InvalidTag, ValueError):
        return None


def _joined(parts: tuple[str, ...]) -> bytes:
    """Each part behind its length, so that no two lists of parts look alike."""
    encoded = [part.encode() for part in parts]
    return b"".join(b"%d:%b" % (len(part), part) for part in encoded)
