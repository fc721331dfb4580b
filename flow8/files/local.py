"""The shelf in the data directory: `attachments/<company>/<end of id>/<id>`; drafts lie in `arriving`.

A file is written under a name of its own, is on disk whole, and only then gets its place: a crash leaves the
file or none. Every process that shall read it needs this folder.
"""

import os
import re
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Final

ARRIVING: Final = "arriving"
CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
ENDING: Final = 2
"""So many digits of an id, its random end, name the folder: 256 of them for each company."""

_ID: Final = re.compile(r"[0-9a-f]{24}")


class LocalDraft:
    """A file on its way into the folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._path = root / ARRIVING / f"{token_hex(12)}.part"
        self._file = os.open(self._path, CREATE, 0o600)

    def write(self, block: bytes) -> None:
        """Add a block."""
        left = memoryview(block)
        while left:
            left = left[os.write(self._file, left) :]

    def seal(self) -> None:
        """Wait until everything is on disk."""
        os.fsync(self._file)

    def keep(self, company_id: str, file_id: str) -> None:
        """Give the file its place."""
        place = _place(self._root, company_id, file_id)
        if not place.parent.is_dir():
            _make(place.parent, self._root)
        self._path.rename(place)
        _sync(place.parent)
        self._close()

    def drop(self) -> None:
        """Remove the file, if it has no place yet."""
        self._close()
        with suppress(OSError):
            self._path.unlink()

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class LocalShelf:
    """The shelf in a folder; safe among threads, greenlets and processes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def begin(self) -> LocalDraft:
        """A new draft."""
        (self._root / ARRIVING).mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalDraft(self._root)

    def open(self, company_id: str, file_id: str) -> BinaryIO:
        """The bytes of a file."""
        return os.fdopen(os.open(_place(self._root, company_id, file_id), READ), "rb", buffering=0)

    def remove(self, company_id: str, file_id: str) -> None:
        """Remove the bytes of a file."""
        with suppress(FileNotFoundError):
            _place(self._root, company_id, file_id).unlink()

    def sweep(self, seconds: float) -> int:
        """Remove drafts that nobody wrote to for so long."""
        removed, before = 0, time.time() - seconds
        with suppress(FileNotFoundError), os.scandir(self._root / ARRIVING) as found:
            for each in found:
                with suppress(FileNotFoundError):  # it was kept or dropped just now
                    if each.stat(follow_symlinks=False).st_mtime < before:
                        Path(each.path).unlink()
                        removed += 1
        return removed


def _place(root: Path, company_id: str, file_id: str) -> Path:
    """Where a file lies.

    Raises:
        ValueError: an id is none of ours; no text of anybody else becomes a path.
    """
    if not (_ID.fullmatch(company_id) and _ID.fullmatch(file_id)):
        raise ValueError("not the ids of a company and a file")
    return root / company_id / file_id[-ENDING:] / file_id


def _make(folder: Path, root: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in (root, folder.parent):
        _sync(each)


def _sync(folder: Path) -> None:
    opened = os.open(folder, FOLDER)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
