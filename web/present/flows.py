"""Flows, their versions and what differs between two of them, and what an import did."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from flow8.domain.diff import FieldChange
from flow8.errors import Problem
from flow8.services.versions import Compared
from flow8.store.flows import FlowRecord, FlowVersion
from web.present.channels import MadeChannelShape


class ProblemShape(TypedDict):
    """One thing wrong: the path of the field, and a sentence with the fix."""

    path: str
    message: str


class FlowRow(TypedDict):
    """A flow as a line of a list; `published` is null before its first publication."""

    id: str
    permanentId: str
    name: str
    category: str | None
    groupId: str | None
    enabled: bool
    published: int | None
    hasUnpublishedEdits: bool
    updatedAt: datetime
    updatedBy: str


class FlowShape(FlowRow):
    """A flow with its draft as the whole text, and what keeps that from being published."""

    draft: dict[str, Any]
    problems: list[ProblemShape]


class ImportShape(TypedDict):
    """What an import did; `version` is the one that it made, if any."""

    flow: FlowRow
    version: int | None
    problems: list[ProblemShape]
    channels: list[MadeChannelShape]


class VersionRow(TypedDict):
    """A published version as a line of a list."""

    version: int
    note: str | None
    createdAt: datetime
    createdBy: str


class VersionShape(VersionRow):
    """A published version with its definition."""

    definition: dict[str, Any]


class FieldChangeShape(TypedDict):
    """One field that differs: `added`, `removed` or `changed`."""

    path: str
    kind: str
    before: Any
    after: Any


class FlowletChangeShape(TypedDict):
    """A flowlet that differs."""

    ref: str
    fields: list[FieldChangeShape]


class FlowletsDiffShape(TypedDict):
    """Which flowlets are new, gone or changed, and whether those that run in list order change places."""

    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    changed: list[FlowletChangeShape]
    reordered: bool


class TextsShape(TypedDict):
    """Both definitions as YAML, secrets masked."""

    a: str
    b: str


class DiffShape(TypedDict):
    """What differs from `a` to `b`; `truncated` when more than 1,000 fields do."""

    a: str
    b: str
    same: bool
    fields: list[FieldChangeShape]
    flowlets: FlowletsDiffShape
    truncated: bool
    texts: TextsShape


def row(flow: FlowRecord) -> FlowRow:
    """A flow as a line of a list."""
    return {
        "id": flow.id,
        "permanentId": flow.permanent_id,
        "name": flow.name,
        "category": flow.category,
        "groupId": flow.group_id,
        "enabled": flow.enabled,
        "published": flow.published or None,
        "hasUnpublishedEdits": flow.has_unpublished_edits,
        "updatedAt": flow.updated_at,
        "updatedBy": flow.updated_by,
    }


def whole(flow: FlowRecord, text: dict[str, Any], found: Iterable[Problem]) -> FlowShape:
    """A flow with its draft."""
    return {**row(flow), "draft": text, "problems": problems(found)}


def problems(found: Iterable[Problem]) -> list[ProblemShape]:
    """What is wrong with a draft."""
    return [{"path": problem.path, "message": problem.message} for problem in found]


def version_row(found: FlowVersion) -> VersionRow:
    """A version as a line of a list."""
    return {
        "version": found.version,
        "note": found.note,
        "createdAt": found.created_at,
        "createdBy": found.created_by,
    }


def version(found: FlowVersion) -> VersionShape:
    """A version with its definition."""
    return {**version_row(found), "definition": found.definition}


def compared(found: Compared) -> DiffShape:
    """What differs between two definitions."""
    diff = found.diff
    return {
        "a": found.a,
        "b": found.b,
        "same": diff.is_empty,
        "fields": [_change(each) for each in diff.fields],
        "flowlets": {
            "added": list(diff.added),
            "removed": list(diff.removed),
            "changed": [
                {"ref": each.ref, "fields": [_change(change) for change in each.fields]}
                for each in diff.changed
            ],
            "reordered": diff.is_reordered,
        },
        "truncated": diff.is_cut,
        "texts": {"a": found.texts[0], "b": found.texts[1]},
    }


def _change(change: FieldChange) -> FieldChangeShape:
    return {"path": change.path, "kind": change.kind, "before": change.before, "after": change.after}
