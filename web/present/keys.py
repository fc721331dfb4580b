"""API keys; the key itself is shown once, when it is made."""

from typing import Any

from flow8.store.api_keys import ApiKey


def key(found: ApiKey) -> dict[str, Any]:
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


def made(new: ApiKey, text: str) -> dict[str, Any]:
    """A new key with its text."""
    return {**key(new), "key": text}
