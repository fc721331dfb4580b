"""What is looked at to tell whether a process can work: one line for each check.

Each answers with a word, of which one means that all is well. A check that tells of another process counts
only there: to take a web away because no scheduler leads would help nobody.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flow8.engine.engine import Engine
from flow8.errors import Unavailable
from flow8.files import room
from flow8.services.system import SCHEDULER
from flow8.vault import WrongKeys

PATIENCE_SECONDS: Final = 2.0
LEAST_FREE: Final = 64 * 1024 * 1024
"""So many bytes must be free, or a twentieth of a disk that is smaller than this makes it."""
PROBE: Final = b"flow8 looks whether it can write here\n" * 100
LONGEST_DUE: Final = 60.0
"""So long a play may be due before somebody should ask what the scheduler does."""
EVERYWHERE: Final = frozenset({"web", "worker", "scheduler", "mcp"})
IN_THE_SCHEDULER: Final = frozenset({"scheduler"})


@dataclass(frozen=True)
class Check:
    """One check: how it is made, its word for well, its word when it cannot be told, and where it counts.

    Its word is good for half a second, that for well for `keeps`; so long as `patience` MongoDB may take.
    """

    name: str
    well: str
    look: Callable[[Engine], str]
    away: str = "unknown"
    counts_in: frozenset[str] = EVERYWHERE
    keeps: float = 0.5
    patience: float = PATIENCE_SECONDS


def writes(engine: Engine) -> str:
    """Whether MongoDB takes a write, to a majority and to its journal."""
    engine.store.write_probe(engine.owner)
    return "connected"


def confirms(engine: Engine) -> str:
    """Whether the broker confirms a message."""
    engine.bell.probe()
    return "confirms"


def indexes(engine: Engine) -> str:
    """Whether every index is there."""
    return "missing" if engine.store.missing_indexes() else "present"


def migrated(engine: Engine) -> str:
    """Whether what is stored is as this release wants it."""
    return "left" if engine.store.migrations_left() else "done"


def keys(engine: Engine) -> str:
    """Whether this process opens the secrets of its database; without secrets there are no wrong keys."""
    try:
        engine.vault.verify()
    except WrongKeys:
        return "wrong"
    return "right"


def disk(engine: Engine) -> str:
    """Whether the data directory can be written to and has room."""
    folder = engine.settings.data_dir
    word: str = room.in_native_thread(lambda: _disk_word(folder))
    return word


def _disk_word(folder: Path) -> str:
    probe = folder / f".ready-{os.getpid()}"
    try:
        usage = shutil.disk_usage(folder)
        _write(probe)
    except OSError as error:
        return "full" if error.errno in room.NO_ROOM else "not writable"
    return "full" if usage.free < min(LEAST_FREE, usage.total // 20) else "writable"


def _write(probe: Path) -> None:
    try:
        with probe.open("wb") as file:
            file.write(PROBE)
            file.flush()
            os.fsync(file.fileno())
    finally:
        probe.unlink(missing_ok=True)


def leads(engine: Engine) -> str:
    """Whether any scheduler leads."""
    return "leads" if engine.store.leaders.is_led(SCHEDULER) else "nobody leads"


def rings(engine: Engine) -> str:
    """Whether every play that is due was rung for."""
    return "late" if engine.store.plays.longest_due() > LONGEST_DUE else "rung"


def drains(engine: Engine) -> str:
    """Whether this process takes up work."""
    return "draining" if engine.draining.is_set() else "serving"


MONGODB: Final = Check("mongodb", "connected", writes, away="disconnected")
CHECKS: Final = (
    MONGODB,
    Check("broker", "confirms", confirms, away="disconnected"),
    Check("indexes", "present", indexes, keeps=60.0, patience=20.0),
    Check("migrations", "done", migrated, keeps=60.0),
    Check("keys", "right", keys),
    Check("disk", "writable", disk),
    Check("scheduler", "leads", leads, counts_in=IN_THE_SCHEDULER),
    Check("plays", "rung", rings, counts_in=IN_THE_SCHEDULER),
    Check("process", "serving", drains, keeps=0.0),
)


def word_of(check: Check, engine: Engine) -> str:
    """The word that a check finds, however it fails."""
    try:
        with engine.store.within(check.patience):
            return check.look(engine)
    except Unavailable:
        return check.away
