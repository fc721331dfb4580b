"""Who did what: sign-ins, changes and denials, kept in the order of time."""

from datetime import datetime
from typing import Any

from flow8.clock import utc_now
from flow8.ids import new_id
from flow8.store.database import Documents


class Audit:
    """The collection `audit`: entries are added and, by retention, removed; nothing changes one."""

    def __init__(self, database: Documents) -> None:
        self._audit = database["audit"]

    def add(
        self,
        company_id: str,
        *,
        action: str,
        actor: str,
        door: str,
        ip: str | None,
        subject: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Keep one entry; `details` hold no secrets."""
        entry = {"action": action, "actor": actor, "door": door, "ip": ip, "subject": subject}
        self._audit.insert_one(
            {"_id": new_id(), "companyId": company_id, "at": utc_now(), **entry, "details": details or {}}
        )

    def remove_before(self, moment: datetime) -> int:
        """Remove entries of every company older than a moment; how many there were."""
        return self._audit.delete_many({"at": {"$lt": moment}}).deleted_count
