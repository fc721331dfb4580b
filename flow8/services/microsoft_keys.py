"""The keys that Microsoft signs ID tokens with: fetched from one fixed address, kept for hours."""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from flow8.errors import Unavailable
from flow8.kit.outbound.tls import authorities

ALGORITHM: Final = "RS256"
SHORTEST_BITS: Final = 2048
FRESH_SECONDS: Final = 6 * 3600
LONGEST_SECONDS: Final = 24 * 3600
"""While Microsoft cannot be asked, keys count for so long; a key that it withdrew must not count for ever."""
PAUSE_SECONDS: Final = 10
"""Keys that nobody knows can be named by anybody: they make us ask Microsoft so often at most."""
TIMEOUT_SECONDS: Final = 10

log = logging.getLogger("auth")


@dataclass(frozen=True)
class SigningKey:
    """A public key, and for whose tokens it counts; `{tenantid}` in that stands for any tenant."""

    key: RSAPublicKey
    issuer: str | None

    def counts_for(self, issuer: str, tenant: str) -> bool:
        """Whether this issuer's tokens may be signed with it."""
        return self.issuer is None or self.issuer.replace("{tenantid}", tenant) == issuer


class SigningKeys:
    """The keys of one address, by their id."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._keys: dict[str, SigningKey] = {}
        self._fetched = self._tried = float("-inf")

    def find(self, key_id: str) -> SigningKey | None:
        """The key of this id; an unknown one is asked for once more.

        Raises:
            Unavailable: Microsoft's keys are not known, and it does not answer.
        """
        known = self._keys.get(key_id)
        if known is not None and self._age() <= FRESH_SECONDS:
            return known  # nobody who is known waits for what others ask for
        with self._lock:
            if key_id not in self._keys or self._age() > FRESH_SECONDS:
                self._fetch()
            if self._age() > LONGEST_SECONDS:
                raise Unavailable("Microsoft does not answer right now; try again in a moment.")
            return self._keys.get(key_id)

    def _age(self) -> float:
        return time.monotonic() - self._fetched

    def _fetch(self) -> None:
        if time.monotonic() - self._tried < PAUSE_SECONDS:
            return
        self._tried = time.monotonic()
        import requests  # noqa: PLC0415 - 5 MB, which nobody needs who does not sign in by Microsoft

        try:
            answer = requests.get(
                self._address, timeout=TIMEOUT_SECONDS, allow_redirects=False, verify=authorities()
            )
            found = dict(_keys_of(answer.json())) if answer.status_code == HTTPStatus.OK else {}
        except (requests.RequestException, ValueError) as error:
            log.warning("Microsoft's keys cannot be fetched: %s", type(error).__name__)
            return
        if not found:
            log.warning("Microsoft's keys cannot be fetched: status %d without a key", answer.status_code)
            return
        self._keys, self._fetched = found, time.monotonic()


def _keys_of(document: Any) -> Iterator[tuple[str, SigningKey]]:
    """Those that may sign for us; any other entry is passed over."""
    entries = document.get("keys") if isinstance(document, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        key = _key_of(entry) if isinstance(entry, dict) else None
        if key is not None and isinstance(entry.get("kid"), str):
            issuer = entry.get("issuer")
            yield entry["kid"], SigningKey(key, issuer if isinstance(issuer, str) else None)


def _key_of(entry: dict[str, Any]) -> RSAPublicKey | None:
    wanted = {"kty": "RSA", "use": "sig", "alg": ALGORITHM}
    if any(entry.get(name, value) != value for name, value in wanted.items()):
        return None
    try:
        key = RSAAlgorithm.from_jwk(entry)
    except (InvalidKeyError, ValueError, TypeError):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= SHORTEST_BITS else None
