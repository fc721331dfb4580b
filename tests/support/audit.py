"""The audit as tests read it, and as somebody changes it who may write to the database."""

from dataclasses import dataclass
from typing import Any

from flow8.domain.access import Actor
from flow8.domain.chain import id_of
from flow8.engine.engine import Engine
from flow8.services.asking import audit


def entries_of(engine: Engine, company_id: str) -> list[dict[str, Any]]:
    """A company's audit entries, oldest first."""
    return list(engine.store.database["audit"].find({"companyId": company_id}).sort("seq", 1))


def actions_of(engine: Engine, company_id: str) -> list[str]:
    """What was audited, oldest first."""
    return [str(entry["action"]) for entry in entries_of(engine, company_id)]


def write_entries(engine: Engine, actor: Actor, count: int) -> None:
    """So many entries, numbered from 1 on if they are the first."""
    for number in range(1, count + 1):
        audit(engine, actor, "channels.create", f"channel-{number}", after={"name": f"no. {number}"})


@dataclass
class Forger:
    """Somebody who may write to the database and does not know the key."""

    engine: Engine
    company_id: str

    def entry(self, seq: int) -> dict[str, Any]:
        """The entry at a position, as it is now."""
        found = self._audit.find_one({"_id": id_of(self.company_id, seq)})
        assert found is not None
        return dict(found)

    def edit(self, seq: int, **fields: Any) -> None:
        """Change fields of an entry."""
        assert self._audit.update_one({"_id": id_of(self.company_id, seq)}, {"$set": fields}).modified_count

    def delete(self, seq: int) -> None:
        """Remove an entry."""
        assert self._audit.delete_one({"_id": id_of(self.company_id, seq)}).deleted_count

    def put(self, seq: int, entry: dict[str, Any]) -> None:
        """Put an entry at a position, over whatever is there."""
        row = {**entry, "_id": id_of(self.company_id, seq), "seq": seq}
        self._audit.replace_one({"_id": row["_id"]}, row, upsert=True)

    def swap(self, one: int, other: int) -> None:
        """Let two entries change places."""
        first, second = self.entry(one), self.entry(other)
        self.put(one, second)
        self.put(other, first)

    def insert(self, seq: int, last: int) -> None:
        """Put a forged entry at a position, and move what stands there and after by one."""
        for place in range(last, seq - 1, -1):
            self.put(place + 1, self.entry(place))
        self.put(seq, {**self.entry(seq + 1), "subject": "forged"})

    def close_up(self, seq: int, last: int) -> None:
        """Remove an entry, and move all after it forward by one, so that no position is empty."""
        for place in range(seq, last):
            self.put(place, self.entry(place + 1))
        self.delete(last)

    def cut(self, seq: int) -> None:
        """Remove the tail from a position on."""
        self._audit.delete_many({"companyId": self.company_id, "seq": {"$gte": seq}})

    @property
    def _audit(self) -> Any:
        return self.engine.store.database["audit"]
