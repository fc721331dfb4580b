"""What the newest plays tell of how everything goes: their waits, their slowest flowlets, their failures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flow8.store.database import Document, Documents
from flow8.store.play_filter import Which, told_when_slow

_FAILED: Final = dict.fromkeys(("flowId", "flow", "version", "title", "error", "createdAt"), 1)
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

    def failed(self, company_id: str, which: Which, limit: int, seconds: float) -> list[Document]:
        """Of which flow the newest of these plays are, and why they failed; the last one first.

        Raises:
            Unavailable: TOO_MANY_PLAYS, it took longer than so many seconds.
        """
        with told_when_slow():
            found = self._plays.find(which.wanted(company_id), _FAILED, hint=which.index)
            return list(found.sort("_id", -1).limit(limit).max_time_ms(int(seconds * 1000)))

    def rerun_of(self, company_id: str, play_ids: Sequence[str]) -> set[str]:
        """Those of these plays that were rerun, but for reruns that somebody cancelled."""
        wanted = {"companyId": company_id, "rerunOf": {"$in": list(play_ids)}, "state": {"$ne": "CANCELLED"}}
        return set(self._plays.distinct("rerunOf", wanted)) if play_ids else set()

    def reruns(self, company_id: str, play_id: str, limit: int) -> list[Document]:
        """Id, state and time of acceptance of a play's reruns, the last one first."""
        wanted, fields = {"rerunOf": play_id, "companyId": company_id}, {"state": 1, "createdAt": 1}
        return list(self._plays.find(wanted, fields).sort("_id", -1).limit(limit))

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
