"""Key-value entries: values sealed by the vault, each in one scope of its company."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.domain.kv import Scope, Where
from flow8.errors import Conflict
from flow8.store.database import Document, Documents
from flow8.store.sealed import Sealed


@dataclass(frozen=True)
class KvEntry:
    """One entry. `sealed` holds its value's JSON text; `rev` counts its values.

    `write_key` names the flowlet that wrote it, if one did.

    A `readable` one is shown to whoever may view; of any other the value is written and used, never shown.
    """

    id: str
    company_id: str
    scope: Scope
    scope_id: str
    key: str
    sealed: str
    readable: bool
    updated_at: datetime
    updated_by: str
    rev: int = 1
    write_key: str | None = None

    @property
    def where(self) -> Where:
        """Its scope and what that belongs to."""
        return self.scope, self.scope_id


class KvEntries:
    """The collection `kv`."""

    def __init__(self, database: Documents) -> None:
        self._entries = database["kv"]

    def get(self, company_id: str, entry_id: str) -> KvEntry | None:
        """One entry."""
        row = self._entries.find_one({"_id": entry_id, "companyId": company_id})
        return None if row is None else _entry(row)

    def at(self, company_id: str, key: str, where: Where) -> KvEntry | None:
        """The entry of a key in one scope."""
        row = self._entries.find_one({"companyId": company_id, "key": key, **_where(where)})
        return None if row is None else _entry(row)

    def of_key(self, company_id: str, key: str, places: Collection[Where]) -> dict[Scope, KvEntry]:
        """The entries of a key in these places, at most one for each scope."""
        anywhere = {"companyId": company_id, "key": key, "$or": [_where(where) for where in places]}
        found = [_entry(row) for row in self._entries.find(anywhere)]
        return {entry.scope: entry for entry in found}

    def page(
        self, company_id: str, where: Where | None, *, text: str = "", skip: int, size: int
    ) -> tuple[list[KvEntry], int]:
        """Entries by key, of one scope if it is given, in whose keys `text` stands; how many in all."""
        wanted = {"companyId": company_id, **({} if where is None else _where(where))}
        if text:
            wanted["key"] = {"$regex": re.escape(text), "$options": "i"}
        order = [("key", 1), ("scope", 1), ("scopeId", 1)]
        found = self._entries.find(wanted).sort(order).skip(skip).limit(size)
        return [_entry(row) for row in found], self._entries.count_documents(wanted)

    def create(self, entry: KvEntry) -> None:
        """Keep a new entry.

        Raises:
            Conflict: KV_EXISTS, the scope has an entry of this key.
        """
        try:
            self._entries.insert_one(_document(entry))
        except DuplicateKeyError:
            raise Conflict(
                f"There is an entry '{entry.key}' in this scope already.", code="KV_EXISTS"
            ) from None

    def change(self, old: KvEntry, new: KvEntry, *, any_rev: bool = False) -> KvEntry | None:
        """Take value, readability and who wrote it from `new`; None when the entry is no longer as `old`.

        With `any_rev` others may have written it meanwhile, but not made it readable, or secret.
        """
        as_read: Document = {"_id": old.id, "companyId": old.company_id, "readable": old.readable}
        if not any_rev:
            as_read["rev"] = old.rev
        fields = ("sealed", "readable", "writeKey", "updatedBy")
        changed = {name: value for name, value in _document(new).items() if name in fields}
        row = self._entries.find_one_and_update(
            as_read,
            {"$set": {**changed, "updatedAt": utc_now()}, "$inc": {"rev": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return None if row is None else _entry(row)

    def remove(self, company_id: str, entry_id: str, rev: int | None = None) -> bool:
        """Remove an entry, if it is still of this `rev` where one is given; False when it is not there."""
        mine: Document = {"_id": entry_id, "companyId": company_id}
        if rev is not None:
            mine["rev"] = rev
        return self._entries.delete_one(mine).deleted_count == 1

    def sealed(self, company_id: str) -> Iterator[Sealed]:
        """Every sealed text of a company."""
        found = self._entries.find({"companyId": company_id}, {"sealed": 1})
        yield from (Sealed(row["_id"], row["sealed"]) for row in found)

    def reseal(self, company_id: str, old: Sealed, text: str) -> None:
        """Put the same value, sealed anew, in the place of a text that is still there."""
        as_read = {"_id": old.record, "companyId": company_id, "sealed": old.text}
        self._entries.update_one(as_read, {"$set": {"sealed": text}})


def _where(where: Where) -> Document:
    scope, scope_id = where
    return {"scope": scope.value, "scopeId": scope_id}


def _document(entry: KvEntry) -> Document:
    return {
        "_id": entry.id,
        "companyId": entry.company_id,
        **_where(entry.where),
        "key": entry.key,
        "sealed": entry.sealed,
        "readable": entry.readable,
        "rev": entry.rev,
        "writeKey": entry.write_key,
        "updatedAt": entry.updated_at,
        "updatedBy": entry.updated_by,
    }


def _entry(row: Document) -> KvEntry:
    return KvEntry(
        id=row["_id"],
        company_id=row["companyId"],
        scope=Scope(row["scope"]),
        scope_id=row["scopeId"],
        key=row["key"],
        sealed=row["sealed"],
        readable=row["readable"],
        updated_at=row["updatedAt"],
        updated_by=row["updatedBy"],
        rev=row["rev"],
        write_key=row["writeKey"],
    )
