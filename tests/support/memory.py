"""Folders in memory, for servers that wait for the disk after each write."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.sizes import is_full

MEMORY: Final = Path("/dev/shm")
ENOUGH: Final = 4 * 1024**3
"""Bytes that must be free: a MongoDB takes 300 MB before anything is in it, and several may run."""
PREFIX: Final = "flow8-tests-"


@contextmanager
def folder_in_memory(on_disk: Path) -> Iterator[Path]:
    """A folder in memory that goes with the test; `on_disk` where there is no room, and for the full size."""
    _remove_what_killed_runs_left()
    if is_full() or not _has_room():
        yield on_disk
        return
    named = f"{PREFIX}{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=named, dir=MEMORY, ignore_cleanup_errors=True) as made:
        yield Path(made)


def _has_room() -> bool:
    try:
        available = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text())
        return (
            available is not None and min(shutil.disk_usage(MEMORY).free, int(available[1]) * 1024) >= ENOUGH
        )
    except OSError:
        return False


def _remove_what_killed_runs_left() -> None:
    for folder in MEMORY.glob(f"{PREFIX}*"):
        maker = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not Path("/proc", maker).exists():
            shutil.rmtree(folder, ignore_errors=True)
