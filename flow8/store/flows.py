"""Flows: one draft each, and published versions that never change.

Definitions are kept as JSON text, since their args may hold keys that a document may not. Whether a flow is
enabled and in which group it stands belongs to the flow itself and is in none of its texts. Versions below 0
are drafts as they were tested.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.domain.apart import NAMES
from flow8.domain.values import digest_of_text, from_text, to_text
from flow8.errors import Conflict
from flow8.ids import new_id
from flow8.store.database import Document, Documents
from flow8.store.flow_search import pattern_of

DRAFT_CHANGED = "DRAFT_CHANGED"
MOST_TESTED = 200
"""So many tested drafts of a flow are kept; the plays of older ones show what is on record of them."""
TRIES = 5


@dataclass(frozen=True)
class FlowRecord:
    """A flow as it is kept. `published` is 0 before the first publication."""

    id: str
    company_id: str
    permanent_id: str
    name: str
    category: str | None
    enabled: bool
    published: int
    draft: dict[str, Any]
    draft_digest: str
    published_digest: str | None
    updated_at: datetime
    updated_by: str
    group_id: str | None = None

    @property
    def has_unpublished_edits(self) -> bool:
        """Whether the draft differs from the newest version."""
        return self.draft_digest != self.published_digest


@dataclass(frozen=True)
class FlowVersion:
    """One published version."""

    flow_id: str
    version: int
    definition: dict[str, Any]
    note: str | None
    created_at: datetime
    created_by: str


@dataclass(frozen=True)
class FlowPlace:
    """What a flow is called, and the group that it stands in."""

    permanent_id: str
    name: str
    group_id: str | None


class Flows:
    """The collections `flows` and `flow_versions`."""

    def __init__(self, database: Documents) -> None:
        self._flows = database["flows"]
        self._versions = database["flow_versions"]

    def find(self, company_id: str, name: str) -> FlowRecord | None:
        """The flow with this id or permanent id, unless it is deleted."""
        either = {"$or": [{"_id": name}, {"permanentId": name}]}
        row = self._flows.find_one({"companyId": company_id, "deletedAt": None, **either})
        return None if row is None else _record(row)

    def find_kept(self, company_id: str, name: str) -> FlowRecord | None:
        """The same; by its id a deleted one as well, since its versions and plays stay."""
        row = self._flows.find_one({"companyId": company_id, "$or": [{"_id": name}, {"permanentId": name}]})
        return None if row is None else _record(row)

    def of_ids(self, company_id: str, flow_ids: Sequence[str]) -> list[FlowRecord]:
        """The flows with these ids that are not deleted."""
        found = self._flows.find({"companyId": company_id, "deletedAt": None, "_id": {"$in": list(flow_ids)}})
        return [_record(row) for row in found]

    def page(
        self,
        company_id: str,
        *,
        skip: int,
        size: int,
        within: Collection[str] | None = None,
        group_id: str | None = None,
        category: str | None = None,
        words: Sequence[str] = (),
    ) -> tuple[list[FlowRecord], int]:
        """Flows by name, and how many there are; of those that are given, only what fits them all.

        `words` stand anywhere in a flow's draft, in whatever case.
        """
        wanted: Document = {"companyId": company_id, "deletedAt": None}
        if within is not None:
            wanted["_id"] = {"$in": sorted(within)}
        if group_id is not None:
            wanted["groupId"] = group_id
        if category is not None:
            wanted["category"] = category
        if words:
            wanted["$and"] = [{"draft": {"$regex": pattern_of(word), "$options": "i"}} for word in words]
        found = self._flows.find(wanted).sort("permanentId", 1).skip(skip).limit(size)
        return [_record(row) for row in found], self._flows.count_documents(wanted)

    def categories(self, company_id: str, within: Collection[str] | None = None) -> dict[str, int]:
        """How many flows are of each category; only of those with these ids, if given."""
        mine: Document = {"companyId": company_id, "deletedAt": None, "category": {"$type": "string"}}
        if within is not None:
            mine["_id"] = {"$in": sorted(within)}
        found = self._flows.aggregate(
            [{"$match": mine}, {"$sortByCount": "$category"}, {"$sort": {"_id": 1}}], hint="permanent_id"
        )
        return {row["_id"]: row["count"] for row in found}

    def create(
        self, company_id: str, draft: dict[str, Any], by: str, *, group_id: str | None = None
    ) -> FlowRecord:
        """A new flow that holds only a draft.

        Raises:
            Conflict: the company has a flow of this permanent id.
        """
        row = {
            "_id": new_id(),
            "companyId": company_id,
            "permanentId": draft["flow"],
            "published": 0,
            "enabled": True,
            "groupId": group_id,
            **_draft_fields(draft, by),
        }
        try:
            self._flows.insert_one(row)
        except DuplicateKeyError:
            raise Conflict(f"There is a flow '{draft['flow']}' already.", code="FLOW_EXISTS") from None
        return _record(row)

    def save_draft(self, flow: FlowRecord, draft: dict[str, Any], by: str) -> FlowRecord:
        """Replace the draft that `flow` was read with; one that says `enabled` switches the flow.

        Raises:
            Conflict: somebody saved another one meanwhile.
        """
        return self._change(flow, {"$set": _draft_fields(draft, by)})

    def publish(self, flow: FlowRecord, note: str | None, by: str) -> FlowRecord:
        """Make the draft that `flow` was read with the next version, and that version the published one.

        Raises:
            Conflict: somebody saved a draft or published meanwhile.
        """
        number = flow.published + 1
        version = _version_document(flow.company_id, flow.id, number, to_text(flow.draft), by)
        self._write_version(flow, {**version, "note": note})
        return self._change(flow, {"$set": {"published": number, "publishedDigest": flow.draft_digest}})

    def _write_version(self, flow: FlowRecord, version: Document) -> None:
        try:
            self._versions.insert_one(version)
        except DuplicateKeyError:
            # A publication that died half way left this version behind; nobody could run it yet.
            stale = {"_id": version["_id"], "companyId": flow.company_id}
            self._versions.replace_one(stale, version)

    def _change(self, flow: FlowRecord, update: Document) -> FlowRecord:
        as_read = {
            "_id": flow.id,
            "companyId": flow.company_id,
            "draftDigest": flow.draft_digest,
            "published": flow.published,
        }
        row = self._flows.find_one_and_update(as_read, update, return_document=ReturnDocument.AFTER)
        if row is None:
            raise Conflict("Somebody changed this flow meanwhile; load it again.", code=DRAFT_CHANGED)
        return _record(row)

    def set_enabled(self, company_id: str, flow_id: str, *, enabled: bool) -> FlowRecord | None:
        """Switch a flow; None when it is gone."""
        return self._set(company_id, flow_id, {"enabled": enabled})

    def move(self, company_id: str, flow_id: str, group_id: str | None) -> FlowRecord | None:
        """Put a flow into a group, or into none; None when it is gone."""
        return self._set(company_id, flow_id, {"groupId": group_id})

    def remove(self, company_id: str, flow: FlowRecord, by: str) -> bool:
        """Delete a flow: its plays and versions stay, its permanent id is free. False when it is gone.

        No slug has a `~`, so nobody can ask for it by the name that it keeps.
        """
        gone = {
            "deletedAt": utc_now(),
            "deletedBy": by,
            "permanentId": f"{flow.permanent_id}~{flow.id}",
            "formerId": flow.permanent_id,
        }
        return self._set(company_id, flow.id, gone) is not None

    def _set(self, company_id: str, flow_id: str, fields: Document) -> FlowRecord | None:
        there = {"_id": flow_id, "companyId": company_id, "deletedAt": None}
        row = self._flows.find_one_and_update(there, {"$set": fields}, return_document=ReturnDocument.AFTER)
        return None if row is None else _record(row)

    def group_of(self, company_id: str, flow_id: str) -> str | None:
        """The id of the group that a flow stands in, of a deleted one as well."""
        row = self._flows.find_one({"_id": flow_id, "companyId": company_id}, {"groupId": 1})
        return None if row is None else row.get("groupId")

    def places(self, company_id: str, flow_ids: Collection[str]) -> dict[str, FlowPlace]:
        """Where these flows stand and what they are called, by id; deleted ones as well."""
        mine = {"companyId": company_id, "_id": {"$in": list(flow_ids)}}
        shown = {"permanentId": 1, "name": 1, "groupId": 1}
        return {
            row["_id"]: FlowPlace(row["permanentId"], row["name"], row.get("groupId"))
            for row in self._flows.find(mine, shown)
        }

    def counts_by_group(self, company_id: str) -> dict[str, int]:
        """How many flows stand in each group, by its id."""
        mine = {"companyId": company_id, "deletedAt": None, "groupId": {"$type": "string"}}
        found = self._flows.aggregate(
            [{"$match": mine}, {"$group": {"_id": "$groupId", "count": {"$sum": 1}}}], hint="of_group"
        )
        return {row["_id"]: row["count"] for row in found}

    def version(self, company_id: str, flow_id: str, version: int) -> FlowVersion | None:
        """One version of a flow."""
        row = self._versions.find_one({"_id": f"{flow_id}/{version}", "companyId": company_id})
        return None if row is None else _version(row)

    def published_holding(
        self, company_id: str, texts: Collection[str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Permanent id and published definition of each flow in whose JSON one of the texts stands."""
        pattern = "|".join(map(re.escape, texts))
        wanted = {"companyId": company_id, "version": {"$gt": 0}, "definition": {"$regex": pattern}}
        for row in self._versions.find(wanted, hint="of_flow"):
            there = {"_id": row["flowId"], "companyId": company_id, "deletedAt": None}
            flow = self._flows.find_one({**there, "published": row["version"]}, {"permanentId": 1})
            if flow is not None:
                yield flow["permanentId"], from_text(row["definition"])

    def versions(
        self, company_id: str, flow_id: str, *, skip: int, size: int
    ) -> tuple[list[FlowVersion], int]:
        """The published versions, newest first, and how many there are."""
        mine = {"companyId": company_id, "flowId": flow_id, "version": {"$gt": 0}}
        found = self._versions.find(mine).sort("version", -1).skip(skip).limit(size)
        return [_version(row) for row in found], self._versions.count_documents(mine)

    def keep_tested(self, company_id: str, flow_id: str, definition: dict[str, Any], by: str) -> int:
        """The number, below 0, of a definition that is to be tested; the same one keeps its number."""
        text = to_text(definition)
        tested = {"companyId": company_id, "flowId": flow_id, "version": {"$lt": 0}}
        known = self._versions.find_one({**tested, "digest": digest_of_text(text)}, {"version": 1})
        if known is not None:
            return int(known["version"])
        for _ in range(TRIES):
            last = self._versions.find_one(tested, {"version": 1}, sort=[("version", 1)])
            number = -1 if last is None else int(last["version"]) - 1
            row = {**_version_document(company_id, flow_id, number, text, by), "note": None}
            try:
                self._versions.insert_one(row)
            except DuplicateKeyError:
                continue
            self._versions.delete_many({**tested, "version": {"$gte": number + MOST_TESTED, "$lt": 0}})
            return number
        raise Conflict("This flow is being tested by many at once; try again.", code=DRAFT_CHANGED)


