"""What is known of files, whose bytes lie on a shelf: whose they are, and which plays hold them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flow8.store.database import Document, Documents


@dataclass(frozen=True)
class FileRecord:
    """A file that is there whole. `owner` is the user, key or play that made it; `play_ids` hold it."""

    id: str
    company_id: str
    name: str
    type: str
    size: int
    sha256: str
    owner: str
    created_at: datetime
    created_by: str
    play_ids: tuple[str, ...] = ()

    @property
    def value(self) -> dict[str, Any]:
        """The file value that stands for it."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "size": self.size,
            "sha256": self.sha256,
        }


class Files:
    """The collection `files`. `dueAt` says when to look whether any play that holds a file is still there."""

    def __init__(self, database: Documents) -> None:
        self._files = database["files"]
        self._plays = database["plays"]

    def create(self, record: FileRecord, due_at: datetime) -> None:
        """Keep what is known of a file, before its bytes get their name."""
        self._files.insert_one(
            {
                **record.value,
                "_id": record.id,
                "companyId": record.company_id,
                "owner": record.owner,
                "createdAt": record.created_at,
                "createdBy": record.created_by,
                "playIds": list(record.play_ids),
                "dueAt": due_at,
            }
        )

    def get(self, company_id: str, file_id: str) -> FileRecord | None:
        """One file."""
        return next(iter(self.of_ids(company_id, [file_id])), None)

    def of_ids(self, company_id: str, file_ids: Collection[str]) -> list[FileRecord]:
        """Those of these files that are there."""
        wanted = {"companyId": company_id, "_id": {"$in": list(file_ids)}, **_THERE}
        return [file_record(row) for row in self._files.find(wanted)]

    def of_play(self, company_id: str, play_id: str, file_ids: Collection[str] | None = None) -> list[str]:
        """The ids of the files that a play holds, or those of `file_ids` among them."""
        wanted: Document = {"companyId": company_id, "playIds": play_id, **_THERE}
        if file_ids is not None:
            wanted["_id"] = {"$in": list(file_ids)}
        return [row["_id"] for row in self._files.find(wanted, {"_id": 1})]

    def hold(self, company_id: str, file_ids: Collection[str], play_id: str, due_at: datetime) -> int:
        """Let a play hold files; how many of them are there."""
        wanted = {"companyId": company_id, "_id": {"$in": list(file_ids)}, **_THERE}
        change = {"$addToSet": {"playIds": play_id}, "$max": {"dueAt": due_at}}
        return self._files.update_many(wanted, change).matched_count

    def let_go(self, play_ids: Collection[str], now: datetime) -> None:
        """These plays are gone, or were never there: what only they held is due at once."""
        gone = list(play_ids)
        left: Document = {"$setDifference": ["$playIds", gone]}
        due = {"$cond": [{"$eq": [left, []]}, now, "$dueAt"]}
        self._files.update_many({"playIds": {"$in": gone}}, [{"$set": {"playIds": left, "dueAt": due}}])

    def free(self, company_id: str, file_ids: Collection[str], now: datetime) -> None:
        """What nobody holds of these files is due at once."""
        wanted = {"companyId": company_id, "_id": {"$in": list(file_ids)}, "playIds": []}
        self._files.update_many(wanted, {"$set": {"dueAt": now}})

    def due(self, now: datetime, limit: int) -> Iterator[FileRecord]:
        """Files that it is time to look at, at most `limit`; also those that were being removed."""
        yield from map(file_record, self._files.find({"dueAt": {"$lte": now}}).sort("dueAt", 1).limit(limit))

    def is_held(self, record: FileRecord) -> bool:
        """Whether a play that holds the file is there."""
        wanted = {"_id": {"$in": list(record.play_ids)}}
        return bool(record.play_ids) and self._plays.find_one(wanted, {"_id": 1}) is not None

    def put_off(self, record: FileRecord, due_at: datetime) -> None:
        """Look at it again then."""
        self._files.update_one({"_id": record.id}, {"$set": {"dueAt": due_at}})

    def give_up(self, record: FileRecord, now: datetime) -> bool:
        """From here on the file is not there any more; False when somebody took hold of it meanwhile."""
        as_seen = {"_id": record.id, "playIds": list(record.play_ids), "dueAt": {"$lte": now}}
        return self._files.update_one(as_seen, {"$set": {"gone": True}}).matched_count == 1

    def remove(self, record: FileRecord) -> None:
        """Forget a file whose bytes are gone."""
        self._files.delete_one({"_id": record.id})


_THERE: Document = {"gone": {"$exists": False}}


def file_record(row: Document) -> FileRecord:
    """A file of its document."""
    return FileRecord(
        id=row["_id"],
        company_id=row["companyId"],
        name=row["name"],
        type=row["type"],
        size=row["size"],
        sha256=row["sha256"],
        owner=row["owner"],
        created_at=row["createdAt"],
        created_by=row["createdBy"],
        play_ids=tuple(row["playIds"]),
    )
