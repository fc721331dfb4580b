"""Signatures of requests that were let in, so that none is let in twice."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from flow8.store.database import Documents


class Signatures:
    """The collection `signatures`: MongoDB removes those that are too old to be let in anyway."""

    def __init__(self, database: Documents) -> None:
        self._signatures = database["signatures"]

    def take(self, company_id: str, digest: str, until: datetime) -> bool:
        """Whether this signature is new; it is known until then. However many ask at once, one hears yes."""
        try:
            self._signatures.insert_one({"companyId": company_id, "digest": digest, "expiresAt": until})
        except DuplicateKeyError:
            return False
        return True

    def keep(self, company_id: str, digest: str, until: datetime) -> None:
        """Know a signature for longer."""
        mine = {"companyId": company_id, "digest": digest}
        self._signatures.update_one(mine, {"$max": {"expiresAt": until}})

    def forget(self, company_id: str, digest: str) -> None:
        """Let a signature in again: what it signed started nothing."""
        self._signatures.delete_one({"companyId": company_id, "digest": digest})
