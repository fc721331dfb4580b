"""Which process does a job that only one may do: a lease by name."""

from datetime import UTC, datetime

from pymongo.errors import DuplicateKeyError

from flow8.store.database import Documents

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Leaders:
    """The collection `leaders`, one document for each job."""

    def __init__(self, database: Documents) -> None:
        self._leaders = database["leaders"]

    def lead(self, job: str, owner: str, seconds: float) -> bool:
        """Take or lengthen the lead of a job by the server's clock; False while somebody else leads."""
        if self._take(job, owner, seconds):
            return True
        try:
            self._leaders.insert_one({"_id": job, "owner": None, "until": LONG_AGO})
        except DuplicateKeyError:
            return False
        return self._take(job, owner, seconds)

    def _take(self, job: str, owner: str, seconds: float) -> bool:
        until = {"$add": ["$$NOW", int(seconds * 1000)]}
        mine_or_over = {"$or": [{"$eq": ["$owner", {"$literal": owner}]}, {"$lte": ["$until", "$$NOW"]}]}
        changed = self._leaders.update_one(
            {"_id": job, "$expr": mine_or_over},
            [{"$set": {"owner": {"$literal": owner}, "until": until}}],
        )
        return changed.matched_count == 1

    def is_led(self, job: str) -> bool:
        """Whether anybody leads a job now, by the server's clock."""
        return self._leaders.find_one({"_id": job, "$expr": {"$gt": ["$until", "$$NOW"]}}) is not None

    def resign(self, job: str, owner: str) -> None:
        """Give the lead away, if it is ours."""
        self._leaders.delete_one({"_id": job, "owner": owner})
