"""Who did what: sign-ins, changes and denials, each entry sealed to the one before it (`domain/chain.py`).

Any number of processes add at once. An entry's id is its position, so of two that want the same one gets it,
and the other takes the next: the chain never forks, and costs one journaled write for each entry.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo.errors import DuplicateKeyError

from flow8.domain.chain import (
    START,
    ChainKey,
    Head,
    is_sealed,
    is_sealed_head,
    sealed,
    sealed_head,
)
from flow8.store.database import QUICK, Document, Documents
from flow8.store.server_clock import ServerClock

BATCH: Final = 500
WEIGHED: Final = 1000
LOOKED_BACK: Final = 20
"""So many entries are looked at for the last one that was sealed; the others were put there by a forger."""

_LENIENT: Final[CodecOptions[Document]] = CodecOptions(
    tz_aware=True, datetime_conversion=DatetimeConversion.DATETIME_AUTO
)
"""Reads whatever a forger may have written, even a moment that no calendar knows."""
_ANY: Final = {"$gt": 0}


@dataclass(frozen=True)
class Wanted:
    """Which entries: by whom, of which action, about what, from `since` on and before `until`."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Old:
    """Entries at the front of a chain: how many, and their bytes, of many reckoned from the first."""

    entries: int
    bytes: int
    last: int
    """The position of the last of them."""


