"""Flows, and what an import did."""

from collections.abc import Iterable
from typing import Any

from flow8.errors import Problem
from flow8.store.flows import FlowRecord


def row(flow: FlowRecord) -> dict[str, Any]:
    """A flow as a line of a list; `published` is null before its first publication."""
    return {
        "id": flow.id,
        "permanentId": flow.permanent_id,
        "name": flow.name,
        "category": flow.category,
        "enabled": flow.enabled,
        "published": flow.published or None,
        "hasUnpublishedEdits": flow.has_unpublished_edits,
        "updatedAt": flow.updated_at,
        "updatedBy": flow.updated_by,
    }


def whole(flow: FlowRecord) -> dict[str, Any]:
    """A flow with its draft."""
    return {**row(flow), "draft": flow.draft}


def problems(found: Iterable[Problem]) -> list[dict[str, str]]:
    """What is wrong with a draft."""
    return [{"path": problem.path, "message": problem.message} for problem in found]
