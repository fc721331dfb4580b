"""Drop the index `ended`: `ended_of_flow` begins the same, and names the flow without reading plays."""

from contextlib import suppress

from pymongo.errors import OperationFailure

from flow8.store.database import Documents


def step(database: Documents) -> bool:
    """Drop it; there is never more to do."""
    with suppress(OperationFailure):
        database["plays"].drop_index("ended")
    return False