class Audit:
    """The collections `audit` and `audit_heads`. Entries are added, never changed; retention removes them."""

    def __init__(self, database: Documents, clock: ServerClock) -> None:
        self._audit = database.get_collection("audit", codec_options=_LENIENT)
        self._heads = database["audit_heads"]
        self._clock = clock
        self._known: dict[str, Head] = {}
        self._locks: dict[str, threading.Lock] = {}

    def add(self, company_id: str, key: ChainKey, said: Mapping[str, Any]) -> None:
        """Keep one entry at the end of the company's chain; what it says holds no secrets."""
        with self._locks.setdefault(company_id, threading.Lock()):
            last = self._known.get(company_id) or self._find_last(company_id, key)
            last = self._known[company_id] = self._append(company_id, key, last, said)
            self._move_head(company_id, key, last)

    def _append(self, company_id: str, key: ChainKey, last: Head, said: Mapping[str, Any]) -> Head:
        while True:
            now = self._clock.now()
            # Never before the entry before, so that positions are in the order of time.
            now = max(now, last.at or now)
            entry = sealed(key, company_id, last, {**said, "at": now})
            try:
                self._audit.insert_one(entry)
            except DuplicateKeyError:
                last = self._behind(last, self._find_last(company_id, key))
                continue
            return Head(entry["seq"], entry["mac"], now)

    def _behind(self, tried: Head, found: Head) -> Head:
        """What to follow when a position was taken: the entry there; or it is a forger's, and is skipped."""
        return found if found.seq > tried.seq else Head(tried.seq + 1, tried.mac, tried.at)

    def _find_last(self, company_id: str, key: ChainKey) -> Head:
        """The last entry that was sealed: by the chain, or by the head where the tail was cut off."""
        head, found = self.head(company_id), self._last_entry(company_id, key)
        if head is None and found is START:
            self._begin(company_id, key)
        if head is None or not is_sealed_head(key, company_id, "head", head):
            return found
        return max(head, found, key=lambda last: last.seq)

    def _last_entry(self, company_id: str, key: ChainKey) -> Head:
        mine = {"companyId": company_id, "seq": {**_ANY, "$type": ["int", "long"]}}
        rows = list(self._audit.find(mine, hint="chain").sort("seq", -1).limit(LOOKED_BACK))
        for row in rows:
            if is_sealed(key, company_id, row):
                return Head(row["seq"], row["mac"], row["at"])
        # Sealed with another key: the chain goes on behind it, and whoever checks it is told.
        return Head(rows[0]["seq"], str(rows[0].get("mac"))) if rows else START

    # The head and the anchor

    def _begin(self, company_id: str, key: ChainKey) -> None:
        """Make the head before the first entry: a chain with entries and without a head was tampered with."""
        document = _head_document(sealed_head(key, company_id, "head", START))
        if self._audit.find_one({"companyId": company_id}, {"_id": 1}) is None:
            self._heads.update_one({"_id": company_id}, {"$setOnInsert": document}, upsert=True)

    def _move_head(self, company_id: str, key: ChainKey, last: Head) -> None:
        document = _head_document(sealed_head(key, company_id, "head", last))
        # Quick: a head that lags behind is no fault, and the next entry moves it again.
        heads = self._heads.with_options(write_concern=QUICK)
        heads.update_one({"_id": company_id, "seq": {"$lt": last.seq}}, {"$set": document})

    def head(self, company_id: str) -> Head | None:
        """Where the chain ended when its last entry was added."""
        row = self._heads.find_one({"_id": company_id})
        return None if row is None or "seq" not in row else _head(row)

    def anchor(self, company_id: str) -> Head | None:
        """Where the chain begins since retention removed what was before; None while it is complete."""
        row = self._heads.find_one({"_id": company_id, "anchor": {"$exists": True}})
        return None if row is None else _head(row["anchor"])

    def companies(self) -> list[str]:
        """The ids of all companies with a chain."""
        return [row["_id"] for row in self._heads.find({}, {"_id": 1}).sort("_id", 1)]

    # Reading

    def page(
        self, company_id: str, wanted: Wanted, *, size: int, before: int | None = None
    ) -> list[Document]:
        """Entries, newest first, those before a position."""
        found = self._found(company_id, wanted, {"$lt": before} if before is not None else {})
        return list(found.sort("seq", -1).limit(size))

    def entries(self, company_id: str, wanted: Wanted | None = None) -> Iterator[Document]:
        """Entries, oldest first; without `wanted` all, those that a forger put beside the chain too."""
        if wanted is None:
            found = self._audit.find({"companyId": company_id}, hint="chain")
        else:
            found = self._found(company_id, wanted, {})
        yield from found.sort("seq", 1).batch_size(BATCH)

    def last_of(self, company_id: str, action: str) -> Document | None:
        """The last entry of an action."""
        mine = {"companyId": company_id, "action": action, "seq": _ANY}
        return self._audit.find_one(mine, sort=[("seq", -1)], hint="of_action")

    def _found(self, company_id: str, wanted: Wanted, bounds: Document) -> Any:
        fields = {"subject": wanted.subject, "actor": wanted.actor, "action": wanted.action}
        given = {name: value for name, value in fields.items() if value is not None}
        span = {"$gte": wanted.since, "$lt": wanted.until}
        at = {operator: moment for operator, moment in span.items() if moment is not None}
        seq = {**_ANY, **self._positions(company_id, wanted), **bounds}
        query = {"companyId": company_id, **given, "seq": seq, **({"at": at} if at else {})}
        return self._audit.find(query, hint=f"of_{next(iter(given))}" if given else "chain")

    def _positions(self, company_id: str, wanted: Wanted) -> Document:
        """Between which positions the entries of a time lie: both grow together."""
        bounds: Document = {}
        if wanted.since is not None:
            first = self._at_edge(company_id, {"$gte": wanted.since}, 1)
            bounds["$gte"] = first if first is not None else float("inf")
        if wanted.until is not None:
            last = self._at_edge(company_id, {"$lt": wanted.until}, -1)
            bounds["$lte"] = last if last is not None else 0
        return bounds

    def _at_edge(self, company_id: str, at: Document, direction: int) -> int | None:
        """The first (1) or last (-1) position within a time."""
        mine = {"companyId": company_id, "at": at, "seq": _ANY}
        row = self._audit.find_one(mine, sort=[("at", direction), ("seq", direction)], hint="of_time")
        return None if row is None else row["seq"]

    # Retention

    def last_before(self, company_id: str, moment: datetime) -> int:
        """The position of the last entry from before a moment; 0 without one."""
        return self._at_edge(company_id, {"$lt": moment}, -1) or 0

    def old(self, company_id: str, moment: datetime, keep: int) -> Old:
        """What is from before a moment, without the newest `keep` entries of the chain."""
        head, anchor = self.head(company_id), self.anchor(company_id)
        begin = 0 if anchor is None else anchor.seq
        end = min(self.last_before(company_id, moment), 0 if head is None else head.seq - keep)
        count = max(0, end - begin)
        return Old(count, self._weight(company_id, begin, count), max(begin, end))

    def _weight(self, company_id: str, begin: int, count: int) -> int:
        if not count:
            return 0
        mine = {"companyId": company_id, "seq": {"$gt": begin, "$lte": begin + min(count, WEIGHED)}}
        steps: list[Document] = [
            {"$match": mine},
            {"$group": {"_id": None, "bytes": {"$sum": {"$bsonSize": "$$ROOT"}}}},
        ]
        found = sum(int(row["bytes"]) for row in self._audit.aggregate(steps, hint="chain"))
        return round(found * count / min(count, WEIGHED))

    def span(self, company_id: str, after: int, last: int) -> Iterator[Document]:
        """The entries after one position, up to another."""
        mine = {"companyId": company_id, "seq": {"$gt": after, "$lte": last}}
        yield from self._audit.find(mine, hint="chain").sort("seq", 1).batch_size(BATCH)

    def remove_until(self, company_id: str, key: ChainKey, anchor: Head) -> int:
        """Let the chain begin behind the anchor, and remove the entries up to there; how many there were."""
        document = _head_document(sealed_head(key, company_id, "anchor", anchor))
        self._heads.update_one({"_id": company_id}, {"$set": {"anchor": document}})
        return self.remove_left_over(company_id, anchor.seq)

    def remove_left_over(self, company_id: str, seq: int) -> int:
        """Remove what a clean-up that died left before its anchor at this position."""
        mine = {"companyId": company_id, "seq": {"$gt": 0, "$lte": seq}}
        return self._audit.delete_many(mine, hint="chain").deleted_count


def _head_document(head: Head) -> Document:
    return {
        "seq": head.seq,
        "mac": head.mac,
        "at": head.at,
        "spoiled": head.spoiled,
        "sealedBy": head.sealed_by,
        "seal": head.seal,
    }


def _head(row: Document) -> Head:
    """A head as it is stored; a forger may have left fields out."""
    return Head(
        seq=row.get("seq", 0),
        mac=row.get("mac", ""),
        at=row.get("at"),
        spoiled=row.get("spoiled", 0),
        sealed_by=row.get("sealedBy", ""),
        seal=row.get("seal", ""),
    )
