"""How the clean-up stands: what the last one removed, and since when something waits for it in vain."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flow8.store.database import Documents

LAST: Final = "last"


@dataclass(frozen=True)
class Run:
    """The last clean-up. `caught_up_at` is when the last one began that left nothing behind.

    `oldest_due_at` is when the oldest play became due that it left, None when it left none.
    """

    started_at: datetime
    seconds: float
    plays: int
    files: int
    audit_entries: int
    caught_up_at: datetime | None
    oldest_due_at: datetime | None = None


class RetentionRuns:
    """The collection `retention_runs`, which holds one document."""

    def __init__(self, database: Documents) -> None:
        self._runs = database["retention_runs"]

    def last(self) -> Run | None:
        """The last clean-up of this installation, whichever scheduler did it."""
        row = self._runs.find_one({"_id": LAST})
        if row is None:
            return None
        return Run(
            started_at=row["startedAt"],
            seconds=row["seconds"],
            plays=row["plays"],
            files=row["files"],
            audit_entries=row["auditEntries"],
            caught_up_at=row.get("caughtUpAt"),
            oldest_due_at=row.get("oldestDueAt"),
        )

    def note(self, run: Run) -> None:
        """Keep how one went; a moment of catching up that is known already stays if this run has none."""
        fields = {
            "startedAt": run.started_at,
            "seconds": run.seconds,
            "plays": run.plays,
            "files": run.files,
            "auditEntries": run.audit_entries,
            "oldestDueAt": run.oldest_due_at,
        }
        if run.caught_up_at is not None:
            fields["caughtUpAt"] = run.caught_up_at
        self._runs.update_one({"_id": LAST}, {"$set": fields}, upsert=True)
