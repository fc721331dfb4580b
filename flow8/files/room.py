"""Where files are taken in, handed out and let go: the shelf for their bytes, the store for whose they are.

What waits for a disk is done beside the loop. A process that runs on gevent therefore hands in, at its boot:

    room.in_native_thread = gevent.get_hub().threadpool.apply
"""

import errno
import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, Final, TypeVar

from config.settings import Settings
from flow8.domain.file_value import safe_name, safe_type
from flow8.errors import Flow8Error, NotFound, TooLarge, Unavailable
from flow8.files.local import LocalShelf
from flow8.files.shelf import Draft, Shelf
from flow8.ids import new_id
from flow8.store import Store
from flow8.store.database import faults_in_words
from flow8.store.files import FileRecord

BLOCK: Final = 256 * 1024
"""So much is written, read and sent at once; nobody holds more than two of them in memory."""
MEBIBYTE: Final = 1024 * 1024
LATER: Final = timedelta(minutes=10)
AT_ONCE: Final = 8
"""So many files are removed at a time."""
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})

log = logging.getLogger("files")

T = TypeVar("T")


def _right_here(work: Callable[[], Any]) -> Any:
    return work()


in_native_thread: Callable[[Callable[[], Any]], Any] = _right_here
"""Runs the work in a thread of the operating system and waits for it; set once, at boot."""


@dataclass(frozen=True)
class Maker:
    """Who makes a file: the id of a user, a key or a play, and how people know it. A play holds its own."""

    owner: str
    name: str
    play_id: str | None = None


