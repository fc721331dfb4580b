"""Copies of what happens in plays, in a capped collection that listeners tail. They may be lost."""

import time
from collections.abc import Iterator
from typing import Any

from pymongo import CursorType
from pymongo.errors import CollectionInvalid, OperationFailure

from flow8.store.database import QUICK, Document, Documents

CAPPED_BYTES = 32 * 1024 * 1024
WAIT_MS = 500


class Events:
    """The collection `events`."""

    def __init__(self, database: Documents) -> None:
        self._database = database
        self._events = database["events"].with_options(write_concern=QUICK)

    def ensure(self) -> None:
        """Make the capped collection, with one document in it: an empty one cannot be tailed."""
        try:
            self._database.create_collection("events", capped=True, size=CAPPED_BYTES)
            self._events.insert_one({"type": "opened"})
        except (CollectionInvalid, OperationFailure):
            if self._events.find_one() is None:
                self._events.insert_one({"type": "opened"})

    def add(self, batch: Document) -> None:
        """Publish a batch: its events under `events`."""
        self._events.insert_one(batch)

    def tail(self) -> Iterator[Document | None]:
        """Every event from now on, for ever; None once it follows, and where nothing came for half a second.

        Raises:
            pymongo.errors.PyMongoError: the connection broke, or events came faster than read; start again.
        """
        newest = self._events.find({}, {"_id": 1}).sort("$natural", -1).limit(1)
        last: Any = next((row["_id"] for row in newest), None)
        yield None
        while True:
            cursor = self._events.find(
                {"_id": {"$gt": last}} if last else {}, cursor_type=CursorType.TAILABLE_AWAIT
            )
            cursor.max_await_time_ms(WAIT_MS)
            while cursor.alive:
                for event in cursor:
                    last = event["_id"]
                    yield event
                yield None
            yield None
            time.sleep(0.05)  # an empty collection gives a dead cursor at once
