"""What the vault keeps: which master keys count, the data keys that they wrap, and secrets of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.ids import new_id
from flow8.store.database import Document, Documents

_ONE = {"_id": "masters"}


@dataclass(frozen=True)
class Accepted:
    """The ids of the master keys that open every data key; `coming` is one that does not yet open all."""

    ids: tuple[str, ...]
    coming: str | None = None


@dataclass(frozen=True)
class DataKey:
    """The key of a company's secrets in one version; `wraps` holds it encrypted, by the id of the master."""

    id: str
    company_id: str
    version: int
    wraps: dict[str, bytes] = field(repr=False)


class MasterKeys:
    """The collection `master_keys`: one document that names them all, so that every change of it is one."""

    def __init__(self, database: Documents) -> None:
        self._masters = database["master_keys"]

    def read(self) -> Accepted | None:
        """The master keys that count; None while nothing was ever sealed."""
        row = self._masters.find_one(_ONE)
        return None if row is None else Accepted(tuple(row["accepted"]), row["coming"])

    def begin(self, master_id: str) -> None:
        """Let this be the first master key, unless there is one."""
        try:
            self._masters.insert_one({**_ONE, "accepted": [master_id], "coming": None, "at": utc_now()})
        except DuplicateKeyError:
            return

    def announce(self, master_id: str) -> None:
        """Another master key is coming."""
        self._change({"$set": {"coming": master_id}})

    def accept(self, master_id: str) -> None:
        """From now on this master key opens everything, beside the others."""
        self._change({"$addToSet": {"accepted": master_id}, "$set": {"coming": None}})

    def accept_only(self, master_ids: Sequence[str]) -> None:
        """From now on no other master key counts."""
        self._change({"$set": {"accepted": list(master_ids), "coming": None}})

    def _change(self, update: Document) -> None:
        self._masters.update_one(_ONE, {**update, "$currentDate": {"at": True}})


class DataKeys:
    """The collection `data_keys`: for each company its versions, of which the highest seals."""

    def __init__(self, database: Documents) -> None:
        self._keys = database["data_keys"]

    def newest(self, company_id: str) -> DataKey | None:
        """The key that seals what a company keeps from now on."""
        row = self._keys.find_one({"companyId": company_id}, sort=[("version", -1)])
        return None if row is None else _data_key(row)

    def get(self, company_id: str, version: int) -> DataKey | None:
        """One version of a company's key."""
        row = self._keys.find_one({"companyId": company_id, "version": version})
        return None if row is None else _data_key(row)

    def add(self, company_id: str, version: int, wraps: dict[str, bytes]) -> DataKey | None:
        """Keep a new version; None when somebody else was first."""
        row = {"_id": new_id(), "companyId": company_id, "version": version, "wraps": wraps}
        try:
            self._keys.insert_one({**row, "createdAt": utc_now()})
        except DuplicateKeyError:
            return None
        return _data_key(row)

    def remove(self, company_id: str, key_id: str) -> None:
        """Forget a key for good: what it sealed can never be opened again."""
        self._keys.delete_one({"_id": key_id, "companyId": company_id})

    def wrap(self, company_id: str, key_id: str, master_id: str, wrapped: bytes) -> None:
        """Keep a key wrapped by one more master key."""
        mine = {"_id": key_id, "companyId": company_id}
        self._keys.update_one(mine, {"$set": {f"wraps.{master_id}": wrapped}})

    def companies(self) -> list[str]:
        """Every company that has keys."""
        return sorted(self._keys.distinct("companyId"))

    def versions(self, company_id: str) -> list[DataKey]:
        """All keys of a company, the newest last."""
        return [_data_key(row) for row in self._keys.find({"companyId": company_id}).sort("version", 1)]

    def count(self) -> int:
        """How many keys there are."""
        return self._keys.count_documents({})

    def unwrapped_by(self, master_id: str) -> Iterator[DataKey]:
        """Every key that this master key does not open."""
        lacking = {f"wraps.{master_id}": {"$exists": False}}
        yield from map(_data_key, self._keys.find(lacking).sort("_id", 1))

    def unwrap_from_others(self, master_id: str) -> int:
        """Leave every key to this master key alone; how many were wrapped by another one too."""
        # `$set` of an object merges it with the old one, so the wraps are taken away in between.
        steps: list[Document] = [
            {"$set": {"kept": f"$wraps.{master_id}"}},
            {"$unset": "wraps"},
            {"$set": {"wraps": {master_id: "$kept"}}},
            {"$unset": "kept"},
        ]
        mine = {f"wraps.{master_id}": {"$exists": True}}
        return self._keys.update_many(mine, steps).modified_count


def _data_key(row: Document) -> DataKey:
    wraps = {master: bytes(wrapped) for master, wrapped in row["wraps"].items()}
    return DataKey(row["_id"], row["companyId"], row["version"], wraps)


class OwnSecrets:
    """The collection `own_secrets`: what flow8 made up for itself once, sealed like every secret."""

    def __init__(self, database: Documents) -> None:
        self._secrets = database["own_secrets"]

    def read(self, name: str) -> str | None:
        """The sealed text of a secret; None while there is none."""
        row = self._secrets.find_one({"_id": name})
        return None if row is None else str(row["sealed"])

    def keep(self, name: str, sealed: str) -> None:
        """Keep a sealed text, unless there is one of this name."""
        try:
            self._secrets.insert_one({"_id": name, "sealed": sealed, "at": utc_now()})
        except DuplicateKeyError:
            return