def _version_document(company_id: str, flow_id: str, number: int, text: str, by: str) -> Document:
    return {
        "_id": f"{flow_id}/{number}",
        "companyId": company_id,
        "flowId": flow_id,
        "version": number,
        "definition": text,
        "digest": digest_of_text(text),
        "createdAt": utc_now(),
        "createdBy": by,
    }


def _draft_fields(draft: dict[str, Any], by: str) -> Document:
    text = to_text({name: value for name, value in draft.items() if name not in NAMES})
    switch = {"enabled": draft["enabled"]} if "enabled" in draft else {}
    return {
        **switch,
        "name": draft["name"],
        "category": draft.get("category"),
        "draft": text,
        "draftDigest": digest_of_text(text),
        "updatedAt": utc_now(),
        "updatedBy": by,
    }


def _record(row: Document) -> FlowRecord:
    return FlowRecord(
        id=row["_id"],
        company_id=row["companyId"],
        permanent_id=row["permanentId"],
        name=row["name"],
        category=row["category"],
        enabled=row["enabled"],
        published=row["published"],
        draft=from_text(row["draft"]),
        draft_digest=row["draftDigest"],
        published_digest=row.get("publishedDigest"),
        updated_at=row["updatedAt"],
        updated_by=row["updatedBy"],
        group_id=row.get("groupId"),
    )


def _version(row: Document) -> FlowVersion:
    return FlowVersion(
        flow_id=row["flowId"],
        version=row["version"],
        definition=from_text(row["definition"]),
        note=row["note"],
        created_at=row["createdAt"],
        created_by=row["createdBy"],
    )
