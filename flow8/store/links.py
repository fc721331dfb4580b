"""Links: credentials of services outside, each sealed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.errors import Conflict
from flow8.store.database import Document, Documents
from flow8.store.sealed import Sealed


@dataclass(frozen=True)
class LinkRecord:
    """A credential of a service, for some hosts. `sealed` holds its secret; `rev` counts changes.

    `user` belongs to one of the kind `basic`, `header` to one of the kind `key`.
    """

    id: str
    company_id: str
    name: str
    service: str
    kind: str
    hosts: tuple[str, ...]
    sealed: str = field(repr=False)
    updated_at: datetime
    updated_by: str
    user: str | None = None
    header: str | None = None
    rev: int = 1


class LinkRecords:
    """The collection `links`."""

    def __init__(self, database: Documents) -> None:
        self._links = database["links"]

    def find(self, company_id: str, name: str) -> LinkRecord | None:
        """The link of an id or name."""
        row = self._links.find_one({"companyId": company_id, "$or": [{"_id": name}, {"name": name}]})
        return None if row is None else _record(row)

    def page(self, company_id: str, *, skip: int, size: int) -> tuple[list[LinkRecord], int]:
        """Links by name, and how many there are in all."""
        mine = {"companyId": company_id}
        found = self._links.find(mine).sort("name", 1).skip(skip).limit(size)
        return [_record(row) for row in found], self._links.count_documents(mine)

    def create(self, company_id: str, link: LinkRecord) -> None:
        """Keep a new link.

        Raises:
            Conflict: LINK_EXISTS, the name is taken.
        """
        try:
            self._links.insert_one({**_document(link), "companyId": company_id})
        except DuplicateKeyError:
            raise _taken(link.name) from None

    def change(self, company_id: str, new: LinkRecord) -> LinkRecord | None:
        """Take everything but service and kind from `new`, which was read at its `rev`; None when it is gone.

        Raises:
            Conflict: LINK_EXISTS, the name is taken.
        """
        as_read = {"_id": new.id, "companyId": company_id, "rev": new.rev}
        fields = ("name", "hosts", "user", "header", "sealed", "updatedBy")
        changed = {name: value for name, value in _document(new).items() if name in fields}
        update = {"$set": {**changed, "updatedAt": utc_now()}, "$inc": {"rev": 1}}
        try:
            row = self._links.find_one_and_update(as_read, update, return_document=ReturnDocument.AFTER)
        except DuplicateKeyError:
            raise _taken(new.name) from None
        return None if row is None else _record(row)

    def remove(self, company_id: str, link_id: str, rev: int) -> bool:
        """Remove a link that is still at `rev`; False when it is not."""
        return (
            self._links.delete_one({"_id": link_id, "companyId": company_id, "rev": rev}).deleted_count == 1
        )

    def sealed(self, company_id: str) -> Iterator[Sealed]:
        """Every sealed text of a company."""
        found = self._links.find({"companyId": company_id}, {"sealed": 1})
        yield from (Sealed(row["_id"], row["sealed"]) for row in found)

    def reseal(self, company_id: str, old: Sealed, text: str) -> None:
        """Put the same secret, sealed anew, in the place of a text that is still there."""
        as_read = {"_id": old.record, "companyId": company_id, "sealed": old.text}
        self._links.update_one(as_read, {"$set": {"sealed": text}})


def _taken(name: str) -> Conflict:
    return Conflict(f"There is a link '{name}' already.", code="LINK_EXISTS")


def _document(link: LinkRecord) -> Document:
    return {
        "_id": link.id,
        "companyId": link.company_id,
        "name": link.name,
        "service": link.service,
        "kind": link.kind,
        "hosts": list(link.hosts),
        "user": link.user,
        "header": link.header,
        "sealed": link.sealed,
        "rev": link.rev,
        "updatedAt": link.updated_at,
        "updatedBy": link.updated_by,
    }


def _record(row: Document) -> LinkRecord:
    return LinkRecord(
        id=row["_id"],
        company_id=row["companyId"],
        name=row["name"],
        service=row["service"],
        kind=row["kind"],
        hosts=tuple(row["hosts"]),
        sealed=row["sealed"],
        updated_at=row["updatedAt"],
        updated_by=row["updatedBy"],
        user=row["user"],
        header=row["header"],
        rev=row["rev"],
    )
