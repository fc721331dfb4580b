"""How migrations are done: one process at a time under a lease, step by step, so that any may die anywhere.

A migration is a function that does one bounded piece of work and says whether there is more. It keeps three
promises, which its test shows: done twice is done once; a step of a process that lost its lease does no harm;
and what it leaves, at each step, the release before can still read and write, so that old and new processes
run side by side.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from flow8.clock import utc_now
from flow8.errors import Unavailable
from flow8.ids import new_id
from flow8.store.database import Documents
from flow8.store.leaders import Leaders

JOB: Final = "migrations"
LEASE_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.2
PATIENCE_SECONDS: Final = 120.0
"""So long a start waits for another process that migrates; then it says so, and tries again later."""

log = logging.getLogger("migrations")


@dataclass(frozen=True)
class Migration:
    """A numbered change; `step` does a piece of it and answers whether there is more to do."""

    number: int
    name: str
    step: Callable[[Documents], bool]


def head(database: Documents) -> int:
    """The highest number that was done here; 0 for none."""
    newest = database["migrations"].find_one({}, sort=[("_id", -1)])
    return 0 if newest is None else int(newest["_id"])


def pending(database: Documents, migrations: Sequence[Migration]) -> list[Migration]:
    """Those that are not done yet. What a newer release did besides is none of ours."""
    done = {row["_id"] for row in database["migrations"].find({}, {"_id": 1})}
    return [each for each in migrations if each.number not in done]


def migrate(
    database: Documents, migrations: Sequence[Migration], *, lease_seconds: float = LEASE_SECONDS
) -> None:
    """Do what is not done yet, in order; when another process is at it, wait until it is through.

    Raises:
        Unavailable: it took the other one longer than anybody should wait at a start.
    """
    leaders, owner = Leaders(database), new_id()
    until = time.monotonic() + PATIENCE_SECONDS
    while left := pending(database, migrations):
        if leaders.lead(JOB, owner, lease_seconds):
            try:
                _do_first(database, migrations, lambda: leaders.lead(JOB, owner, lease_seconds) is not None)
            finally:
                leaders.resign(JOB, owner)
        elif time.monotonic() > until:
            names = ", ".join(each.name for each in left)
            raise Unavailable(f"Another process still changes what is stored ({names}); it goes on.")
        else:
            time.sleep(LOOK_SECONDS)


def _do_first(database: Documents, migrations: Sequence[Migration], still_leads: Callable[[], bool]) -> None:
    """Do the first that is left, unless whoever led before was through with it."""
    left = pending(database, migrations)
    if left:
        _do(database, left[0], still_leads)


def _do(database: Documents, migration: Migration, still_leads: Callable[[], bool]) -> None:
    """All steps of one migration, and the note that it is done; less when the lead was lost."""
    level = _level(database)
    log.log(level, "migration %d begins: %s", migration.number, migration.name)
    while migration.step(database):
        if not still_leads():
            return
    note = {"$set": {"name": migration.name, "doneAt": utc_now()}}
    database["migrations"].update_one({"_id": migration.number}, note, upsert=True)
    log.log(level, "migration %d is done: %s", migration.number, migration.name)


def _level(database: Documents) -> int:
    """At a first start there is nothing to change, and nothing to tell a newcomer of."""
    return logging.DEBUG if database["companies"].find_one({}, {"_id": 1}) is None else logging.INFO
