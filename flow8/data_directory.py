"""The data directory: its folders as the owner's document lays them out, and a lock for its one `up`."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from flow8.errors import Unavailable

FOLDERS = ("db", "data/flows", "data/attachments", "data/tmp", "logs", "tmp")
MONGODB = "mongodb"
KEYS = "keys"


def lay_out(folder: Path) -> None:
    """Make the folders that are missing and make sure that all can be written to.

    Raises:
        Unavailable: one cannot; the message says which, why and what to do.
    """
    for each in (folder, *(folder / name for name in FOLDERS)):
        try:
            each.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(
                f"mkdir: cannot create directory '{each}': {error.strerror}; {_way_out(folder)}"
            ) from None
        if not os.access(each, os.W_OK | os.X_OK):
            raise Unavailable(f"The directory '{each}' cannot be written to; {_way_out(folder)}")


def _way_out(folder: Path) -> str:
    user = os.getuid()
    return f"let user {user} write to '{folder}' (chown {user} '{folder}'), or set DATA_DIR to another."


def lock(folder: Path) -> IO[str]:
    """Claim the directory for as long as the answered file stays open.

    Raises:
        Unavailable: another `up` has it.
    """
    file = (folder / "up.lock").open("a+")
    if not _locked(file):
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise Unavailable(
            f"flow8 runs already with the data directory '{folder}' (process {holder}); "
            "stop it first, or set DATA_DIR to another."
        )
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def is_locked(folder: Path) -> bool:
    """Whether an `up` runs with this directory."""
    try:
        with (folder / "up.lock").open("a+") as file:
            return not _locked(file)
    except OSError:
        return False


def _locked(file: IO[str]) -> bool:
    """Try for a moment, because somebody may just be looking."""
    until = time.monotonic() + 0.5
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)
        else:
            return True
