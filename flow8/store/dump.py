"""Whole collections on their way out of the database and back, as BSON that nobody reads on the way.

The format is that of mongodump's `.bson` files: the documents of a collection one after another, each as
https://bsonspec.org describes it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from bson import decode_file_iter, json_util
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from flow8.errors import Unavailable
from flow8.store.database import Document, Documents, faults_in_words

LEFT_OUT: Final = frozenset(
    {
        "sessions",
        "tickets",
        "trips",
        "attempts",
        "queue_jobs",
        "events",
        "leaders",
        "notice_paces",
        "restores",
        "probes",
    }
)
"""What is over by itself soon, or belongs to processes that run now."""

DEFINITIONS: Final = (
    "companies",
    "users",
    "user_groups",
    "access",
    "api_keys",
    "groups",
    "flows",
    "flow_versions",
    "channels",
    "schedules",
    "components",
    "links",
    "kv",
    "retention",
    "master_keys",
    "data_keys",
    "own_secrets",
    "migrations",
)
"""What people wrote and set up: everything but what happened."""

BATCH: Final = 1_000
BATCH_BYTES: Final = 8 * 1024 * 1024
TOO_OLD: Final = 239
"""MongoDB's code for a moment that it has forgotten."""

_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument, tz_aware=True)
_READ: CodecOptions[Document] = CodecOptions(tz_aware=True)


@dataclass(frozen=True)
class Dumped:
    """One collection in a file: how many documents and bytes, and their SHA-256."""

    name: str
    documents: int
    size: int
    sha256: str


def names(database: Documents) -> list[str]:
    """Every collection that belongs in a backup of everything."""
    kept = {"type": "collection", "options.capped": {"$ne": True}}
    found = database.list_collection_names(filter=kept)
    return sorted(name for name in found if name not in LEFT_OUT and not name.startswith("system."))


def dump(database: Documents, name: str, file: Path, session: ClientSession | None) -> Dumped:
    """Write a collection into a file.

    Raises:
        Unavailable: MongoDB does not answer, or the moment of the session lies too far back.
    """
    documents, size, digest = 0, 0, hashlib.sha256()
    with file.open("wb") as out:
        for raw in _raw(database, name, session):
            out.write(raw)
            digest.update(raw)
            documents, size = documents + 1, size + len(raw)
    return Dumped(name, documents, size, digest.hexdigest())


def _raw(database: Documents, name: str, session: ClientSession | None) -> Iterator[bytes]:
    collection: Collection[RawBSONDocument] = database[name].with_options(codec_options=_RAW)
    try:
        with faults_in_words():
            for document in collection.find({}, session=session, batch_size=BATCH):
                yield bytes(document.raw)
    except Unavailable as error:
        raise _forgotten(error) from error


def _forgotten(error: Unavailable) -> Unavailable:
    cause = error.__cause__
    if isinstance(cause, OperationFailure) and cause.code == TOO_OLD:
        return Unavailable(
            "MongoDB has forgotten the moment of this snapshot before all was read. Let it remember longer: "
            "db.adminCommand({setParameter: 1, minSnapshotHistoryWindowInSeconds: 3600}), then run it again."
        )
    return error


def rows(file: Path) -> Iterator[Document]:
    """The documents of a dumped collection; none when it was not there."""
    if file.exists():
        with file.open("rb") as stream:
            yield from decode_file_iter(stream, _READ)


def definitions(database: Documents, session: ClientSession | None) -> dict[str, list[Document]]:
    """What people wrote and set up, by collection."""
    with faults_in_words():
        return {name: list(database[name].find({}, session=session).sort("_id", 1)) for name in DEFINITIONS}


def as_json(told: Any) -> str:
    """Documents as MongoDB's Extended JSON, canonical, two spaces deep."""
    return json_util.dumps(told, json_options=json_util.CANONICAL_JSON_OPTIONS, indent=2)


def of_json(text: str) -> Any:
    """What `as_json` wrote. Raises ValueError or TypeError when it is something else."""
    return json_util.loads(text, json_options=json_util.CANONICAL_JSON_OPTIONS.with_options(tz_aware=True))


def load(database: Documents, name: str, stream: IO[bytes]) -> int:
    """Bring a dumped collection in; how many documents it had.

    Raises:
        Unavailable: MongoDB does not answer.
    """
    collection: Collection[RawBSONDocument] = database[name].with_options(codec_options=_RAW)
    count = 0
    for batch in _batches(stream):
        with faults_in_words():
            collection.insert_many(batch, ordered=False)
        count += len(batch)
    return count


def _batches(stream: IO[bytes]) -> Iterator[list[RawBSONDocument]]:
    batch: list[RawBSONDocument] = []
    size = 0
    for document in decode_file_iter(stream, _RAW):
        batch.append(document)
        size += len(document.raw)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def load_documents(database: Documents, name: str, documents: list[Document]) -> int:
    """Bring documents in as they are; how many."""
    with faults_in_words():
        for start in range(0, len(documents), BATCH):
            database[name].insert_many(documents[start : start + BATCH], ordered=False)
    return len(documents)


def queue_again(database: Documents) -> int:
    """Let plays that a worker held be taken by any other, at once; how many there were."""
    innocent = {"$max": [0, {"$subtract": [{"$ifNull": ["$crashes", 0]}, 1]}]}
    sooner = {"dueAt": "$$NOW", "notBefore": "$$NOW", "crashes": innocent}
    with faults_in_words():
        held = database["plays"].update_many(
            {"lease": {"$exists": True}}, [{"$set": sooner}, {"$unset": "lease"}]
        )
    return held.modified_count
