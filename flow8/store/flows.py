"""Flows: one draft each, and published versions that never change.

Definitions are kept as JSON text, since their args may hold keys that a document may not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.domain.values import digest_of_text, from_text, to_text
from flow8.errors import Conflict
from flow8.ids import new_id
from flow8.store.database import Document, Documents

DRAFT_CHANGED = "DRAFT_CHANGED"


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

    def of_ids(self, company_id: str, flow_ids: Sequence[str]) -> list[FlowRecord]:
        """The flows with these ids that are not deleted."""
        found = self._flows.find({"companyId": company_id, "deletedAt": None, "_id": {"$in": list(flow_ids)}})
        return [_record(row) for row in found]

    def page(
        self, company_id: str, *, skip: int, size: int, within: Collection[str] | None = None
    ) -> tuple[list[FlowRecord], int]:
        """Flows by name, and how many there are in all; only those with these ids, if some are given."""
        wanted: Document = {"companyId": company_id, "deletedAt": None}
        if within is not None:
            wanted["_id"] = {"$in": sorted(within)}
        found = self._flows.find(wanted).sort("permanentId", 1).skip(skip).limit(size)
        return [_record(row) for row in found], self._flows.count_documents(wanted)

    def create(self, company_id: str, draft: dict[str, Any], by: str) -> FlowRecord:
        """A new flow that holds only a draft.

        Raises:
            Conflict: the company has, or had, a flow of this permanent id.
        """
        row = {
            "_id": new_id(),
            "companyId": company_id,
            "permanentId": draft["flow"],
            "published": 0,
            **_draft_fields(draft, by),
        }
        try:
            self._flows.insert_one(row)
        except DuplicateKeyError:
            raise Conflict(
                f"There is, or was, a flow '{draft['flow']}' already.", code="FLOW_EXISTS"
            ) from None
        return _record(row)

    def save_draft(self, flow: FlowRecord, draft: dict[str, Any], by: str) -> FlowRecord:
        """Replace the draft that `flow` was read with.

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
        version = {
            "_id": f"{flow.id}/{number}",
            "companyId": flow.company_id,
            "flowId": flow.id,
            "version": number,
            "definition": to_text(flow.draft),
            "digest": flow.draft_digest,
            "note": note,
            "createdAt": utc_now(),
            "createdBy": by,
        }
        self._write_version(flow, version)
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

    def version(self, company_id: str, flow_id: str, version: int) -> FlowVersion | None:
        """One version of a flow."""
        row = self._versions.find_one({"_id": f"{flow_id}/{version}", "companyId": company_id})
        return None if row is None else _version(row)


def _draft_fields(draft: dict[str, Any], by: str) -> Document:
    text = to_text(draft)
    return {
        "name": draft["name"],
        "category": draft.get("category"),
        "enabled": draft.get("enabled", True),
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
