"""What is known of files, whose bytes lie on a shelf: whose they are, and which plays hold them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flow8.ids import new_id
from flow8.store.database import QUICK, Document, Documents


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
        # For what the sure write that follows it carries along, or what a clean-up finds again by itself.
        self._quick = self._files.with_options(write_concern=QUICK)
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

    def let_go_soon(self, play_ids: Collection[str], now: datetime) -> bool:
        """These plays are about to go: what only they hold is due, also if nobody comes to let go of it.

        False when they hold no file at all.
        """
        going = list(play_ids)
        alone = self._quick.update_many(_held_by_one_of(going), {"$set": {"dueAt": now}}).matched_count
        wanted = {"playIds": {"$in": going}, **_HELD_BY_SEVERAL}
        shared = [row["_id"] for row in self._files.find(wanted, {"_id": 1})]
        if shared:
            only = {"_id": {"$in": shared}, "playIds": {"$not": {"$elemMatch": {"$nin": going}}}}
            self._quick.update_many(only, {"$set": {"dueAt": now}})
        return bool(alone or shared)

    def let_go(self, play_ids: Collection[str], now: datetime) -> None:
        """These plays are gone, or were never there: what only they held is due at once."""
        gone = list(play_ids)
        self._quick.update_many(_held_by_one_of(gone), {"$set": {"playIds": [], "dueAt": now}})
        left: Document = {"$setDifference": ["$playIds", gone]}
        due = {"$cond": [{"$eq": [left, []]}, now, "$dueAt"]}
        shared = {"playIds": {"$in": gone}, **_HELD_BY_SEVERAL}
        self._quick.update_many(shared, [{"$set": {"playIds": left, "dueAt": due}}])

    def free(self, company_id: str, file_ids: Collection[str], now: datetime) -> None:
        """What nobody holds of these files is due at once."""
        wanted = {"companyId": company_id, "_id": {"$in": list(file_ids)}, "playIds": []}
        self._files.update_many(wanted, {"$set": {"dueAt": now}})

    def due(self, now: datetime, limit: int) -> Iterator[FileRecord]:
        """Files that it is time to look at, at most `limit`; also those that were being removed."""
        yield from map(file_record, self._files.find({"dueAt": {"$lte": now}}).sort("dueAt", 1).limit(limit))

    def held(self, records: Collection[FileRecord]) -> set[str]:
        """Those of the plays that hold these files that are there."""
        ids = list({play_id for record in records for play_id in record.play_ids})
        return {row["_id"] for row in self._plays.find({"_id": {"$in": ids}}, {"_id": 1})} if ids else set()

    def put_off(self, records: Collection[FileRecord], due_at: datetime) -> None:
        """Look at them again then."""
        if records:
            self._files.update_many({"_id": {"$in": _ids(records)}}, {"$set": {"dueAt": due_at}})

    def give_up(self, records: Collection[FileRecord], now: datetime) -> list[FileRecord]:
        """From here on these files are not there any more, but those that somebody took hold of meanwhile."""
        if not records:
            return []
        mark = new_id()
        gone = list({play_id for record in records for play_id in record.play_ids})
        as_seen = {
            "_id": {"$in": _ids(records)},
            "dueAt": {"$lte": now},
            "playIds": {"$not": {"$elemMatch": {"$nin": gone}}},
        }
        self._files.update_many(as_seen, {"$set": {"gone": mark}})
        marked = self._files.find({"_id": {"$in": _ids(records)}, "gone": mark}, {"_id": 1})
        ids = {row["_id"] for row in marked}
        return [record for record in records if record.id in ids]

    def remove(self, records: Collection[FileRecord]) -> int:
        """Forget files whose bytes are gone; how many there were."""
        if not records:
            return 0
        return self._quick.delete_many({"_id": {"$in": _ids(records)}}).deleted_count


def _ids(records: Collection[FileRecord]) -> list[str]:
    return [record.id for record in records]


def _held_by_one_of(play_ids: list[str]) -> Document:
    """Nearly all files: each is held by the one play that made it or was given it."""
    return {"playIds": {"$in": play_ids, "$size": 1}}


_HELD_BY_SEVERAL: Document = {"playIds.1": {"$exists": True}}
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
