"""Flows, their versions and what differs between two of them, and what an import did."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NotRequired

from typing_extensions import TypedDict

from flow8.domain.diff import FieldChange, FlowletChange
from flow8.errors import Problem
from flow8.services.flow_search import Place
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


class PlaceShape(TypedDict):
    """Where words of a search stand: in the flowlet `ref` or in the flow, at a path, in this text."""

    ref: str | None
    path: str
    text: str


class ListedFlow(FlowRow):
    """A flow as a line of a list; of a search, `matches` are the first places where its words stand."""

    matches: NotRequired[list[PlaceShape]]


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
    """Which flowlets are new, gone or changed, and whether those that run in list order change places.

    `moved` are those of which nothing differs but when they start.
    """

    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    changed: list[FlowletChangeShape]
    moved: list[FlowletChangeShape]
    reordered: bool


class OrderedShape(TypedDict):
    """What a definition says of a flowlet's place: enough to draw it."""

    ref: str
    name: str | None
    appId: str | None
    inside: str | None
    after: list[str] | None
    index: int | None


class OrdersShape(TypedDict):
    """The flowlets of both definitions."""

    a: list[OrderedShape]
    b: list[OrderedShape]


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
    orders: OrdersShape


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


def listed(flow: FlowRecord, places: Sequence[Place]) -> ListedFlow:
    """A flow as a line of a list, with where a searched text stands in it."""
    matches: list[PlaceShape] = [{"ref": each.ref, "path": each.path, "text": each.text} for each in places]
    return {**row(flow), "matches": matches}


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
            "changed": [_flowlet_change(each) for each in diff.changed],
            "moved": [_flowlet_change(each) for each in diff.moved],
            "reordered": diff.is_reordered,
        },
        "truncated": diff.is_cut,
        "texts": {"a": found.texts[0], "b": found.texts[1]},
        "orders": {"a": _order(found.shown[0]), "b": _order(found.shown[1])},
    }


def _order(definition: dict[str, Any]) -> list[OrderedShape]:
    """The flowlets of a definition, drafts of a wrong shape among them."""
    flowlets = definition.get("flowlets")
    listed = flowlets if isinstance(flowlets, list) else []
    return [_ordered(each) for each in listed if isinstance(each, dict) and isinstance(each.get("ref"), str)]


def _ordered(flowlet: dict[str, Any]) -> OrderedShape:
    name, app_id, inside = (_text(flowlet.get(field)) for field in ("name", "appId", "inside"))
    after, index = flowlet.get("after"), flowlet.get("index")
    return {
        "ref": flowlet["ref"],
        "name": name,
        "appId": app_id,
        "inside": inside,
        "after": [each for each in after if isinstance(each, str)] if isinstance(after, list) else None,
        "index": index if isinstance(index, int) else None,
    }


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _flowlet_change(found: FlowletChange) -> FlowletChangeShape:
    return {"ref": found.ref, "fields": [_change(each) for each in found.fields]}


def _change(change: FieldChange) -> FieldChangeShape:
    return {"path": change.path, "kind": change.kind, "before": change.before, "after": change.after}
