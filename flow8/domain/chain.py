"""The chain of a company's audit entries: how an entry is sealed to the one before it.

Each entry holds its position (`seq`), the `mac` of the entry before it (`prev`) and its own `mac`, an HMAC
over position, `prev` and everything that it says. Whoever may write to the database but does not know the key
cannot make, change or move an entry unseen. The head, sealed too and kept in another collection, tells how
far the chain went, so that a tail that was cut off is missed; the anchor tells where the chain begins since
retention removed what was before.

What the chain proves: that these entries, in this order, were written by processes that know the key. What it
does not prove: that what a process wrote was true; anything against somebody who knows the key; and that
nobody put back database, head and all, as they were at an earlier time: against that stand the heads in the
log, which are printed each minute and may be kept where nobody can change them.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from flow8.clock import iso

Entry = Mapping[str, Any]

ABOUT_ITSELF: Final = frozenset({"_id", "companyId", "seq", "prev", "mac", "sealedBy"})
"""What an entry holds beside what it says; all of it but the mac is sealed in another way."""


@dataclass(frozen=True)
class ChainKey:
    """What entries are sealed with; `id` names it in them. Without a secret the chain shows slips only."""

    id: str
    secret: bytes = field(repr=False)

    @property
    def is_secret(self) -> bool:
        """Whether nobody can seal who only knows the program."""
        return self.id != OPEN_KEY.id


OPEN_KEY: Final = ChainKey("open", b"flow8 audit")
"""For an installation without ENCRYPTION_KEY: everybody knows this one."""


def key_of(secret: bytes) -> ChainKey:
    """The key that is this secret; its id tells nothing about it."""
    return ChainKey(hashlib.sha256(secret).hexdigest()[:16], secret)


def key_from(text: str) -> ChainKey:
    """The key that follows from a text, as it did from ENCRYPTION_KEY before the vault kept one."""
    return key_of(hmac.digest(text.encode(), b"flow8 audit chain 1", "sha256"))


@dataclass(frozen=True)
class Head:
    """The last entry of a chain, or the anchor before its first: position, mac, moment.

    Of an anchor, `spoiled` counts the entries that did not verify any more when retention removed them.
    """

    seq: int = 0
    mac: str = ""
    at: datetime | None = None
    spoiled: int = 0
    sealed_by: str = ""
    seal: str = ""


START: Final = Head()
"""Where a chain begins."""


def sealed_head(key: ChainKey, company_id: str, what: str, head: Head) -> Head:
    """The same with its seal; `what` it is, head or anchor, is sealed with it."""
    return replace(head, sealed_by=key.id, seal=_head_mac(key, company_id, what, head))


def is_sealed_head(key: ChainKey, company_id: str, what: str, head: Head) -> bool:
    """Whether a head or anchor is as it was sealed with this key."""
    mac = _head_mac(key, company_id, what, head)
    return head.sealed_by == key.id and _same(head.seal, mac)


def _head_mac(key: ChainKey, company_id: str, what: str, head: Head) -> str:
    parts = [what, company_id, head.seq, head.mac, head.at, head.spoiled]
    return _mac(key, json.dumps(parts, default=_unlike_text))


def id_of(company_id: str, seq: int) -> str:
    """The id of an entry at a position; since ids are unique, no position is taken twice."""
    return f"{company_id}/{seq:012d}"


def sealed(key: ChainKey, company_id: str, last: Head, said: Mapping[str, Any]) -> dict[str, Any]:
    """The entry that says this and follows `last`."""
    seq = last.seq + 1
    return {
        "_id": id_of(company_id, seq),
        "companyId": company_id,
        "seq": seq,
        **said,
        "prev": last.mac,
        "sealedBy": key.id,
        "mac": mac_at(key, company_id, seq, last.mac, digest_of(said)),
    }


class Fit:
    """Tells of an entry, position after position, whether it was sealed for that one."""

    def __init__(self, key: ChainKey, company_id: str, entry: Entry) -> None:
        self._key = key
        self._company_id = company_id
        self._prev = str(entry.get("prev"))
        self._mac = str(entry.get("mac"))
        self.is_ours = entry.get("sealedBy") == key.id
        self._digest = digest_of({name: said for name, said in entry.items() if name not in ABOUT_ITSELF})

    def at(self, seq: int) -> bool:
        """Whether it was sealed for this position, with our key."""
        mac = mac_at(self._key, self._company_id, seq, self._prev, self._digest)
        return self.is_ours and _same(self._mac, mac)


def is_sealed(key: ChainKey, company_id: str, entry: Entry) -> bool:
    """Whether an entry is as it was sealed with this key, and stands where it was sealed for."""
    seq = entry.get("seq")
    stands = is_position(seq) and (entry.get("_id"), entry.get("companyId")) == (
        id_of(company_id, int(seq or 0)),
        company_id,
    )
    return stands and Fit(key, company_id, entry).at(int(seq or 0))


def is_position(seq: Any) -> bool:
    """Whether this can be the position of an entry."""
    return isinstance(seq, int) and not isinstance(seq, bool) and seq > 0


def digest_of(said: Mapping[str, Any]) -> str:
    """SHA-256 of what an entry says, whatever the order of its fields."""
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), default=_unlike_text)
    return hashlib.sha256(text.encode()).hexdigest()


def _unlike_text(value: Any) -> list[str]:
    """A moment, or what nobody but a forger puts in, so that no text can stand in for it."""
    return [type(value).__name__, iso(value) if isinstance(value, datetime) else repr(value)]


def mac_at(key: ChainKey, company_id: str, seq: int, prev: str, digest: str) -> str:
    """The mac of an entry with this digest at a position."""
    return _mac(key, json.dumps(["entry", company_id, seq, prev, digest]))


def _same(given: object, mac: str) -> bool:
    """Whether this is the mac; takes as long wherever the two differ."""
    return hmac.compare_digest(str(given).encode("utf-8", "replace"), mac.encode())


def _mac(key: ChainKey, text: str) -> str:
    return hmac.digest(key.secret, text.encode(), "sha256").hex()
