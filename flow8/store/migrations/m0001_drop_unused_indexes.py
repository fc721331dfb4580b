"""Drop indexes of earlier releases that nothing uses any more; whoever still has them only writes slower."""

from contextlib import suppress
from typing import Final

from pymongo.errors import OperationFailure

from flow8.store.database import Documents

GONE: Final = (("plays", "waiting"),)


def step(database: Documents) -> bool:
    """Drop them all; there is never more to do."""
    for collection, name in GONE:
        with suppress(OperationFailure):
            database[collection].drop_index(name)
    return False
