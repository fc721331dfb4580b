"""Entries of KV; the value of a secret one is null, whoever asks."""

from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from flow8.domain.kv import Scope
from flow8.services.kv import ShownEntry


class EntryShape(TypedDict):
    """An entry; `rev` counts its values and is what `If-Match` compares. A secret value is null."""

    id: str
    key: str
    scope: str
    groupId: str | None
    flowId: str | None
    readable: bool
    value: Any
    rev: int
    updatedAt: datetime
    updatedBy: str


def entry(found: ShownEntry) -> EntryShape:
    """An entry; `rev` counts its values, and is what `If-Match` compares."""
    kept = found.entry
    return {
        "id": kept.id,
        "key": kept.key,
        "scope": kept.scope.value,
        "groupId": kept.scope_id if kept.scope is Scope.GROUP else None,
        "flowId": kept.scope_id if kept.scope is Scope.FLOW else None,
        "readable": kept.readable,
        "value": found.value,
        "rev": kept.rev,
        "updatedAt": kept.updated_at,
        "updatedBy": kept.updated_by,
    }
