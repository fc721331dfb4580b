"""How many plays of one flow with one key run at once: who holds a slot."""

from pymongo.errors import DuplicateKeyError

from flow8.store.database import Documents


class Slots:
    """The collection `slots`: a document for each (flow, key), with the plays that hold it."""

    def __init__(self, database: Documents) -> None:
        self._slots = database["slots"]

    def take(self, company_id: str, slot_id: str, play_id: str, limit: int) -> bool:
        """Hold a slot, now or already; False while `limit` other plays hold it."""
        free = {f"holders.{limit - 1}": {"$exists": False}}
        mine = {"_id": slot_id, "companyId": company_id, "$or": [{"holders": play_id}, free]}
        try:
            self._slots.update_one(mine, {"$addToSet": {"holders": play_id}}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def holders(self, company_id: str, slot_id: str) -> list[str]:
        """The plays that hold a slot."""
        row = self._slots.find_one({"_id": slot_id, "companyId": company_id})
        return [] if row is None else list(row["holders"])

    def free(self, company_id: str, slot_id: str, play_ids: list[str]) -> None:
        """Let go of a slot for these plays."""
        mine = {"_id": slot_id, "companyId": company_id}
        self._slots.update_one(mine, {"$pull": {"holders": {"$in": play_ids}}})
