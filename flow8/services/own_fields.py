"""What a text says of its flow itself: whether it is enabled, and the group that it stands in."""

from typing import Any

from flow8.domain.access import Actor, Right
from flow8.domain.apart import OwnFields, put_together
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.asking import audit, must
from flow8.services.reach import must_on_flow, no_flow
from flow8.store.flows import FlowRecord


def flow_text(engine: Engine, flow: FlowRecord) -> dict[str, Any]:
    """The draft as the whole text of its flow, with its group by name."""
    group = None if flow.group_id is None else engine.store.groups.get(flow.company_id, flow.group_id)
    return put_together(flow.draft, enabled=flow.enabled, group=None if group is None else group.name)


def unknown_group(engine: Engine, company_id: str, own: OwnFields) -> list[Problem]:
    """A group that the company does not have; the flow then stays where it is."""
    if own.group is None or group_id_of(engine, company_id, own.group) is not None:
        return []
    return [Problem("group", f"there is no group '{own.group}'; make it, then move the flow there")]


def group_id_of(engine: Engine, company_id: str, name: str) -> str | None:
    """The id of the company's group of a name or id."""
    found = engine.store.groups.named(company_id, name) if name.isprintable() else None
    return None if found is None else found.id


def must_be_allowed_to_move(engine: Engine, actor: Actor, flow: FlowRecord | None, own: OwnFields) -> None:
    """Go on only if the text moves its flow to no other group, or the actor may edit every flow.

    A group gives rights on what stands in it, so a right on one flow is not enough to choose its group.

    Raises:
        Denied: it does, and the actor may not.
    """
    now = None if flow is None else flow.group_id
    if own.names_group and _wanted(engine, actor.company_id, own, now) != now:
        must(engine, actor, Right.EDIT, "flows.move", None if flow is None else flow.permanent_id)


def keep_own_fields(engine: Engine, actor: Actor, flow: FlowRecord, own: OwnFields) -> FlowRecord:
    """Switch and move a flow as its text says; what that does not name stays as it is.

    Raises:
        Denied: without the right to edit the flow, or to move it.
        NotFound: FLOW_NOT_FOUND, it was deleted meanwhile.
    """
    must_on_flow(engine, actor, Right.EDIT, "flows.save", flow.id)
    if own.enabled is not None and own.enabled != flow.enabled:
        flow = _there(engine.store.flows.set_enabled(flow.company_id, flow.id, enabled=own.enabled), flow)
        was, now = {"enabled": not own.enabled}, {"enabled": own.enabled}
        audit(engine, actor, "flows.set_enabled", flow.permanent_id, before=was, after=now)
    group_id = _wanted(engine, flow.company_id, own, flow.group_id)
    if group_id != flow.group_id:
        left, entered = {"groupId": flow.group_id}, {"groupId": group_id}
        flow = _there(engine.store.flows.move(flow.company_id, flow.id, group_id), flow)
        audit(engine, actor, "flows.move", flow.permanent_id, before=left, after=entered)
    engine.fresh.forget()
    return flow


def _wanted(engine: Engine, company_id: str, own: OwnFields, now: str | None) -> str | None:
    if not own.names_group:
        return now
    return None if own.group is None else group_id_of(engine, company_id, own.group) or now


def _there(flow: FlowRecord | None, before: FlowRecord) -> FlowRecord:
    if flow is None:
        raise no_flow(before.permanent_id)
    return flow
