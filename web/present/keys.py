"""API keys; the key itself is shown once, when it is made."""

from datetime import datetime

from typing_extensions import TypedDict

from flow8.store.api_keys import ApiKey


class KeyShape(TypedDict):
    """A key without its secret."""

    id: str
    name: str
    scopes: list[str]
    role: str
    tools: list[str] | None
    createdBy: str
    createdAt: datetime
    expiresAt: datetime | None
    lastUsedAt: datetime | None
    revokedAt: datetime | None


class MadeKeyShape(KeyShape):
    """A new key with its text, shown this once."""

    key: str


def key(found: ApiKey) -> KeyShape:
    """A key without its secret."""
    return {
        "id": found.id,
        "name": found.name,
        "scopes": list(found.scopes),
        "role": found.role,
        "tools": None if found.tools is None else list(found.tools),
        "createdBy": found.created_by,
        "createdAt": found.created_at,
        "expiresAt": found.expires_at,
        "lastUsedAt": found.last_used_at,
        "revokedAt": found.revoked_at,
    }


def made(new: ApiKey, text: str) -> MadeKeyShape:
    """A new key with its text."""
    return {**key(new), "key": text}
