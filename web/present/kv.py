"""Entries of KV; the value of a secret one is null, whoever asks."""

from typing import Any

from flow8.domain.kv import Scope
from flow8.services.kv import ShownEntry


def entry(found: ShownEntry) -> dict[str, Any]:
    """An entry; `rev` counts its values, and is what `If-Match` compares."""
    kept = found.entry
    return {
        "id": kept.id,
        "key": kept.key,
        "scope": kept.scope.value,
        "group": kept.scope_id if kept.scope is Scope.GROUP else None,
        "flowId": kept.scope_id if kept.scope is Scope.FLOW else None,
        "readable": kept.readable,
        "value": found.value,
        "rev": kept.rev,
        "updatedAt": kept.updated_at,
        "updatedBy": kept.updated_by,
    }
