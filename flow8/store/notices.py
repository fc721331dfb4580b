"""Notices that are to be told: kept until they are, each once, and no flow's faster than one in a minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from flow8.domain.notices import Notice, NoticeKind
from flow8.store.database import QUICK, Document, Documents

KEPT: Final = timedelta(days=7)
"""So long it is remembered that something was told, or given up."""


@dataclass(frozen=True)
class Subject:
    """All due notices of one kind about one flow."""

    company_id: str
    about: str


class Notices:
    """The collections `notices` and `notice_paces`."""

    def __init__(self, database: Documents) -> None:
        self._notices = database["notices"]
        self._paces = database["notice_paces"]

    def add(self, company_id: str, notice: Notice) -> None:
        """Keep a notice to be told at once; one that is there already stays as it is."""
        row = {**_document(notice), "companyId": company_id, "dueAt": notice.created_at}
        try:
            self._notices.insert_one(row)
        except DuplicateKeyError:
            return

    def remove_of(self, play_ids: Sequence[str]) -> int:
        """Remove all notices of these plays, told or not; how many there were."""
        notices = self._notices.with_options(write_concern=QUICK)
        return notices.delete_many({"playId": {"$in": list(play_ids)}}).deleted_count

    def due(self, now: datetime, most: int) -> list[Subject]:
        """What there is to tell, at most so many subjects, the longest due first."""
        steps: list[Document] = [
            {"$match": {"dueAt": {"$lte": now}}},
            {"$group": {"_id": {"company": "$companyId", "about": "$about"}, "since": {"$min": "$dueAt"}}},
            {"$sort": {"since": 1}},
            {"$limit": most},
        ]
        found = self._notices.aggregate(steps)
        return [Subject(row["_id"]["company"], row["_id"]["about"]) for row in found]

    def may_tell(self, company_id: str, about: str, now: datetime, seconds: float) -> bool:
        """Whether nothing was told about this in the last seconds; from now on that counts as told."""
        until = now + timedelta(seconds=seconds)
        free = {"_id": about, "companyId": company_id, "nextAt": {"$lte": now}}
        change = {"$set": {"nextAt": until, "forgetAt": until + KEPT}}
        try:
            self._paces.update_one(free, change, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def claim(self, company_id: str, about: str, claim: str, now: datetime, seconds: float) -> int:
        """Take all due notices about this for so many seconds; how many."""
        due = {"companyId": company_id, "about": about, "dueAt": {"$lte": now}}
        taken = {"$set": {"claim": claim, "dueAt": now + timedelta(seconds=seconds)}, "$inc": {"tries": 1}}
        return self._notices.update_many(due, taken).modified_count

    def claimed(self, company_id: str, claim: str, most: int) -> list[Notice]:
        """The first notices of a claim."""
        mine = {"companyId": company_id, "claim": claim}
        return [_notice(row) for row in self._notices.find(mine).sort("_id", 1).limit(most)]

    def put_off(self, company_id: str, notice_ids: Sequence[str], until: datetime) -> None:
        """Leave notices alone until then."""
        mine = {"companyId": company_id, "_id": {"$in": list(notice_ids)}}
        self._notices.update_many(mine, {"$set": {"dueAt": until}, "$unset": {"claim": ""}})

    def note_told(self, company_id: str, claim: str, way: str) -> None:
        """Remember that a claim was told on one of its ways."""
        self._notices.update_many({"companyId": company_id, "claim": claim}, {"$addToSet": {"told": way}})

    def retry(self, company_id: str, claim: str, until: datetime, problem: str) -> None:
        """Tell a claim again at a later time."""
        mine = {"companyId": company_id, "claim": claim}
        self._notices.update_many(
            mine, {"$set": {"dueAt": until, "problem": problem}, "$unset": {"claim": ""}}
        )

    def settle(
        self,
        company_id: str,
        claim: str,
        now: datetime,
        *,
        only: Sequence[str] | None = None,
        problem: str | None = None,
    ) -> None:
        """A claim, or some of it, is over: told, not worth telling any more, or given up with a problem."""
        mine: dict[str, Any] = {"companyId": company_id, "claim": claim}
        if only is not None:
            mine["_id"] = {"$in": list(only)}
        over = {"settledAt": now, "forgetAt": now + KEPT, "problem": problem}
        self._notices.update_many(mine, {"$set": over, "$unset": {"dueAt": "", "claim": ""}})


def _document(notice: Notice) -> Document:
    return {
        "_id": notice.id,
        "companyId": notice.company_id,
        "about": notice.about,
        "kind": notice.kind.value,
        "playId": notice.play_id,
        "flowId": notice.flow_id,
        "version": notice.version,
        "ref": notice.ref,
        "createdAt": notice.created_at,
        "tries": notice.tries,
    }


def _notice(row: Document) -> Notice:
    return Notice(
        id=row["_id"],
        about=row["about"],
        company_id=row["companyId"],
        kind=NoticeKind(row["kind"]),
        play_id=row["playId"],
        flow_id=row["flowId"],
        version=row["version"],
        created_at=row["createdAt"],
        ref=row["ref"],
        tries=row["tries"],
        told=frozenset(row.get("told", ())),
    )
