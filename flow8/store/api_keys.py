"""API keys. Of their secrets only hashes are kept."""

from dataclasses import dataclass
from datetime import datetime

from flow8.clock import utc_now
from flow8.store.database import QUICK, Document, Documents


@dataclass(frozen=True)
class ApiKey:
    """A key as it is kept: `id` is its public part, `digest` the SHA-256 of its secret part.

    `tools` are those that it may call with scope `mcp`; None for all.
    """

    id: str
    company_id: str
    name: str
    digest: str
    scopes: tuple[str, ...]
    role: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    tools: tuple[str, ...] | None = None


class ApiKeys:
    """The collection `api_keys`."""

    def __init__(self, database: Documents) -> None:
        self._keys = database["api_keys"]
        self._quick = self._keys.with_options(write_concern=QUICK)

    def create(self, key: ApiKey) -> None:
        """Keep a new key."""
        self._keys.insert_one(_key_document(key))

    def find(self, public_id: str) -> ApiKey | None:
        """The key of a public id, unless it is revoked or expired."""
        row = self._keys.find_one({"_id": public_id, "revokedAt": None})
        if row is None or (row["expiresAt"] is not None and row["expiresAt"] <= utc_now()):
            return None
        return _key(row)

    def page(self, company_id: str, *, skip: int, size: int) -> tuple[list[ApiKey], int]:
        """Keys of a company, newest first, revoked ones too, and how many there are in all."""
        found = self._keys.find({"companyId": company_id}).sort("createdAt", -1).skip(skip).limit(size)
        return [_key(row) for row in found], self._keys.count_documents({"companyId": company_id})

    def revoke(self, company_id: str, public_id: str) -> bool:
        """End a key; False when the company has no such key."""
        mine = {"_id": public_id, "companyId": company_id}
        return self._keys.update_one(mine, {"$set": {"revokedAt": utc_now()}}).matched_count == 1

    def remove_of(self, company_id: str) -> None:
        """Forget every key of a company."""
        self._keys.delete_many({"companyId": company_id})

    def was_used(self, company_id: str, public_id: str) -> None:
        """Note the last use; may be lost."""
        mine = {"_id": public_id, "companyId": company_id}
        self._quick.update_one(mine, {"$set": {"lastUsedAt": utc_now()}})


def _key_document(key: ApiKey) -> Document:
    return {
        "_id": key.id,
        "companyId": key.company_id,
        "name": key.name,
        "digest": key.digest,
        "scopes": list(key.scopes),
        "role": key.role,
        "createdBy": key.created_by,
        "createdAt": key.created_at,
        "expiresAt": key.expires_at,
        "lastUsedAt": key.last_used_at,
        "revokedAt": key.revoked_at,
        "tools": None if key.tools is None else list(key.tools),
    }


def _key(row: Document) -> ApiKey:
    return ApiKey(
        id=row["_id"],
        company_id=row["companyId"],
        name=row["name"],
        digest=row["digest"],
        scopes=tuple(row["scopes"]),
        role=row["role"],
        created_by=row["createdBy"],
        created_at=row["createdAt"],
        expires_at=row["expiresAt"],
        last_used_at=row["lastUsedAt"],
        revoked_at=row["revokedAt"],
        tools=None if row.get("tools") is None else tuple(row["tools"]),
    )
