"""Flows: imported from text, listed, published, exported."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flow8.domain.access import Actor, Right
from flow8.domain.apart import OwnFields, take_apart
from flow8.domain.documents import write_yaml
from flow8.domain.flow import Flow
from flow8.domain.read import dump_flow, parse_flow, to_yaml
from flow8.domain.validate import in_order, read_and_validate
from flow8.domain.values import digest_of_text, to_text
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Invalid, Problem
from flow8.services.asking import audit, must
from flow8.services.channels import MadeChannel
from flow8.services.facts import RegistryFacts
from flow8.services.flow_search import seen_to_hold
from flow8.services.import_channels import channel_text_problems, make_channels
from flow8.services.import_text import parse
from flow8.services.masked import masked
from flow8.services.named_flows import by_names, unreachable_flows
from flow8.services.named_resources import missing_names, resources_by_names
from flow8.services.own_fields import (
    flow_text,
    group_id_of,
    keep_own_fields,
    must_be_allowed_to_move,
    unknown_group,
)
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.services.reach import must_on_flow, must_within, no_flow
from flow8.services.written_secrets import flow_as_seen, masks_left, problems_as_seen
from flow8.store.flows import DRAFT_CHANGED, FlowRecord

NOTE_LENGTH = 500
LONGEST_TEXT = 200
MOST_WORDS = 8
NOT_IMPORTED = "This text cannot be imported; nothing was changed."
NOT_PUBLISHED = "This flow cannot be published; nothing was changed."


@dataclass(frozen=True)
class Imported:
    """What an import did. `problems` keep the draft from being published; `version` was just made, if any."""

    flow: FlowRecord
    problems: tuple[Problem, ...]
    version: int | None
    channels: tuple[MadeChannel, ...]


def import_text(
    engine: Engine,
    actor: Actor,
    text: str | bytes,
    *,
    publish: bool = False,
    force: bool = False,
    note: str | None = None,
) -> Imported:
    """Take a flow from YAML or JSON text as its draft, and publish it too when asked.

    Channels of the text that the company does not have are made; those it has stay as they are.

    Raises:
        Denied: without the right to edit.
        Malformed: the text cannot be read.
        Invalid: all problems of all documents: of their shapes, and to `publish` of the flow's rules too.
        Conflict: UNPUBLISHED_EDITS of the draft would be lost, and neither `force` nor `publish` was asked.
    """
    must(engine, actor, Right.EDIT, "flows.import")
    parsed = parse(text)
    _, own = take_apart(parsed.flow)
    flow, found = read_and_validate(parsed.flow, RegistryFacts(engine.registry))
    if flow is not None:
        missing = [
            *unknown_group(engine, actor.company_id, own),
            *missing_names(engine, actor, flow),
            *masks_left(engine, parsed.flow),
        ]
        found = in_order([*found, *missing], parsed.flow)
    wrong = [
        *parsed.problems,
        *channel_text_problems(engine, actor.company_id, parsed),
        *_note_problems(note),
    ]
    if flow is None or wrong or (publish and found):
        raise Invalid(NOT_IMPORTED, problems=[*found, *wrong])
    record = _save(engine, actor, flow, own, may_replace_edits=publish or force)
    record = keep_own_fields(engine, actor, record, own)
    if publish:
        record = _publish(engine, actor, record, note)
    channels = make_channels(engine, actor, parsed)
    return Imported(record, tuple(found), record.published if publish else None, channels)


def publish(
    engine: Engine, actor: Actor, name: str, note: str | None = None, digest: str | None = None
) -> FlowRecord:
    """Make the flow's draft its next version, which runs from now on; with `digest` only that draft.

    Raises:
        Denied: without the right to edit.
        NotFound: FLOW_NOT_FOUND.
        Invalid: with all problems of the draft.
        Conflict: somebody saved or published meanwhile.
    """
    must_on_flow(engine, actor, Right.EDIT, "flows.publish", name)
    flow = flow_named(engine, actor.company_id, name)
    if digest not in (None, flow.draft_digest):
        raise Conflict("Somebody changed this flow meanwhile; load it again.", code=DRAFT_CHANGED)
    refuse(
        [*_note_problems(note), *draft_problems(engine, actor, flow), *_unreachable(engine, actor, flow)],
        NOT_PUBLISHED,
    )
    return _publish(engine, actor, flow, note)


def list_flows(
    engine: Engine,
    actor: Actor,
    *,
    page: int = 1,
    size: int = USUAL_SIZE,
    group: str | None = None,
    category: str | None = None,
    text: str | None = None,
) -> Page[FlowRecord]:
    """The company's flows by permanent id: all, of one group, of one category, with a text inside them.

    Every word of the text stands somewhere in the flow's draft: in its name, a flowlet, a module, a setting.

    Raises:
        Denied: without the right to view.
        Invalid: there is no such page or group, or the text is too long.
    """
    within = must_within(engine, actor, Right.VIEW, "flows.list")
    flows, company_id = engine.store.flows, actor.company_id
    group_id = None if group is None else group_id_of(engine, company_id, group)
    problems = []
    if group is not None and group_id is None:
        problems.append(Problem("group", f"there is no group '{group}'"))
    if text is not None and len(text) > LONGEST_TEXT:
        problems.append(Problem("text", f"must have at most {LONGEST_TEXT} characters"))
    refuse(problems, "These flows cannot be listed.")
    words = (text or "").split()[:MOST_WORDS]
    if words and Right.EDIT not in actor.rights:
        within = seen_to_hold(engine, actor, words, within)
    which: Any = {"within": within, "group_id": group_id, "category": category, "words": words}
    return page_of(lambda skip, rows: flows.page(company_id, skip=skip, size=rows, **which), page, size)


def get_flow(engine: Engine, actor: Actor, name: str) -> FlowRecord:
    """The flow of an id or permanent id; secrets in its draft are masked for whoever may not edit it.

    Raises:
        Denied: without the right to view.
        NotFound: FLOW_NOT_FOUND.
    """
    must_on_flow(engine, actor, Right.VIEW, "flows.get", name)
    return flow_as_seen(engine, actor, flow_named(engine, actor.company_id, name))


def export_text(engine: Engine, actor: Actor, name: str, *, with_secrets: bool = True) -> str:
    """The flow's draft as YAML, all that it refers to by name; importing it gives the same draft.

    Secrets that were written into it are masked for whoever may not edit it, and for all unless
    `with_secrets`; what has masks cannot be published as it is.

    Raises:
        Denied: without the right to view.
        NotFound: FLOW_NOT_FOUND.
    """
    must_on_flow(engine, actor, Right.VIEW, "flows.export", name)
    text = flow_text(engine, flow_as_seen(engine, actor, flow_named(engine, actor.company_id, name)))
    if not with_secrets:
        text = masked(engine, text)
    flow, _ = parse_flow(text)
    if flow is None:
        return write_yaml(text)
    named = by_names(engine, actor.company_id, flow)
    return to_yaml(resources_by_names(engine, actor.company_id, named))


def flow_named(engine: Engine, company_id: str, name: str) -> FlowRecord:
    """The company's flow of an id or permanent id, for services.

    Raises:
        NotFound: FLOW_NOT_FOUND.
    """
    return _there(engine.store.flows.find, company_id, name)


def kept_flow(engine: Engine, company_id: str, name: str) -> FlowRecord:
    """The same for those who look back: the id of a deleted flow still leads to its versions and plays.

    Raises:
        NotFound: FLOW_NOT_FOUND.
    """
    return _there(engine.store.flows.find_kept, company_id, name)


def _there(find: Callable[[str, str], FlowRecord | None], company_id: str, name: str) -> FlowRecord:
    flow = find(company_id, name) if name.isprintable() else None
    if flow is None:
        raise no_flow(name)
    return flow


def fresh_flow(engine: Engine, company_id: str, name: str) -> FlowRecord:
    """The same as it was at most half a second ago, for those who run flows again and again.

    Raises:
        NotFound: FLOW_NOT_FOUND.
    """
    found = engine.fresh.get((FlowRecord, company_id, name), lambda: flow_named(engine, company_id, name))
    return found or flow_named(engine, company_id, name)


def draft_problems(engine: Engine, actor: Actor, flow: FlowRecord) -> list[Problem]:
    """What keeps the flow's draft from being published.

    Raises:
        Denied: without the right to view the flow.
    """
    must_on_flow(engine, actor, Right.VIEW, "flows.draft_problems", flow.id)
    draft = flow_named(engine, flow.company_id, flow.id).draft
    parsed, problems = read_and_validate(draft, RegistryFacts(engine.registry))
    missing = [] if parsed is None else missing_names(engine, actor, parsed)
    found = in_order([*problems, *missing, *masks_left(engine, draft)], draft)
    return problems_as_seen(engine, actor, flow.id, found)


def _unreachable(engine: Engine, actor: Actor, flow: FlowRecord) -> list[Problem]:
    parsed, _ = parse_flow(flow.draft)
    return [] if parsed is None else unreachable_flows(engine, actor, parsed)


def _save(engine: Engine, actor: Actor, flow: Flow, own: OwnFields, *, may_replace_edits: bool) -> FlowRecord:
    flows, (draft, _) = engine.store.flows, take_apart(dump_flow(flow))
    kept = flows.find(actor.company_id, flow.flow)
    must_be_allowed_to_move(engine, actor, kept, own)
    if kept is None:
        saved = flows.create(actor.company_id, draft, actor.name)
    elif digest_of_text(to_text(draft)) == kept.draft_digest:
        return kept
    elif kept.has_unpublished_edits and not may_replace_edits:
        raise Conflict(
            f"The draft of '{flow.flow}' has edits that nobody published; publish them, or force the import.",
            code="UNPUBLISHED_EDITS",
        )
    else:
        saved = flows.save_draft(kept, draft, actor.name)
    engine.fresh.forget()
    was = None if kept is None else kept.draft
    audit(engine, actor, "flows.import", saved.permanent_id, before=was, after=saved.draft)
    return saved


def _publish(engine: Engine, actor: Actor, flow: FlowRecord, text: str | None) -> FlowRecord:
    published = engine.store.flows.publish(flow, text, actor.name)
    engine.fresh.forget()
    audit(
        engine,
        actor,
        "flows.publish",
        flow.permanent_id,
        before={"published": flow.published},
        after={"published": published.published},
        version=published.published,
        note=text,
    )
    return published


def _note_problems(text: str | None) -> list[Problem]:
    if text is None or (len(text) <= NOTE_LENGTH and text.isprintable()):
        return []
    return [Problem("note", f"must be one line of at most {NOTE_LENGTH} characters")]
