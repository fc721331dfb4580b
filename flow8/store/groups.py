"""Groups: folders of flows, one name each in a company; a group may stand in another one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.errors import Conflict
from flow8.store.database import Document, Documents


@dataclass(frozen=True)
class Group:
    """A folder of flows. `parent_id` is the group that it stands in."""

    id: str
    company_id: str
    name: str
    parent_id: str | None
    created_at: datetime
    created_by: str


class Groups:
    """The collection `groups`."""

    def __init__(self, database: Documents) -> None:
        self._groups = database["groups"]

    def get(self, company_id: str, group_id: str) -> Group | None:
        """One group by its id."""
        row = self._groups.find_one({"_id": group_id, "companyId": company_id})
        return None if row is None else _group(row)

    def named(self, company_id: str, name: str) -> Group | None:
        """One group by its name, or else by its id."""
        row = self._groups.find_one({"companyId": company_id, "name": name})
        return self.get(company_id, name) if row is None else _group(row)

    def of_ids(self, company_id: str, group_ids: Sequence[str]) -> list[Group]:
        """The groups with these ids."""
        found = self._groups.find({"companyId": company_id, "_id": {"$in": list(group_ids)}})
        return [_group(row) for row in found]

    def parents(self, company_id: str) -> dict[str, str | None]:
        """The group that each group of the company stands in, by their ids."""
        found = self._groups.find({"companyId": company_id}, {"parentId": 1})
        return {row["_id"]: row.get("parentId") for row in found}

    def page(self, company_id: str, *, skip: int, size: int) -> tuple[list[Group], int]:
        """Groups by name, and how many there are in all."""
        found = self._groups.find({"companyId": company_id}).sort("name", 1).skip(skip).limit(size)
        return [_group(row) for row in found], self._groups.count_documents({"companyId": company_id})

    def inside(self, company_id: str, group_id: str) -> list[Group]:
        """The groups that stand in this one, by name."""
        found = self._groups.find({"companyId": company_id, "parentId": group_id}).sort("name", 1)
        return [_group(row) for row in found]

    def create(self, company_id: str, group: Group) -> None:
        """Keep a new group.

        Raises:
            Conflict: GROUP_EXISTS, the company has one of this name.
        """
        document = {
            "_id": group.id,
            "companyId": company_id,
            "name": group.name,
            "parentId": group.parent_id,
            "createdAt": group.created_at,
            "createdBy": group.created_by,
        }
        try:
            self._groups.insert_one(document)
        except DuplicateKeyError:
            raise _exists(group.name) from None

    def change(self, company_id: str, group_id: str, name: str, parent_id: str | None) -> Group | None:
        """Give a group another name and place; None when there is no such group.

        Raises:
            Conflict: GROUP_EXISTS, another one has this name.
        """
        mine = {"_id": group_id, "companyId": company_id}
        fields = {"$set": {"name": name, "parentId": parent_id}}
        try:
            row = self._groups.find_one_and_update(mine, fields, return_document=ReturnDocument.AFTER)
        except DuplicateKeyError:
            raise _exists(name) from None
        return None if row is None else _group(row)

    def remove(self, company_id: str, group_id: str) -> bool:
        """Remove a group; False when there is none."""
        return self._groups.delete_one({"_id": group_id, "companyId": company_id}).deleted_count == 1


def _exists(name: str) -> Conflict:
    return Conflict(f"There is a group '{name}' already.", code="GROUP_EXISTS")


def _group(row: Document) -> Group:
    return Group(
        id=row["_id"],
        company_id=row["companyId"],
        name=row["name"],
        parent_id=row["parentId"],
        created_at=row["createdAt"],
        created_by=row["createdBy"],
    )
