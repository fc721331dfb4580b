"""Grants: what a user, or a group of users, may do on one flow or on a group of flows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.errors import Conflict
from flow8.store.database import Document, Documents

DEEPEST = 20
"""So many groups may stand inside one another; a ring of them ends here as well."""


@dataclass(frozen=True)
class Grant:
    """One right for one user or user group, on one flow or group of flows."""

    id: str
    company_id: str
    right: str
    user_id: str | None
    user_group_id: str | None
    flow_id: str | None
    group_id: str | None
    created_at: datetime
    created_by: str


class Access:
    """The collection `access`, and how groups of flows stand inside one another."""

    def __init__(self, database: Documents) -> None:
        self._access = database["access"]
        self._flows = database["flows"]
        self._groups = database["groups"]

    def get(self, company_id: str, grant_id: str) -> Grant | None:
        """One grant."""
        row = self._access.find_one({"_id": grant_id, "companyId": company_id})
        return None if row is None else _grant(row)

    def page(
        self, company_id: str, *, skip: int, size: int, filters: Mapping[str, str]
    ) -> tuple[list[Grant], int]:
        """Grants in the order they were made, and how many there are; `filters` name fields as kept."""
        wanted = {"companyId": company_id, **filters}
        found = self._access.find(wanted).sort("_id", 1).skip(skip).limit(size)
        return [_grant(row) for row in found], self._access.count_documents(wanted)

    def of_user(self, company_id: str, user_id: str, user_group_ids: Sequence[str]) -> list[Grant]:
        """What a user was granted, by name or as one of these groups."""
        either = [{"userId": user_id}, {"userGroupId": {"$in": list(user_group_ids)}}]
        return [_grant(row) for row in self._access.find({"companyId": company_id, "$or": either})]

    def create(self, grant: Grant) -> None:
        """Keep a grant.

        Raises:
            Conflict: GRANT_EXISTS, the same people have one on the same flow or group.
        """
        try:
            self._access.insert_one(
                {
                    "_id": grant.id,
                    "companyId": grant.company_id,
                    "right": grant.right,
                    "userId": grant.user_id,
                    "userGroupId": grant.user_group_id,
                    "flowId": grant.flow_id,
                    "groupId": grant.group_id,
                    "createdAt": grant.created_at,
                    "createdBy": grant.created_by,
                }
            )
        except DuplicateKeyError:
            message = "There is a grant for the same on the same already; change that one."
            raise Conflict(message, code="GRANT_EXISTS") from None

    def set_right(self, company_id: str, grant_id: str, right: str) -> Grant | None:
        """Let a grant give another right; None when there is no such grant."""
        row = self._access.find_one_and_update(
            {"_id": grant_id, "companyId": company_id},
            {"$set": {"right": right}},
            return_document=ReturnDocument.AFTER,
        )
        return None if row is None else _grant(row)

    def remove(self, company_id: str, grant_id: str) -> bool:
        """Take a grant back; False when there is none."""
        return self._access.delete_one({"_id": grant_id, "companyId": company_id}).deleted_count == 1

    def remove_of_user(self, company_id: str, user_id: str) -> None:
        """Take back everything that a user was granted by name."""
        self._access.delete_many({"companyId": company_id, "userId": user_id})

    def remove_of_user_group(self, company_id: str, group_id: str) -> None:
        """Take back everything that a user group was granted."""
        self._access.delete_many({"companyId": company_id, "userGroupId": group_id})

    def has_group(self, company_id: str, group_id: str) -> bool:
        """Whether the company has this group of flows."""
        return self._groups.find_one({"_id": group_id, "companyId": company_id}, {"_id": 1}) is not None

    def groups_around(self, company_id: str, flow_id: str) -> tuple[str, ...]:
        """The groups that a flow stands in, from the nearest outwards; of a deleted flow as well."""
        row = self._flows.find_one({"_id": flow_id, "companyId": company_id}, {"groupId": 1})
        group_id, found = (row or {}).get("groupId"), list[str]()
        while group_id is not None and group_id not in found and len(found) < DEEPEST:
            found.append(group_id)
            around = self._groups.find_one({"_id": group_id, "companyId": company_id}, {"parentId": 1})
            group_id = (around or {}).get("parentId")
        return tuple(found)

    def flows_in(self, company_id: str, group_ids: Sequence[str]) -> set[str]:
        """The flows in these groups and in the groups inside them."""
        known, new = set(group_ids), set(group_ids)
        for _ in range(DEEPEST):
            inside = {"companyId": company_id, "parentId": {"$in": sorted(new)}}
            new = {row["_id"] for row in self._groups.find(inside, {"_id": 1})} - known
            if not new:
                break
            known |= new
        wanted = {"companyId": company_id, "groupId": {"$in": sorted(known)}}
        return {row["_id"] for row in self._flows.find(wanted, {"_id": 1})}


def _grant(row: Document) -> Grant:
    return Grant(
        id=row["_id"],
        company_id=row["companyId"],
        right=row["right"],
        user_id=row["userId"],
        user_group_id=row["userGroupId"],
        flow_id=row["flowId"],
        group_id=row["groupId"],
        created_at=row["createdAt"],
        created_by=row["createdBy"],
    )
