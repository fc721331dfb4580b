"""The versions of a flow, and what differs between two of them; secrets in them are never shown."""

from dataclasses import dataclass
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.diff import Diff, diff
from flow8.domain.documents import write_yaml
from flow8.domain.values import digest_of_text, to_text
from flow8.engine.engine import Engine
from flow8.errors import Conflict, NotFound, Problem
from flow8.services.asking import audit
from flow8.services.flows import flow_named, kept_flow
from flow8.services.masked import masked, masked_diff
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.services.reach import must_on_flow
from flow8.services.written_secrets import version_as_seen
from flow8.store.flows import FlowRecord, FlowVersion

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
LONGEST_NUMBER: Final = 9


@dataclass(frozen=True)
class Compared:
    """Two definitions, `a` and `b`: what differs, and each as text and as it may be shown."""

    a: str
    b: str
    diff: Diff
    texts: tuple[str, str]
    shown: tuple[dict[str, Any], dict[str, Any]]


def list_versions(
    engine: Engine, actor: Actor, name: str, *, page: int = 1, size: int = USUAL_SIZE
) -> Page[FlowVersion]:
    """The published versions of a flow, newest first.

    Raises:
        Denied: without the right to view the flow.
        NotFound: FLOW_NOT_FOUND.
        Invalid: there is no such page.
    """
    must_on_flow(engine, actor, Right.VIEW, "flows.list_versions", name)
    flow, flows = flow_named(engine, actor.company_id, name), engine.store.flows
    return page_of(
        lambda skip, rows: flows.versions(actor.company_id, flow.id, skip=skip, size=rows), page, size
    )


def get_version(engine: Engine, actor: Actor, name: str, number: int) -> FlowVersion:
    """One published version with its definition; secrets in it are masked for whoever may not edit the flow.

    By its id a deleted flow still shows what its plays performed.

    Raises:
        Denied: without the right to view the flow.
        NotFound: FLOW_NOT_FOUND or FLOW_VERSION_NOT_FOUND.
    """
    must_on_flow(engine, actor, Right.VIEW, "flows.get_version", name)
    flow = kept_flow(engine, actor.company_id, name)
    return version_as_seen(engine, actor, flow.id, _version(engine, flow, number))


def compare(engine: Engine, actor: Actor, name: str, a: str = PUBLISHED, b: str = DRAFT) -> Compared:
    """What differs from `a` to `b`: numbers of versions, `published`, or `draft`.

    Raises:
        Denied: without the right to view the flow.
        NotFound: FLOW_NOT_FOUND or FLOW_VERSION_NOT_FOUND.
        Invalid: `a` or `b` is none of these.
    """
    must_on_flow(engine, actor, Right.VIEW, "flows.compare", name)
    flow = flow_named(engine, actor.company_id, name)
    sides = {"a": a, "b": b}
    refuse(
        [
            Problem(field, f"must be the number of a version, {PUBLISHED} or {DRAFT}")
            for field, side in sides.items()
            if side not in (DRAFT, PUBLISHED) and not _is_number(side)
        ],
        "These cannot be compared.",
    )
    before, after = (_definition(engine, flow, side) for side in (a, b))
    shown = (masked(engine, before), masked(engine, after))
    texts = (write_yaml(shown[0]), write_yaml(shown[1]))
    return Compared(a, b, masked_diff(engine, diff(before, after), after), texts, shown)


def restore(engine: Engine, actor: Actor, name: str, number: int, *, force: bool = False) -> FlowRecord:
    """Make a version the flow's draft again; it runs once somebody publishes it.

    Raises:
        Denied: without the right to edit the flow.
        NotFound: FLOW_NOT_FOUND or FLOW_VERSION_NOT_FOUND.
        Conflict: UNPUBLISHED_EDITS of the draft would be lost and `force` was not asked; or somebody saved
            another draft meanwhile.
    """
    must_on_flow(engine, actor, Right.EDIT, "flows.restore", name)
    flow = flow_named(engine, actor.company_id, name)
    definition = _version(engine, flow, number).definition
    if digest_of_text(to_text(definition)) == flow.draft_digest:
        return flow
    if flow.has_unpublished_edits and not force:
        message = f"The draft of '{flow.permanent_id}' has edits by {flow.updated_by} that nobody published."
        raise Conflict(message, code="UNPUBLISHED_EDITS")
    saved = engine.store.flows.save_draft(flow, definition, actor.name)
    engine.fresh.forget()
    audit(
        engine, actor, "flows.restore", flow.permanent_id, before=flow.draft, after=definition, version=number
    )
    return saved


def _is_number(side: str) -> bool:
    return side.isascii() and side.isdigit() and 0 < len(side) <= LONGEST_NUMBER and int(side) > 0


def _definition(engine: Engine, flow: FlowRecord, side: str) -> dict[str, Any]:
    if side == DRAFT:
        return flow.draft
    if side == PUBLISHED and not flow.published:
        return {}
    number = flow.published if side == PUBLISHED else int(side)
    return _version(engine, flow, number).definition


def _version(engine: Engine, flow: FlowRecord, number: int) -> FlowVersion:
    is_one = 0 < number <= flow.published
    found = engine.store.flows.version(flow.company_id, flow.id, number) if is_one else None
    if found is None:
        message = f"Flow '{flow.permanent_id}' has no version {number}."
        raise NotFound(message, code="FLOW_VERSION_NOT_FOUND")
    return found
