"""Which plays were started in a time, told by their number and a digest; no value is read for it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from flow8.store.database import Documents

STARTS: Final = {"flowId": 1, "version": 1, "createdAt": 1, "origin": 1}
"""What a play says about its start; nothing of it ever changes."""


@dataclass(frozen=True)
class Started:
    """How many plays, and the SHA-256 over their starts in the order of their ids."""

    count: int
    digest: str


class StartedPlays:
    """The collection `plays`, read for the audit."""

    def __init__(self, database: Documents) -> None:
        self._plays = database["plays"]

    def between(self, company_id: str, first: str, end: str) -> Started:
        """The plays with ids from `first` on and before `end`."""
        mine = {"companyId": company_id, "_id": {"$gte": first, "$lt": end}}
        found: Iterator[Any] = self._plays.find_raw_batches(mine, STARTS, hint="list", sort=[("_id", 1)])
        digest, count = hashlib.sha256(), 0
        for batch in found:
            digest.update(batch)
            count += _documents_in(batch)
        return Started(count, digest.hexdigest())


def _documents_in(batch: bytes) -> int:
    """How many BSON documents stand one after another; each begins with its length."""
    count = place = 0
    while place < len(batch):
        place += int.from_bytes(batch[place : place + 4], "little")
        count += 1
    return count
