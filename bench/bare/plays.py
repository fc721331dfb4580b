"""How the bare programs keep a play: an insert when it comes, an update when it ends, both journaled."""

from typing import Any, Final

from pymongo import ReturnDocument
from pymongo.collection import Collection

from bench.work import answer_to
from config.settings import from_environment
from flow8.ids import new_id
from flow8.store.database import QUICK, Document, Documents, open_database

ENDED: Final = "ended"
ENDED_SIZE: Final = 4 * 1024 * 1024


class BarePlays:
    """The plays of one process."""

    def __init__(self) -> None:
        self.database: Documents = open_database(from_environment())
        self.plays = self.database["plays"]
        self.ended: Collection[Document] = self.database.get_collection(ENDED, write_concern=QUICK)

    def insert(self, args: Any, state: str) -> str:
        """Store a new play."""
        play_id = new_id()
        self.plays.insert_one({"_id": play_id, "state": state, "args": args})
        return play_id

    def claim(self, play_id: str) -> Any:
        """Take a new play: its args."""
        taken = self.plays.find_one_and_update(
            {"_id": play_id, "state": "NEW"},
            {"$set": {"state": "RUN"}},
            return_document=ReturnDocument.AFTER,
        )
        return None if taken is None else taken["args"]

    def end(self, play_id: str, args: Any) -> dict[str, Any]:
        """Work the answer out and store it."""
        output = answer_to(args)
        self.plays.update_one({"_id": play_id, "state": "RUN"}, {"$set": {"state": "DONE", "output": output}})
        return output

    def output(self, play_id: str) -> Any:
        """The output of a play that ended; None before."""
        row = self.plays.find_one({"_id": play_id, "state": "DONE"}, {"output": 1})
        return None if row is None else row["output"]


def make_ended(database: Documents) -> None:
    """Make the capped collection through which a caller hears that its play ended."""
    if ENDED in database.list_collection_names():
        return
    database.create_collection(ENDED, capped=True, size=ENDED_SIZE)
    database[ENDED].insert_one({"play": ""})
