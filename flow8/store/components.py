"""Components as companies configure them: which provider, how, and its secrets, sealed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.domain.values import from_text, to_text
from flow8.errors import Conflict
from flow8.store.database import Document, Documents
from flow8.store.sealed import Sealed


@dataclass(frozen=True)
class ComponentRecord:
    """A provider with its configuration. `sealed` holds the JSON text of its secrets, `given` their names.

    `rev` counts changes. Of several with a `default_since`, the latest is the default of its kind.
    """

    id: str
    company_id: str
    name: str
    kind: str
    provider: str
    config: dict[str, Any]
    updated_at: datetime
    updated_by: str
    given: tuple[str, ...] = ()
    sealed: str | None = field(default=None, repr=False)
    default_since: datetime | None = None
    rev: int = 1


class ComponentRecords:
    """The collection `components`."""

    def __init__(self, database: Documents) -> None:
        self._components = database["components"]

    def find(self, company_id: str, name: str) -> ComponentRecord | None:
        """The component of an id or name."""
        either = {"$or": [{"_id": name}, {"name": name}]}
        row = self._components.find_one({"companyId": company_id, **either})
        return None if row is None else _record(row)

    def default(self, company_id: str, kind: str) -> ComponentRecord | None:
        """The company's default of a kind."""
        wanted = {"companyId": company_id, "kind": kind, "defaultSince": {"$ne": None}}
        row = self._components.find_one(wanted, sort=[("defaultSince", -1), ("_id", -1)])
        return None if row is None else _record(row)

    def page(
        self, company_id: str, *, kind: str | None, skip: int, size: int
    ) -> tuple[list[ComponentRecord], int]:
        """Components by name, of one kind if it is given, and how many there are in all."""
        wanted: Document = {"companyId": company_id, **({} if kind is None else {"kind": kind})}
        found = self._components.find(wanted).sort("name", 1).skip(skip).limit(size)
        return [_record(row) for row in found], self._components.count_documents(wanted)

    def create(self, company_id: str, component: ComponentRecord) -> None:
        """Keep a new component.

        Raises:
            Conflict: COMPONENT_EXISTS, the name is taken.
        """
        try:
            self._components.insert_one({**_document(component), "companyId": company_id})
        except DuplicateKeyError:
            raise _taken(component.name) from None

    def change(self, company_id: str, new: ComponentRecord) -> ComponentRecord | None:
        """Take name, configuration and secrets from `new`, which was read at its `rev`; None when it is gone.

        Raises:
            Conflict: COMPONENT_EXISTS, the name is taken.
        """
        as_read = {"_id": new.id, "companyId": company_id, "rev": new.rev}
        fields = ("name", "config", "given", "sealed", "updatedBy")
        changed = {name: value for name, value in _document(new).items() if name in fields}
        update = {"$set": {**changed, "updatedAt": utc_now()}, "$inc": {"rev": 1}}
        try:
            row = self._components.find_one_and_update(as_read, update, return_document=ReturnDocument.AFTER)
        except DuplicateKeyError:
            raise _taken(new.name) from None
        return None if row is None else _record(row)

    def make_default(self, company_id: str, component: ComponentRecord) -> None:
        """Let it be the default of its kind, in place of whichever is."""
        now = utc_now()
        mine = {"_id": component.id, "companyId": company_id}
        self._components.update_one(mine, {"$set": {"defaultSince": now}})
        # The latest counts already, so that there is a default at every moment; this only tidies up.
        older = {"companyId": company_id, "kind": component.kind, "defaultSince": {"$lt": now}}
        self._components.update_many(older, {"$set": {"defaultSince": None}})

    def unmake_default(self, company_id: str, component: ComponentRecord) -> None:
        """Let the company have no default of its kind of its own."""
        mine = {"companyId": company_id, "kind": component.kind}
        self._components.update_many(mine, {"$set": {"defaultSince": None}})

    def remove(self, company_id: str, component_id: str, rev: int) -> bool:
        """Remove a component that is still at `rev`; False when it is not."""
        as_read = {"_id": component_id, "companyId": company_id, "rev": rev}
        return self._components.delete_one(as_read).deleted_count == 1

    def sealed(self, company_id: str) -> Iterator[Sealed]:
        """Every sealed text of a company."""
        mine = {"companyId": company_id, "sealed": {"$type": "string"}}
        yield from (Sealed(row["_id"], row["sealed"]) for row in self._components.find(mine, {"sealed": 1}))

    def reseal(self, company_id: str, old: Sealed, text: str) -> None:
        """Put the same secrets, sealed anew, in the place of a text that is still there."""
        as_read = {"_id": old.record, "companyId": company_id, "sealed": old.text}
        self._components.update_one(as_read, {"$set": {"sealed": text}})


def _taken(name: str) -> Conflict:
    return Conflict(f"There is a component '{name}' already.", code="COMPONENT_EXISTS")


def _document(component: ComponentRecord) -> Document:
    return {
        "_id": component.id,
        "companyId": component.company_id,
        "name": component.name,
        "kind": component.kind,
        "provider": component.provider,
        "config": to_text(component.config),
        "given": list(component.given),
        "sealed": component.sealed,
        "defaultSince": component.default_since,
        "rev": component.rev,
        "updatedAt": component.updated_at,
        "updatedBy": component.updated_by,
    }


def _record(row: Document) -> ComponentRecord:
    return ComponentRecord(
        id=row["_id"],
        company_id=row["companyId"],
        name=row["name"],
        kind=row["kind"],
        provider=row["provider"],
        config=from_text(row["config"]),
        updated_at=row["updatedAt"],
        updated_by=row["updatedBy"],
        given=tuple(row["given"]),
        sealed=row["sealed"],
        default_since=row["defaultSince"],
        rev=row["rev"],
    )
