"""Tries to sign in, counted where every process sees them: each one is counted before it is looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.store.database import Document, Documents


@dataclass(frozen=True)
class Pace:
    """How many tries are free, and how long to pause behind them.

    The pause after each further try doubles from `first` to `longest`. After `forgotten` without a try the
    count begins anew.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta


class Attempts:
    """The collection `attempts`, one document for each account or address that somebody tries."""

    def __init__(self, database: Documents) -> None:
        self._attempts = database["attempts"]

    def begin(self, name: str, pace: Pace) -> datetime | None:
        """Count a try as if it had failed, in one write; the moment from which one may, when it is too early.

        By the server's clock; however many try at once, no more than the pace allows get through.
        """
        shut = self._attempts.find_one({"_id": name, "$expr": {"$gt": ["$blockedUntil", "$$NOW"]}})
        row = shut or self._count(name, pace)
        return None if row["admitted"] and shut is None else row["blockedUntil"]

    def _count(self, name: str, pace: Pace) -> Document:
        while True:
            try:
                row = self._attempts.find_one_and_update(
                    {"_id": name}, _counted(pace), upsert=True, return_document=ReturnDocument.AFTER
                )
            except DuplicateKeyError:
                continue  # Two of the first tries met, and the other one made it.
            return row or {}

    def undo(self, name: str) -> None:
        """The last try was a good one after all: it does not count, and nobody has to wait for it."""
        less = {"$max": [0, {"$subtract": ["$count", 1]}]}
        self._attempts.update_one({"_id": name}, [{"$set": {"count": less, "blockedUntil": None}}])

    def forget(self, name: str) -> None:
        """Begin anew with this account or address."""
        self._attempts.delete_one({"_id": name})


def _counted(pace: Pace) -> list[Document]:
    """One more try; one that meets a pause which somebody else just began changes nothing."""
    known = {"$cond": [{"$gt": ["$forgetAt", "$$NOW"]}, {"$ifNull": ["$count", 0]}, 0]}
    # The pause doubles; its exponent is bounded, since a long attack would overflow it.
    doublings = {"$min": [20, {"$subtract": ["$next", pace.free]}]}
    doubled = {"$multiply": [_ms(pace.first), {"$pow": [2, doublings]}]}
    pause = {"$toLong": {"$min": [_ms(pace.longest), doubled]}}
    # A free try shuts nothing, not even until now: the next one may have read the clock a moment before it.
    until = {"$cond": [{"$lt": ["$next", pace.free]}, None, {"$add": ["$$NOW", pause]}]}
    return [
        {"$set": {"admitted": {"$lte": [{"$ifNull": ["$blockedUntil", "$$NOW"]}, "$$NOW"]}}},
        {"$set": {"next": {"$add": [known, 1]}}},
        {
            "$set": {
                "count": {"$cond": ["$admitted", "$next", "$count"]},
                "blockedUntil": {"$cond": ["$admitted", until, "$blockedUntil"]},
                "forgetAt": {"$add": ["$$NOW", _ms(pace.forgotten)]},
            }
        },
        {"$unset": "next"},
    ]


def _ms(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)
