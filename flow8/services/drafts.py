"""Drafts as an editor writes them: whatever can be kept is kept, with everything that is wrong with it."""

import re
from dataclasses import dataclass
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.apart import OwnFields, own_problems, take_apart
from flow8.domain.diff import diff
from flow8.domain.flow import SLUG, Flow
from flow8.domain.model import UNKNOWN_FIELD, path_of
from flow8.domain.read import MAX_FLOW_BYTES, dump_flow, parse_flow, unfit_problems
from flow8.domain.validate import in_order, read_and_validate
from flow8.domain.values import digest_of_text, to_text
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Problem, TooLarge
from flow8.services.asking import audit, must
from flow8.services.facts import RegistryFacts
from flow8.services.flows import flow_named
from flow8.services.named_resources import missing_names
from flow8.services.own_fields import keep_own_fields, must_be_allowed_to_move, unknown_group
from flow8.services.page import refuse
from flow8.services.reach import must_on_flow
from flow8.services.written_secrets import masks_left
from flow8.store.flows import DRAFT_CHANGED, FlowRecord

NOT_KEPT: Final = "This draft cannot be kept."
MOST_TOLD: Final = 100
_FIELDS: Final = frozenset(field.alias or name for name, field in Flow.model_fields.items())


@dataclass(frozen=True)
class Saved:
    """A flow with the draft that was just saved, and what keeps that from being published."""

    flow: FlowRecord
    problems: tuple[Problem, ...]


def create_draft(engine: Engine, actor: Actor, text: dict[str, Any]) -> Saved:
    """A new flow that holds only a draft, which may still have any number of problems.

    Raises:
        Denied: without the right to edit in the whole company.
        Invalid: what cannot be kept at all, such as a flow without permanent id or name.
        TooLarge: it is longer than a flow may be.
        Conflict: FLOW_EXISTS.
    """
    must(engine, actor, Right.EDIT, "flows.create")
    draft, own = _read(text, None)
    made = engine.store.flows.create(actor.company_id, draft, actor.name)
    audit(engine, actor, "flows.create", made.permanent_id)
    return _saved(engine, actor, keep_own_fields(engine, actor, made, own), text, own)


def save_draft(engine: Engine, actor: Actor, name: str, text: dict[str, Any], *, digest: str | None) -> Saved:
    """Replace the draft that has this digest; None replaces whatever is there.

    What the text says of `enabled` and `group` counts for the flow at once; what it leaves out stays.

    Raises:
        Denied: without the right to edit the flow.
        NotFound: FLOW_NOT_FOUND.
        Invalid: what cannot be kept at all.
        TooLarge: it is longer than a flow may be.
        Conflict: DRAFT_CHANGED; the stored draft stays, and each field is named in which the two differ.
    """
    must_on_flow(engine, actor, Right.EDIT, "flows.save", name)
    flow = flow_named(engine, actor.company_id, name)
    draft, own = _read(text, flow)
    must_be_allowed_to_move(engine, actor, flow, own)
    if digest not in (None, flow.draft_digest):
        raise _stale(flow, draft)
    if digest_of_text(to_text(draft)) != flow.draft_digest:
        flow = engine.store.flows.save_draft(flow, draft, actor.name)
        audit(engine, actor, "flows.save", flow.permanent_id)
    return _saved(engine, actor, keep_own_fields(engine, actor, flow, own), text, own)


def _read(text: dict[str, Any], flow: FlowRecord | None) -> tuple[dict[str, Any], OwnFields]:
    """The draft to be kept: in its shape if it has one, else as it came."""
    refuse(unfit_problems(text), NOT_KEPT)
    size = len(to_text(text))
    if size > MAX_FLOW_BYTES:
        raise TooLarge(f"A flow has at most {MAX_FLOW_BYTES} bytes; this text has {size}.")
    refuse([*_head_problems(text, flow), *own_problems(text)], NOT_KEPT)
    parsed, _ = parse_flow(text)
    draft, _ = take_apart(text if parsed is None else dump_flow(parsed))
    return draft, take_apart(text)[1]


def _head_problems(text: dict[str, Any], flow: FlowRecord | None) -> list[Problem]:
    """What lists show must be right in every draft, and a field that no flow has is a slip."""
    permanent_id, name, category = (text.get(field) for field in ("flow", "name", "category"))
    unknown = [name for name in text if name not in _FIELDS]
    problems = [Problem(path_of([name]), UNKNOWN_FIELD) for name in unknown]
    if flow is not None and permanent_id != flow.permanent_id:
        problems.append(Problem("flow", f"must stay '{flow.permanent_id}': others know the flow by it"))
    elif not isinstance(permanent_id, str) or not re.fullmatch(SLUG[1:-1], permanent_id):
        problems.append(Problem("flow", "must be up to 64 small letters, digits and inner hyphens"))
    if not isinstance(name, str) or not 1 <= len(name) <= 200:  # noqa: PLR2004 - as the shape says
        problems.append(Problem("name", "must have 1 to 200 characters"))
    if not isinstance(category, str | None) or len(category or "") > 100:  # noqa: PLR2004 - as the shape says
        problems.append(Problem("category", "must be text of at most 100 characters"))
    return problems


def _saved(engine: Engine, actor: Actor, flow: FlowRecord, text: dict[str, Any], own: OwnFields) -> Saved:
    engine.fresh.forget()
    parsed, problems = read_and_validate(text, RegistryFacts(engine.registry))
    missing = [] if parsed is None else missing_names(engine, actor, parsed)
    found = [
        *problems,
        *missing,
        *unknown_group(engine, flow.company_id, own),
        *masks_left(engine, text),
    ]
    return Saved(flow, tuple(in_order(found, text)))


def _stale(flow: FlowRecord, draft: dict[str, Any]) -> Conflict:
    found = diff(draft, flow.draft)
    told = [change.path for change in found.fields]
    told += [f"{each.ref}.{change.path}" for each in (*found.changed, *found.moved) for change in each.fields]
    told += [str(each.get("ref")) for each in (*found.added, *found.removed)]
    message = (
        f"{flow.updated_by} saved another draft meanwhile; yours was not stored. Load the flow again, bring "
        "both together, and save that with its ETag."
    )
    problems = [Problem(path, "differs from the stored draft") for path in told[:MOST_TOLD]]
    return Conflict(message, code=DRAFT_CHANGED, problems=problems)