class Opened:
    """A file that is open for reading, once. Whoever does not read it to its end closes it."""

    def __init__(self, record: FileRecord, stream: BinaryIO) -> None:
        self.record = record
        self._stream = stream

    def pieces(self, start: int = 0, size: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` on, at most `size`, in pieces; the file is closed after the last.

        Raises:
            Unavailable: they cannot be read now.
        """
        left = self.record.size - start if size is None else size
        try:
            if start:
                _apart(lambda: self._stream.seek(start))
            while left > 0 and (piece := self._read(min(left, BLOCK))):
                left -= len(piece)
                yield piece
        finally:
            self.close()

    def _read(self, size: int) -> bytes:
        return _apart(lambda: self._stream.read(size))

    def close(self) -> None:
        """Close it; twice is once."""
        self._stream.close()


class FileRoom:
    """The files of every company, as one process uses them."""

    def __init__(self, settings: Settings, store: Store, shelf: Shelf) -> None:
        self._records = store.files
        self._now = store.clock.now
        self._shelf = shelf
        self._most = settings.max_file_size_mb * MEBIBYTE
        self._cadence = settings.retention_files_cadence

    def receive(
        self, company_id: str, maker: Maker, name: str, media_type: str, pieces: Iterable[bytes]
    ) -> FileRecord:
        """Take in a file while it arrives. When this returns it is on disk; when it raises, nothing is left.

        Raises:
            TooLarge: it has more than MAX_FILE_SIZE_MB.
            Unavailable: DISK_FULL, STORAGE_FAILED, or MongoDB does not answer.
        """
        arriving = _Arriving(self._shelf, self._most)
        try:
            for block in _blocks(pieces):
                arriving.add(block)
            arriving.seal()
            with faults_in_words():
                now = self._now()
            record = FileRecord(
                id=new_id(),
                company_id=company_id,
                name=safe_name(name),
                type=safe_type(media_type),
                size=arriving.size,
                sha256=arriving.sha256,
                owner=maker.owner,
                created_at=now,
                created_by=maker.name,
                play_ids=() if maker.play_id is None else (maker.play_id,),
            )
            with faults_in_words():
                self._records.create(record, now + self._cadence)
            arriving.keep(record.company_id, record.id)
        except BaseException:
            arriving.drop()
            raise
        return record

    def bring_back(self, company_id: str, file_id: str, pieces: Iterable[bytes]) -> None:
        """Put the bytes of a file, which is known already, where they lay once; any that are there go.

        Raises:
            Unavailable: DISK_FULL or STORAGE_FAILED.
        """
        arriving = _Arriving(self._shelf, None)
        try:
            for block in _blocks(pieces):
                arriving.add(block)
            arriving.seal()
            arriving.keep(company_id, file_id)
        except BaseException:
            arriving.drop()
            raise

    def find(self, company_id: str, file_id: str) -> FileRecord | None:
        """What is known of a file."""
        with faults_in_words():
            return self._records.get(company_id, file_id)

    def find_all(self, company_id: str, file_ids: Collection[str]) -> dict[str, FileRecord]:
        """What is known of these files, by id; those that are not there are left out."""
        with faults_in_words():
            found = self._records.of_ids(company_id, file_ids) if file_ids else []
        return {record.id: record for record in found}

    def open(self, record: FileRecord) -> Opened:
        """A file for reading.

        Raises:
            NotFound: FILE_GONE, its bytes are not in this process's reach.
            Unavailable: it cannot be read now.
        """
        return Opened(record, _apart(lambda: self._shelf.open(record.company_id, record.id)))

    def held_by(self, company_id: str, play_id: str, file_ids: Collection[str] | None = None) -> list[str]:
        """The ids of the files that a play may use: all, or those of `file_ids` among them."""
        if file_ids is not None and not file_ids:
            return []
        with faults_in_words():
            return self._records.of_play(company_id, play_id, file_ids)

    def hold(self, company_id: str, play_id: str, file_ids: Collection[str]) -> None:
        """Let a play use files, and keep them as long as the play is there.

        Raises:
            NotFound: FILE_NOT_FOUND, one of them is gone.
        """
        if not file_ids:
            return
        with faults_in_words():
            due = self._now() + self._cadence
            if self._records.hold(company_id, file_ids, play_id, due) != len(set(file_ids)):
                raise NotFound("A file that was given is not there any more.", code="FILE_NOT_FOUND")

    def let_go_soon(self, play_ids: Collection[str]) -> bool:
        """These plays are about to go: whatever dies now, files that only they hold go with a clean-up.

        False when they hold no file at all.
        """
        with faults_in_words():
            return self._records.let_go_soon(play_ids, self._now())

    def let_go(self, play_ids: Collection[str]) -> None:
        """These plays are gone: files that only they held go with the next clean-up."""
        with faults_in_words():
            self._records.let_go(play_ids, self._now())

    def discard(self, company_id: str, file_ids: Collection[str]) -> None:
        """Remove at once what no play took of these files. What does not work goes with a clean-up."""
        if not file_ids:
            return
        with suppress(Unavailable), faults_in_words():
            self._records.free(company_id, file_ids, self._now())
            found = self._records.of_ids(company_id, file_ids)
            self._remove([record for record in found if not record.play_ids])

    def clean_up(self, limit: int) -> tuple[int, int]:
        """Look at files that are due, at most `limit`: how many there were, how many were removed."""
        found = list(self._records.due(self._now(), limit))
        plays = self._records.held(found)
        held = [record for record in found if not plays.isdisjoint(record.play_ids)]
        self._records.put_off(held, self._now() + self._cadence)
        return len(found), self._remove([record for record in found if record not in held])

    def sweep_drafts(self, seconds: float) -> int:
        """Remove what processes that died had begun to write, so long ago; how many there were."""
        return _apart(lambda: self._shelf.sweep(seconds))

    def _remove(self, records: Collection[FileRecord]) -> int:
        """First nobody finds them, then their bytes go, then their records: a crash between is mended later.

        One that cannot be removed now keeps no other from it, and is looked at again soon.
        """
        given_up = self._records.give_up(records, self._now())
        stuck = _apart(lambda: self._drop_bytes(given_up))
        self._records.put_off(stuck, self._now() + LATER)
        ids = {record.id for record in stuck}
        return self._records.remove([record for record in given_up if record.id not in ids])

    def _drop_bytes(self, records: Sequence[FileRecord]) -> list[FileRecord]:
        """Remove the bytes, several at a time, since each waits for its disk; those that could not be."""
        if len(records) <= AT_ONCE:
            refused = [self._refused(record) for record in records]
        else:
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="files") as threads:
                refused = list(threads.map(self._refused, records))
        return [record for record, error in zip(records, refused, strict=True) if error is not None]

    def _refused(self, record: FileRecord) -> OSError | None:
        try:
            self._shelf.remove(record.company_id, record.id)
        except OSError as error:
            log.error("files: %s is not removed: %s", record.id, error)  # noqa: TRY400 - the sentence is enough
            return error
        return None


def room_of(settings: Settings, store: Store) -> FileRoom:
    """The files of an installation, in its data directory."""
    return FileRoom(settings, store, LocalShelf(settings.data_dir / "data" / "attachments"))


class _Arriving:
    """A file on its way: its size and its digest so far, and the draft on the shelf."""

    def __init__(self, shelf: Shelf, most: int | None) -> None:
        self.size = 0
        self._most = most
        self._shelf = shelf
        self._digest = hashlib.sha256()
        self._draft: Draft | None = None

    @property
    def sha256(self) -> str:
        """The digest in hex."""
        return self._digest.hexdigest()

    def add(self, block: bytes) -> None:
        """Write one more block."""
        self.size += len(block)
        if self._most is not None and self.size > self._most:
            raise TooLarge(
                f"The file is larger than the {self._most // MEBIBYTE} MiB that MAX_FILE_SIZE_MB allows."
            )
        _apart(lambda: self._write(block))

    def _write(self, block: bytes) -> None:
        self._digest.update(block)
        self._begun().write(block)

    def seal(self) -> None:
        """Wait until it is on disk."""
        _apart(lambda: self._begun().seal())

    def keep(self, company_id: str, file_id: str) -> None:
        """Give it its place."""
        _apart(lambda: self._begun().keep(company_id, file_id))

    def drop(self) -> None:
        """Forget it."""
        if self._draft is not None:
            self._draft.drop()

    def _begun(self) -> Draft:
        if self._draft is None:
            self._draft = self._shelf.begin()
        return self._draft


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that are worth a way to the disk."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield b"".join(waiting)
            waiting.clear()
            size = 0
    if waiting:
        yield b"".join(waiting)


def _apart(work: Callable[[], T]) -> T:
    """What `work` gives, done beside the loop; what the system refuses, in words.

    Raises:
        NotFound: FILE_GONE.
        Unavailable: DISK_FULL or STORAGE_FAILED.
    """
    given, refused = in_native_thread(lambda: _tried(work))
    if refused is not None:
        raise _in_words(refused) from refused
    result: T = given
    return result


def _tried(work: Callable[[], T]) -> tuple[T | None, OSError | None]:
    """A thread of the system would print whatever is raised in it."""
    try:
        return work(), None
    except OSError as error:
        return None, error


def _in_words(error: OSError) -> Flow8Error:
    if isinstance(error, FileNotFoundError):
        message = "The bytes of this file are not here; every process of flow8 needs the same DATA_DIR."
        return NotFound(message, code="FILE_GONE")
    log.error("files: %s", error)
    if error.errno in NO_ROOM:
        return Unavailable("There is no room left for files; tell who runs flow8.", code="DISK_FULL")
    return Unavailable(
        f"Files can neither be written nor read now ({error.strerror}).", code="STORAGE_FAILED"
    )
