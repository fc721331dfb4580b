"""Finished plays as retention looks at them: which flows have old ones, which may go, what they weigh.

Which plays are the newest is said by when they were accepted: that is the order of their ids, and of the
index `list_of_flow`. Nothing ends before it is accepted, so ids also tell where to stop looking.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flow8.domain.play import UNFINISHED, PlayState
from flow8.ids import id_at
from flow8.store.database import Document, Documents

FLOW_INDEX: Final = "list_of_flow"
MOST_RERUNS: Final = 100
_UNFINISHED: Final = [state.value for state in UNFINISHED]
_SIZE: Final = {"$group": {"_id": None, "bytes": {"$sum": {"$bsonSize": "$$ROOT"}}}}


@dataclass(frozen=True)
class Aged:
    """The plays of a flow that ended in one of these states before a moment, but for the newest `keep`.

    Those accepted since `keyed` stay if they have an idempotency key, which still has to find them.
    """

    flow_id: str
    states: Collection[PlayState]
    before: datetime
    keep: int
    keyed: datetime


@dataclass(frozen=True)
class Stretch:
    """The flows, as (company, flow), of a stretch of plays in the order of their ends, and where it ended."""

    flows: set[tuple[str, str]]
    plays: int
    last: datetime | None


class AgedPlays:
    """The collection `plays`, and what belongs to plays, read for retention."""

    def __init__(self, database: Documents) -> None:
        self._plays = database["plays"]
        self._parts = database["payloads"], database["iterations"]
        self._files = database["files"]

    def stretch(self, after: datetime, until: datetime, most: int) -> Stretch:
        """The flows of the first plays that ended from one moment to another. No play is read for it."""
        steps: list[Document] = [
            {"$match": {"endedAt": {"$gte": after, "$lte": until}}},
            {"$sort": {"endedAt": 1}},
            {"$limit": most},
            {
                "$group": {
                    "_id": {"company": "$companyId", "flow": "$flowId"},
                    "plays": {"$sum": 1},
                    "last": {"$max": "$endedAt"},
                }
            },
        ]
        rows = list(self._plays.aggregate(steps, hint="ended_of_flow"))
        return Stretch(
            {(row["_id"]["company"], row["_id"]["flow"]) for row in rows},
            sum(row["plays"] for row in rows),
            max((row["last"] for row in rows), default=None),
        )

    def flows_of(self, company_id: str) -> list[str]:
        """The ids of the company's flows that have plays: one step in the index for each."""
        mine: list[Document] = [{"$match": {"companyId": company_id}}, {"$group": {"_id": "$flowId"}}]
        return [row["_id"] for row in self._plays.aggregate(mine, hint=FLOW_INDEX)]

    def due(self, company_id: str, which: Aged) -> Iterator[tuple[str, str | None]]:
        """Ids of plays that may go, the first accepted first, each with the play that started it, if any."""
        wanted = self._wanted(company_id, which)
        if wanted is None:
            return
        found = self._plays.find(wanted, {"parent.playId": 1}, hint=FLOW_INDEX).sort("_id", 1)
        for row in found.batch_size(1000):
            yield row["_id"], row.get("parent", {}).get("playId")

    def unheld(self, plays: Sequence[tuple[str, str | None]]) -> list[str]:
        """The ids of those plays that no unfinished play needs, be it the one that started it or a rerun."""
        parents = list({parent for _, parent in plays if parent is not None})
        going = {"_id": {"$in": parents}, "state": {"$in": _UNFINISHED}}
        waiting = {row["_id"] for row in self._plays.find(going, {"_id": 1})} if parents else set()
        ids = [play_id for play_id, parent in plays if parent not in waiting]
        held = self._played_again(ids)
        return [play_id for play_id in ids if play_id not in held]

    def _played_again(self, play_ids: list[str]) -> set[str]:
        """Those of which an unfinished play is a rerun, or one of a rerun: it takes over what they did."""
        held, first = set[str](), {play_id: play_id for play_id in play_ids}
        for _ in range(MOST_RERUNS):
            again = {"rerunOf": {"$in": list(first)}}
            rows = list(self._plays.find(again, {"rerunOf": 1, "state": 1})) if first else []
            held |= {first[row["rerunOf"]] for row in rows if row["state"] in _UNFINISHED}
            first = {row["_id"]: first[row["rerunOf"]] for row in rows}
        return held

    def not_there(self, play_ids: Sequence[str]) -> list[str]:
        """Those of these ids that are of no play, of whatever company."""
        found = {row["_id"] for row in self._plays.find({"_id": {"$in": list(play_ids)}}, {"_id": 1})}
        return [play_id for play_id in play_ids if play_id not in found]

    def oldest_end(self, company_id: str, which: Aged) -> datetime | None:
        """When the first accepted of the plays ended that may go; None without one."""
        wanted = self._wanted(company_id, which)
        if wanted is None:
            return None
        row = self._plays.find_one(wanted, {"endedAt": 1}, hint=FLOW_INDEX, sort=[("_id", 1)])
        return None if row is None else row["endedAt"]

    def count(self, company_id: str, which: Aged, most: int) -> tuple[int, bool]:
        """How many plays may go; above `most` they are counted by ids alone, which is not exact (False)."""
        wanted = self._wanted(company_id, which)
        if wanted is None:
            return 0, True
        count = self._plays.count_documents(wanted, hint=FLOW_INDEX, limit=most)
        if count < most:
            return count, True
        by_id = {name: wanted[name] for name in ("companyId", "flowId", "state", "_id")}
        return max(count, self._plays.count_documents(by_id, hint=FLOW_INDEX)), False

    def sizes(self, company_id: str, play_ids: list[str]) -> tuple[int, int, int]:
        """Bytes of these plays' documents, and how many files only they hold, and the bytes of those."""
        mine: list[Document] = [{"$match": {"companyId": company_id, "_id": {"$in": play_ids}}}, _SIZE]
        size = sum(row["bytes"] for row in self._plays.aggregate(mine))
        for part in self._parts:
            theirs: list[Document] = [{"$match": {"playId": {"$in": play_ids}}}, _SIZE]
            size += sum(row["bytes"] for row in part.aggregate(theirs))
        held = {
            "companyId": company_id,
            "playIds": {"$in": play_ids, "$not": {"$elemMatch": {"$nin": play_ids}}},
        }
        files: list[Document] = [
            {"$match": held},
            {"$group": {"_id": None, "count": {"$sum": 1}, "bytes": {"$sum": "$size"}}},
        ]
        for row in self._files.aggregate(files):
            return size, row["count"], row["bytes"]
        return size, 0, 0

    def _wanted(self, company_id: str, which: Aged) -> Document | None:
        """The plays that may go; None when there are not more than always stay."""
        wanted = _old(company_id, which)
        if which.keep:
            newest = {name: wanted[name] for name in ("companyId", "flowId", "state")}
            found = self._plays.find(newest, {"_id": 1}, hint=FLOW_INDEX).sort("_id", -1)
            rows = list(found.skip(which.keep - 1).limit(1))
            if not rows:
                return None
            wanted["_id"] = {"$lt": min(wanted["_id"]["$lt"], rows[0]["_id"])}
        return wanted


def _old(company_id: str, which: Aged) -> Document:
    old: Document = {
        "companyId": company_id,
        "flowId": which.flow_id,
        "state": {"$in": sorted(state.value for state in which.states)},
        "_id": {"$lt": id_at(which.before.timestamp())},
        "endedAt": {"$lt": which.before},
    }
    if which.before > which.keyed:
        key_is_over = {"createdAt": {"$lt": which.keyed}}
        old["$or"] = [{"idempotencyKey": {"$exists": False}}, key_is_over]
    return old
