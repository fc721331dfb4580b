"""Groups of users: people who are granted, and may approve, the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.errors import Conflict
from flow8.ids import new_id
from flow8.store.database import Document, Documents


@dataclass(frozen=True)
class UserGroup:
    """Some users of a company under one name."""

    id: str
    company_id: str
    name: str
    user_ids: tuple[str, ...]


class UserGroups:
    """The collection `user_groups`."""

    def __init__(self, database: Documents) -> None:
        self._groups = database["user_groups"]

    def get(self, company_id: str, group_id: str) -> UserGroup | None:
        """One group."""
        row = self._groups.find_one({"_id": group_id, "companyId": company_id})
        return None if row is None else _group(row)

    def page(self, company_id: str, *, skip: int, size: int) -> tuple[list[UserGroup], int]:
        """Groups by name, and how many there are in all."""
        mine = {"companyId": company_id}
        found = self._groups.find(mine).sort("name", 1).skip(skip).limit(size)
        return [_group(row) for row in found], self._groups.count_documents(mine)

    def of_user(self, company_id: str, user_id: str) -> list[UserGroup]:
        """The groups that a user is in."""
        return [_group(row) for row in self._groups.find({"companyId": company_id, "userIds": user_id})]

    def create(self, company_id: str, name: str, user_ids: Sequence[str]) -> UserGroup:
        """A new group.

        Raises:
            Conflict: USER_GROUP_EXISTS, the name is taken.
        """
        row = {
            "_id": new_id(),
            "companyId": company_id,
            "name": name,
            "userIds": list(user_ids),
            "createdAt": utc_now(),
        }
        try:
            self._groups.insert_one(row)
        except DuplicateKeyError:
            raise _taken(name) from None
        return _group(row)

    def change(self, company_id: str, group_id: str, name: str, user_ids: Sequence[str]) -> UserGroup | None:
        """Another name and other members; None when there is no such group.

        Raises:
            Conflict: USER_GROUP_EXISTS, the name is taken.
        """
        try:
            row = self._groups.find_one_and_update(
                {"_id": group_id, "companyId": company_id},
                {"$set": {"name": name, "userIds": list(user_ids)}},
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            raise _taken(name) from None
        return None if row is None else _group(row)

    def remove(self, company_id: str, group_id: str) -> bool:
        """Forget a group; False when there is none."""
        return self._groups.delete_one({"_id": group_id, "companyId": company_id}).deleted_count == 1

    def remove_user(self, company_id: str, user_id: str) -> None:
        """Take a user out of every group of a company."""
        self._groups.update_many(
            {"companyId": company_id, "userIds": user_id}, {"$pull": {"userIds": user_id}}
        )


def _taken(name: str) -> Conflict:
    return Conflict(f"There is a user group '{name}' already.", code="USER_GROUP_EXISTS")


def _group(row: Document) -> UserGroup:
    return UserGroup(row["_id"], row["companyId"], row["name"], tuple(row["userIds"]))
