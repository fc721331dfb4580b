"""The MongoDB queue: its jobs, who holds them, and the bells that wake consumers.

A job carries a play's id and nothing else; the play itself is stored with majority and journal before. So
jobs are written with `w=1` and no wait for the journal: a job that a crash of MongoDB loses is rung again
by the sweep, and nobody should wait for a disk twice.

Times are the server's (`$$NOW`), so clients whose clocks differ agree on who holds what.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bson import Binary, Timestamp
from pymongo import ASCENDING, CursorType, ReadPreference, timeout
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.errors import BulkWriteError, OperationFailure

from flow8.ids import new_id
from flow8.store.database import QUICK, Document, Documents, faults_in_words

JOBS: Final = "queue_jobs"
BELLS: Final = "queue_bells"
PROBES: Final = "probes"
BELLS_SIZE: Final = 64 * 1024  # about a thousand rings: a tail further behind starts again
WAITING: Final = datetime(1970, 1, 1, tzinfo=UTC)  # `visibleAt` of a job that nobody holds
NAMESPACE_EXISTS: Final = 48
DUPLICATE_KEY: Final = 11000


@dataclass(frozen=True)
class Job:
    """One message of a queue; of two waiting jobs the one with the lower priority number goes first."""

    id: str
    queue: str
    payload: bytes
    priority: int = 0


class QueueJobs:
    """The jobs of all queues in one database. Every method may raise `Unavailable`; all are thread-safe."""

    def __init__(self, database: Documents) -> None:
        self._database = database
        self._jobs = self._collection(JOBS)
        self._bells = self._collection(BELLS)
        self._has_bells = False

    def _collection(self, name: str) -> Collection[Document]:
        return self._database.get_collection(
            name, write_concern=QUICK, read_preference=ReadPreference.PRIMARY
        )

    def ensure_indexes(self) -> None:
        """Make the index and the capped collection of bells where they are missing."""
        with faults_in_words():
            keys = [("queue", ASCENDING), ("visibleAt", ASCENDING), ("priority", ASCENDING)]
            self._jobs.create_index([*keys, ("at", ASCENDING)], name="next")
            self._make_bells()

    def probe(self, seconds: float = 2.0) -> None:
        """Put a job into a queue that nobody serves, and take it away, waiting at most `seconds`."""
        probe = _document(Job(new_id(), PROBES, b""))
        with faults_in_words(), timeout(seconds):
            self._jobs.insert_one(probe)
            self._jobs.delete_one({"_id": probe["_id"]})

    def put_many(self, jobs: Sequence[Job]) -> None:
        """Store jobs and ring for their queues. A job that is stored already is left as it is."""
        if not jobs:
            return
        with faults_in_words():
            try:
                self._jobs.insert_many([_document(job) for job in jobs], ordered=False)
            except BulkWriteError as problem:
                _raise_unless_stored_before(problem)
            self._ring({job.queue for job in jobs})

    def claim(self, queue: str, owner: str, limit: int, visible_seconds: float) -> list[Job]:
        """Take up to `limit` waiting jobs for `owner`; nobody else gets them for `visible_seconds`.

        They come by priority, then in the order of their arrival at the server. Fewer than `limit` means
        that no more were waiting.
        """
        won: list[Job] = []
        with faults_in_words():
            while len(won) < limit:
                wanted = limit - len(won)
                found = self._first_waiting(queue, wanted)
                won += self._take(found, owner, visible_seconds)
                if len(found) < wanted:
                    break
        return won

    def _first_waiting(self, queue: str, limit: int) -> list[Job]:
        order = [("priority", ASCENDING), ("at", ASCENDING)]
        found = self._jobs.find({"queue": queue, "visibleAt": WAITING}, sort=order, limit=limit)
        return [Job(each["_id"], queue, bytes(each["payload"]), each["priority"]) for each in found]

    def _take(self, found: list[Job], owner: str, visible_seconds: float) -> list[Job]:
        if not found:
            return []
        ids = [job.id for job in found]
        taken = self._jobs.update_many(
            {"_id": {"$in": ids}, "visibleAt": WAITING},
            [{"$set": {"owner": owner, "visibleAt": _in(visible_seconds)}}],
        )
        if taken.modified_count == len(ids):
            return found
        mine = {each["_id"] for each in self._jobs.find({"_id": {"$in": ids}, "owner": owner}, {"_id": 1})}
        return [job for job in found if job.id in mine]

    def renew(self, owner: str, ids: Iterable[str], visible_seconds: float) -> int:
        """Hold these jobs of `owner` for `visible_seconds` from now; how many it still held."""
        with faults_in_words():
            renewed = self._jobs.update_many(
                {"_id": {"$in": list(ids)}, "owner": owner},
                [{"$set": {"visibleAt": _in(visible_seconds)}}],
            )
            return renewed.matched_count

    def remove_many(self, ids: Iterable[str]) -> None:
        """Forget jobs that are done, whoever holds them by now."""
        with faults_in_words():
            self._jobs.delete_many({"_id": {"$in": list(ids)}})

    def give_back(self, queue: str, owner: str, ids: Iterable[str]) -> None:
        """Let others have these jobs of `owner` at once, at their old place in the queue."""
        with faults_in_words():
            self._jobs.update_many({"_id": {"$in": list(ids)}, "owner": owner}, _RELEASE)
            self._ring({queue})

    def give_back_overdue(self, queue: str) -> int:
        """Let others have the jobs whose holders did not renew them in time; how many there were."""
        overdue = {"queue": queue, "visibleAt": {"$gt": WAITING}, "$expr": {"$lte": ["$visibleAt", "$$NOW"]}}
        with faults_in_words():
            return self._jobs.update_many(overdue, _RELEASE).modified_count

    def count(self, queue: str) -> int:
        """How many jobs the queue has, held ones included."""
        with faults_in_words():
            return self._jobs.count_documents({"queue": queue})

    def waiting(self, queue: str) -> int:
        """How many jobs of the queue nobody holds."""
        with faults_in_words():
            return self._jobs.count_documents({"queue": queue, "visibleAt": WAITING})

    def clear(self, queue: str) -> None:
        """Forget every job of the queue, held ones included."""
        with faults_in_words():
            self._jobs.delete_many({"queue": queue})

    def nudge(self) -> None:
        """Make every `bells` return at once without ringing for a queue."""
        with faults_in_words():
            self._ring({""})

    def bells(self, silence: float) -> Generator[str | None, None, None]:
        """The name of each queue that is rung, as it happens; `None` after `silence` seconds without one.

        It starts with rings of the past, so that none is missed between a look at the queue and this call.
        It ends when the server ends it; the caller starts anew.
        """
        with faults_in_words():
            self._make_bells()
            with closing(self._tail(silence)) as tail:
                while tail.alive:
                    for bell in tail:
                        yield bell["queue"]
                    yield None

    def _tail(self, silence: float) -> Cursor[Document]:
        tail = self._bells.find(cursor_type=CursorType.TAILABLE_AWAIT)
        return tail.max_await_time_ms(max(1, int(silence * 1000)))

    def _ring(self, queues: set[str]) -> None:
        if not self._has_bells:
            self._make_bells()
        for queue in sorted(queues):
            self._bells.insert_one({"queue": queue})

    def _make_bells(self) -> None:
        try:
            self._database.create_collection(BELLS, check_exists=False, capped=True, size=BELLS_SIZE)
        except OperationFailure as problem:
            if problem.code != NAMESPACE_EXISTS:
                raise
        if not self._bells.options().get("capped"):
            self._database.command("convertToCapped", BELLS, size=BELLS_SIZE)
        if self._bells.find_one() is None:
            self._bells.insert_one({"queue": ""})  # a tail of an empty capped collection ends at once
        self._has_bells = True


_RELEASE: Final = {"$set": {"visibleAt": WAITING}, "$unset": {"owner": ""}}


def _document(job: Job) -> Document:
    return {
        "_id": job.id,
        "queue": job.queue,
        "visibleAt": WAITING,
        "priority": job.priority,
        "at": Timestamp(0, 0),  # the server puts its own time and a running number here
        "payload": Binary(job.payload),
    }


def _in(seconds: float) -> Document:
    return {"$add": ["$$NOW", int(seconds * 1000)]}


def _raise_unless_stored_before(problem: BulkWriteError) -> None:
    errors = (problem.details or {}).get("writeErrors", [])
    concern_errors = (problem.details or {}).get("writeConcernErrors", [])
    if concern_errors or any(error["code"] != DUPLICATE_KEY for error in errors):
        raise problem
