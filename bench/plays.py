"""The plays of the measured flow8, as they stand in MongoDB."""

from bench.stage import OURS, Stage


def all_over(stage: Stage, database: str = OURS) -> bool:
    """Whether no play is unfinished: only those have a time at which they are due."""
    return stage.database(database)["plays"].find_one({"dueAt": {"$exists": True}}, {"_id": 1}) is None
