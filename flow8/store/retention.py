"""Retention policies: those of a company stand in one document, so that a change of them is whole or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.domain.retention import Policy, RetentionScope
from flow8.store.database import Document, Documents


@dataclass(frozen=True)
class CompanyPolicies:
    """What a company says itself. `rev` is 0 as long as it says nothing.

    `reach` is how far retention had reached under earlier policies: plays of before may be gone.
    """

    company_id: str
    rev: int = 0
    policies: tuple[Policy, ...] = ()
    changed_at: datetime | None = None
    changed_by: str | None = None
    reach: datetime | None = None


class RetentionPolicies:
    """The collection `retention`."""

    def __init__(self, database: Documents) -> None:
        self._retention = database["retention"]

    def get(self, company_id: str) -> CompanyPolicies:
        """The policies of a company."""
        row = self._retention.find_one({"companyId": company_id})
        return CompanyPolicies(company_id) if row is None else _record(row)

    def all(self) -> Iterator[CompanyPolicies]:
        """Those of every company that says something itself."""
        yield from map(_record, self._retention.find())

    def replace(
        self, company_id: str, policies: Sequence[Policy], by: str, reach: datetime, *, rev: int | None
    ) -> CompanyPolicies | None:
        """Put these in place of all that there were; None when they are not at this `rev` any more."""
        wanted: Document = {"_id": company_id, "companyId": company_id}
        if rev:
            wanted["rev"] = rev
        elif rev == 0:
            wanted["rev"] = {"$exists": False}
        fields = {"policies": [_document(policy) for policy in policies], "changedBy": by}
        update = {
            "$set": fields,
            "$currentDate": {"changedAt": True},
            "$inc": {"rev": 1},
            "$max": {"reach": reach},
        }
        try:
            row = self._retention.find_one_and_update(
                wanted, update, upsert=not rev, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:
            # Somebody was first: of two that make the document at once, too.
            return None if rev == 0 else self.replace(company_id, policies, by, reach, rev=rev)
        return None if row is None else _record(row)


def _document(policy: Policy) -> Document:
    return {
        "scope": policy.scope.value,
        "subject": policy.subject,
        "cadence": int(policy.cadence.total_seconds()),
        "minEntries": policy.min_entries,
        "enforcedMinimum": int(policy.enforced_minimum.total_seconds()),
    }


def _policy(row: dict[str, Any]) -> Policy:
    return Policy(
        RetentionScope(row["scope"]),
        timedelta(seconds=row["cadence"]),
        row["minEntries"],
        timedelta(seconds=row["enforcedMinimum"]),
        row["subject"],
    )


def _record(row: Document) -> CompanyPolicies:
    return CompanyPolicies(
        company_id=row["companyId"],
        rev=row["rev"],
        policies=tuple(map(_policy, row["policies"])),
        changed_at=row["changedAt"],
        changed_by=row["changedBy"],
        reach=row.get("reach"),
    )
