"""A migration in many steps, and a program that does it and dies at a step it is told."""

import os
import signal
import sys
from itertools import count
from typing import Final

from config.settings import from_environment
from flow8.store.database import Document, Documents, open_database
from flow8.store.migrations import Migration, migrate

STEPS: Final = 10
AT_ONCE: Final = 40
LEASE_SECONDS: Final = 0.3
"""Short, so that nobody waits long for a lease of the dead."""


def split_names(database: Documents) -> bool:
    """Give a few people their names in parts; `marks` counts how often somebody got them."""
    todo = list(database["people"].find({"names": {"$exists": False}}).limit(AT_ONCE))
    for row in todo:
        todo_still: Document = {"_id": row["_id"], "names": {"$exists": False}}
        change: Document = {"$set": {"names": row["name"].split()}, "$inc": {"marks": 1}}
        database["people"].update_one(todo_still, change)
    return len(todo) == AT_ONCE


PEOPLE: Final = (
    Migration(1, "split names", split_names),
    Migration(2, "split the names of late comers", split_names),
)


def dying(step: int) -> list[Migration]:
    """The same migrations; the process is killed as it begins its step of this number."""
    steps = count()

    def begin(each: Migration, database: Documents) -> bool:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return each.step(database)

    return [
        Migration(each.number, each.name, lambda database, each=each: begin(each, database))  # type: ignore[misc]
        for each in PEOPLE
    ]


if __name__ == "__main__":
    migrate(open_database(from_environment()), dying(int(sys.argv[1])), lease_seconds=LEASE_SECONDS)
