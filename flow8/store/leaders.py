"""Which process does a job that only one may do: a lease by name."""

from datetime import UTC, datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.store.database import Documents

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Leaders:
    """The collection `leaders`, one document for each job."""

    def __init__(self, database: Documents) -> None:
        self._leaders = database["leaders"]

    def lead(self, job: str, owner: str, seconds: float) -> int | None:
        """Take or lengthen the lead of a job by the server's clock; None while somebody else leads.

        The number given is the token of this lead, larger than that of any lead before it.
        """
        token = self._take(job, owner, seconds)
        if token is not None:
            return token
        try:
            self._leaders.insert_one({"_id": job, "owner": None, "until": LONG_AGO})
        except DuplicateKeyError:
            return None
        return self._take(job, owner, seconds)

    def _take(self, job: str, owner: str, seconds: float) -> int | None:
        until = {"$add": ["$$NOW", int(seconds * 1000)]}
        mine = {"$eq": ["$owner", {"$literal": owner}]}
        mine_or_over = {"$or": [mine, {"$lte": ["$until", "$$NOW"]}]}
        # The time, so that tokens rise even if this document is lost; or one more, if the clock was put back.
        next_token = {"$max": [{"$toLong": "$$NOW"}, {"$add": [{"$ifNull": ["$token", 0]}, 1]}]}
        token = {"$cond": [mine, {"$ifNull": ["$token", next_token]}, next_token]}
        led = self._leaders.find_one_and_update(
            {"_id": job, "$expr": mine_or_over},
            [{"$set": {"owner": {"$literal": owner}, "at": "$$NOW", "until": until, "token": token}}],
            return_document=ReturnDocument.AFTER,
        )
        return None if led is None else int(led["token"])

    def hand_over(self, job: str, owner: str) -> None:
        """Give the lead away, if it is ours, so that the next one has a larger token."""
        self._leaders.update_one({"_id": job, "owner": owner}, {"$set": {"owner": None, "until": LONG_AGO}})

    def is_led(self, job: str) -> bool:
        """Whether anybody leads a job now, by the server's clock."""
        return self._leaders.find_one({"_id": job, "$expr": {"$gt": ["$until", "$$NOW"]}}) is not None

    def seconds_since(self, job: str) -> float | None:
        """How long ago the last leader of a job said that it leads, None if none ever did."""
        found = self._leaders.find_one({"_id": job}, {"age": {"$subtract": ["$$NOW", "$at"]}})
        return None if found is None or found.get("age") is None else float(found["age"]) / 1000

    def resign(self, job: str, owner: str) -> None:
        """Give the lead away, if it is ours."""
        self._leaders.delete_one({"_id": job, "owner": owner})
