"""What belongs to a flow itself: whether it is enabled, the group that it stands in, whether it is there."""

from flow8.domain.access import Actor, Right
from flow8.domain.apart import OwnFields
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.asking import audit, must
from flow8.services.flows import flow_named
from flow8.services.own_fields import keep_own_fields, unknown_group
from flow8.services.page import refuse
from flow8.services.reach import must_on_flow, no_flow
from flow8.store.flows import FlowRecord


def set_enabled(engine: Engine, actor: Actor, name: str, *, enabled: bool) -> FlowRecord:
    """Switch a flow on or off, whatever its version; it counts in every process within half a second.

    While it is off, channels answer 503, its tools are hidden, firings of its schedules are skipped, and a
    run is refused unless it is forced.

    Raises:
        Denied: without the right to edit the flow.
        NotFound: FLOW_NOT_FOUND.
    """
    must_on_flow(engine, actor, Right.EDIT, "flows.set_enabled", name)
    flow = flow_named(engine, actor.company_id, name)
    return keep_own_fields(engine, actor, flow, OwnFields(enabled=enabled))


def move_flow(engine: Engine, actor: Actor, name: str, group: str | None) -> FlowRecord:
    """Put a flow into the group of a name or id, or into none.

    Raises:
        Denied: without the right to edit in the whole company: a group gives rights on what stands in it.
        NotFound: FLOW_NOT_FOUND.
        Invalid: there is no such group.
    """
    must(engine, actor, Right.EDIT, "flows.move", name)
    flow = flow_named(engine, actor.company_id, name)
    own = OwnFields(names_group=True, group=group)
    if unknown_group(engine, actor.company_id, own):
        refuse([Problem("group", f"there is no group '{group}'")], "This flow cannot be moved.")
    return keep_own_fields(engine, actor, flow, own)


def remove_flow(engine: Engine, actor: Actor, name: str) -> None:
    """Delete a flow. Its versions and plays stay, plays that go on go on, and its permanent id is free.

    Channels that lead to it answer 503 `FLOW_NOT_FOUND`, its tools are gone, a subflow that names it fails,
    its schedules are disabled once they are due.

    Raises:
        Denied: without the right to edit the flow.
        NotFound: FLOW_NOT_FOUND.
    """
    must_on_flow(engine, actor, Right.EDIT, "flows.remove", name)
    flow = flow_named(engine, actor.company_id, name)
    if not engine.store.flows.remove(actor.company_id, flow, actor.name):
        raise no_flow(name)
    engine.fresh.forget()
    audit(engine, actor, "flows.remove", flow.permanent_id, flowId=flow.id, version=flow.published or None)
