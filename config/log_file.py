"""LOG_FILE: several processes append to it, and whichever finds it full puts it aside."""

import contextlib
import fcntl
import gzip
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LARGEST: Final = 100 * 1024 * 1024
KEPT: Final = 10
LOOK_SECONDS: Final = 1.0
PIECE: Final = 64 * 1024
PAUSE_SECONDS: Final = 0.01
"""Between two pieces, so that compressing holds up nothing else in the process."""


class LogFile:
    """The file at `path`. At `largest` bytes it becomes `path.1`, and soon `path.1.gz`; `kept` of these stay.

    Every process looks once a second whether the file is still the one it has open, so that for a second
    longer some lines go to the one put aside: it is compressed after that.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, largest: int = LARGEST, kept: int = KEPT) -> None:
        self._path, self._largest, self._kept = path, largest, kept
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._opened()
        self._look_at = 0.0

    def write(self, line: bytes) -> None:
        """Append one line by a single write.

        Raises:
            OSError: it cannot be written.
        """
        if time.monotonic() >= self._look_at:
            self._look()
        os.write(self._file, line)

    def close(self) -> None:
        """Close it."""
        with contextlib.suppress(OSError):
            os.close(self._file)

    def _opened(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)

    def _look(self) -> None:
        self._look_at = time.monotonic() + LOOK_SECONDS
        if self._is_still_there() and os.fstat(self._file).st_size >= self._largest:
            self._put_aside()
        if not self._is_still_there():
            self.close()
            self._file = self._opened()

    def _is_still_there(self) -> bool:
        try:
            there, ours = self._path.stat(), os.fstat(self._file)
        except OSError:
            return False
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)

    def _put_aside(self) -> None:
        with self._alone() as alone:
            # Looked at again: another process may have been faster.
            if not alone or not self._is_still_there():
                return
            for number in range(self._kept, 0, -1):
                for end in ("", ".gz"):
                    self._move_on(number, end)
            self._path.rename(self._aside(1))
        threading.Thread(target=self._compress_later, name="log-file", daemon=True).start()

    def _move_on(self, number: int, end: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            if number == self._kept:
                self._aside(number, end).unlink()
            else:
                self._aside(number, end).rename(self._aside(number + 1, end))

    def _compress_later(self) -> None:
        time.sleep(2 * LOOK_SECONDS)
        with contextlib.suppress(OSError), self._alone() as alone:
            for number in range(1, self._kept + 1) if alone else ():
                if self._has_rested(self._aside(number)):
                    self._compress(self._aside(number), self._aside(number, ".gz"))

    def _has_rested(self, file: Path) -> bool:
        """Whether it is there, and put aside so long ago that everybody has noticed."""
        try:
            return time.time() - file.stat().st_ctime >= LOOK_SECONDS
        except FileNotFoundError:
            return False

    def _compress(self, source: Path, target: Path) -> None:
        draft = target.with_name(f"{self._path.name}.gz.new")
        with source.open("rb") as whole, gzip.open(draft, "wb") as packed:
            while piece := whole.read(PIECE):
                packed.write(piece)
                time.sleep(PAUSE_SECONDS)
        shutil.copymode(source, draft)
        draft.rename(target)
        source.unlink()

    def _aside(self, number: int, end: str = "") -> Path:
        return self._path.with_name(f"{self._path.name}.{number}{end}")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether no other process puts files aside meanwhile."""
        with self._path.with_name(f"{self._path.name}.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
            else:
                yield True
