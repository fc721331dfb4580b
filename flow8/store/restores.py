"""The mark of a restore that is under way: until it is taken away, nothing else may use the database."""

from typing import Final

from flow8.clock import utc_now
from flow8.errors import Conflict, Unavailable
from flow8.store.database import Documents, faults_in_words
from flow8.store.dump import names

_ONE: Final = {"_id": "restore"}
_SMALL: Final = ("migrations",)
"""What every process that starts writes, also into a database that nobody uses."""


class Restores:
    """The collection `restores`: one document, while a restore goes on or after it died."""

    def __init__(self, database: Documents) -> None:
        self._database = database
        self._restores = database["restores"]

    def must_be_over(self) -> None:
        """Go on only when no restore is half done.

        Raises:
            Unavailable: one is.
        """
        if self._restores.find_one(_ONE) is not None:
            raise Unavailable(
                "A restore into this database is not complete. Run ./flow8core restore again with the same "
                "file, or name another database with MONGODB_DB."
            )

    def begin(self) -> None:
        """Mark the database, and empty it of what a restore left that died.

        Raises:
            Conflict: DATABASE_NOT_EMPTY, somebody uses it.
        """
        with faults_in_words():
            if self._restores.find_one(_ONE) is None:
                self._must_be_empty()
                self._restores.insert_one({**_ONE, "at": utc_now()})
            for name in names(self._database):
                self._database.drop_collection(name)

    def _must_be_empty(self) -> None:
        full = [
            name
            for name in names(self._database)
            if name not in _SMALL and self._database[name].find_one({}, {"_id": 1}) is not None
        ]
        if full:
            raise Conflict(
                f"The database '{self._database.name}' is not empty (it has {', '.join(full[:5])}). Restore "
                "into an empty one: set MONGODB_DB to a new name, or DATA_DIR to a new folder.",
                code="DATABASE_NOT_EMPTY",
            )

    def finish(self) -> None:
        """Take the mark away."""
        with faults_in_words():
            self._restores.delete_one(_ONE)
