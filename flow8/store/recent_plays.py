"""What the newest plays tell of how everything goes: their waits, their slowest flowlets, their failures."""

from datetime import datetime
from typing import Final

from flow8.store.database import Document, Documents
from flow8.store.play_filter import Which, told_when_slow

_MS: Final = {"$subtract": ["$layer.v.endedAt", "$layer.v.startedAt"]}
_REF: Final = {"$first": {"$split": ["$layer.k", "#"]}}


class RecentPlays:
    """The collection `plays` once more, its newest end only: each question reads at most so many of them."""

    def __init__(self, database: Documents) -> None:
        self._plays = database["plays"]

    def waits(self, company_id: str, since: datetime, limit: int, seconds: float) -> list[Document]:
        """When each of the newest plays was accepted, and when a worker began it.

        Raises:
            Unavailable: TOO_MANY_PLAYS, it took longer than so many seconds.
        """
        which, fields = Which(since=since), {"createdAt": 1, "startedAt": 1}
        with told_when_slow():
            found = self._plays.find(which.wanted(company_id), fields, hint=which.index)
            return list(found.sort("_id", -1).limit(limit).max_time_ms(int(seconds * 1000)))

    def failures(self, company_id: str, since: datetime, limit: int, seconds: float) -> list[Document]:
        """Why the newest failed plays failed, the last one first.

        Raises:
            Unavailable: TOO_MANY_PLAYS, it took longer than so many seconds.
        """
        which = Which(states=("FAIL",), since=since)
        with told_when_slow():
            found = self._plays.find(which.wanted(company_id), {"error.code": 1}, hint=which.index)
            return list(found.sort("_id", -1).limit(limit).max_time_ms(int(seconds * 1000)))

    def slowest_flowlets(
        self, company_id: str, since: datetime, limit: int, rows: int, seconds: float
    ) -> list[Document]:
        """The flowlets of the newest plays that took longest on average, without those that waited.

        Raises:
            Unavailable: TOO_MANY_PLAYS, it took longer than so many seconds.
        """
        which = Which(since=since)
        steps: list[Document] = [
            {"$match": which.wanted(company_id)},
            {"$sort": {"_id": -1}},
            {"$limit": limit},
            {"$project": {"flow": 1, "layer": {"$objectToArray": {"$ifNull": ["$layers", {}]}}}},
            {"$unwind": "$layer"},
            {"$match": {"layer.v.endedAt": {"$exists": True}, "layer.v.waiting": {"$exists": False}}},
            {"$project": {"flow": 1, "ref": _REF, "ms": _MS}},
            {"$match": {"ms": {"$ne": None}}},
            {
                "$group": {
                    "_id": {"flow": "$flow", "ref": "$ref"},
                    "average": {"$avg": "$ms"},
                    "longest": {"$max": "$ms"},
                    "count": {"$sum": 1},
                }
            },
            {"$sort": {"average": -1}},
            {"$limit": rows},
        ]
        with told_when_slow():
            return list(self._plays.aggregate(steps, hint=which.index, maxTimeMS=int(seconds * 1000)))
