"""Local files.

Keeps the company's files in a folder of this machine. Every name on the way is opened on its own without
following links, so nothing outside the folder is ever reached, whatever a path says.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex

from flow8.kit import Failed, Fields, Stored, Surroundings, component
from flow8.kit.paths import storage_parts

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
NOT_OURS = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO, errno.EMLINK})
"""What the system says of a link, of a name under a file, of a folder, of a device nobody serves."""


class Config(Fields):
    """Nothing to choose: the folder is the company's."""


class Local:
    """Kind `storage` in a folder; safe among threads, greenlets and processes."""

    def __init__(self, _config: Config, surroundings: Surroundings) -> None:
        self._root = surroundings.files

    def read(self, path: str, *, max_bytes: int) -> bytes:
        """The bytes of a file.

        Raises:
            Failed: no such file, a path that leaves the root, or a file over `max_bytes`.
        """
        *folders, name = storage_parts(path)
        with _told(path), self._folder(folders, make=False) as folder:
            data = _read(folder, name, path, max_bytes + 1)
        if len(data) > max_bytes:
            raise Failed(f"The file {path!r} is larger than {max_bytes} bytes", final=True, code="TOO_LARGE")
        return data

    def write(self, path: str, data: bytes) -> Stored:
        """Write the whole file or nothing, replacing what was there, making folders as needed.

        Raises:
            Failed: a path that leaves the root, or a disk that refuses.
        """
        *folders, name = storage_parts(path)
        with _told(path), self._folder(folders, make=True) as folder:
            with suppress(FileNotFoundError):
                _check_regular(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode, path)
            _replace(folder, name, data)
        return Stored(path, len(data), hashlib.sha256(data).hexdigest())

    def check(self, *, seconds: float) -> str:
        """Write a file and take it away again.

        Raises:
            Failed: the disk refuses.
        """
        del seconds
        with _told("of the company"), self._folder([], make=True) as folder:
            name = f".{token_hex(8)}.part"
            os.close(os.open(name, CREATE, 0o600, dir_fd=folder))
            os.unlink(name, dir_fd=folder)
        return "A file was written to the company's folder and removed again."

    @contextmanager
    def _folder(self, names: list[str], *, make: bool) -> Iterator[int]:
        """The innermost folder, opened name by name from the root."""
        if make:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        here = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for name in names:
                inner = _inner(here, name, make=make)
                os.close(here)
                here = inner
            yield here
        finally:
            os.close(here)


def _inner(folder: int, name: str, *, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(name, mode=0o700, dir_fd=folder)
            os.fsync(folder)
    return os.open(name, FOLDER, dir_fd=folder)


def _read(folder: int, name: str, path: str, most: int) -> bytes:
    found = os.open(name, READ, dir_fd=folder)
    try:
        _check_regular(os.fstat(found).st_mode, path)
        with os.fdopen(found, "rb", closefd=False) as file:
            return file.read(most)
    finally:
        os.close(found)


def _replace(folder: int, name: str, data: bytes) -> None:
    """A file beside it first, whole and on disk, then its name: a crash leaves the old file or the new."""
    beside = f".{token_hex(8)}.part"
    try:
        with os.fdopen(os.open(beside, CREATE, 0o600, dir_fd=folder), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside, dir_fd=folder)
        raise
    os.fsync(folder)


def _check_regular(mode: int, path: str) -> None:
    if not stat.S_ISREG(mode):
        raise _not_a_file(path)


@contextmanager
def _told(path: str) -> Iterator[None]:
    """What the system refuses, told in the path's own words."""
    try:
        yield
    except FileNotFoundError as error:
        raise Failed(f"There is no file {path!r} in storage", code="FILE_NOT_FOUND") from error
    except OSError as error:
        if error.errno in NOT_OURS:
            raise _not_a_file(path) from error
        raise Failed(f"Storage refuses {path!r}: {error.strerror}", code="STORAGE_FAILED") from error


def _not_a_file(path: str) -> Failed:
    return Failed(f"{path!r} is or goes through a link, a folder or a device", final=True, code="NOT_A_FILE")


local = component(kind="storage", config=Config)(Local)
