"""What leads to a flow: routes of channels, schedules, and the published flows that play it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flow8.domain.access import Actor, Right
from flow8.domain.read import parse_flow
from flow8.domain.values import to_text
from flow8.engine.engine import Engine
from flow8.services.flow_overviews import routes_by_flow
from flow8.services.flows import flow_named
from flow8.services.named_flows import flows_played
from flow8.services.reach import must_on_flow, must_within
from flow8.store.channels import Channel, Route
from flow8.store.flows import FlowRecord
from flow8.store.schedules import Schedule


@dataclass(frozen=True)
class Uses:
    """What would no longer work without a flow; `flows` are permanent ids of those that play it."""

    routes: Sequence[tuple[Channel, Route]]
    schedules: Sequence[Schedule]
    flows: Sequence[str]


def uses_of(engine: Engine, actor: Actor, name: str, *, most: int = 100) -> Uses:
    """What leads to a flow. Of the flows that play it, only those that the actor may see.

    Raises:
        Denied: without the right to view the flow.
        NotFound: FLOW_NOT_FOUND.
    """
    must_on_flow(engine, actor, Right.VIEW, "flows.uses", name)
    flow = flow_named(engine, actor.company_id, name)
    schedules, _ = engine.store.schedules.page(flow.company_id, skip=0, size=most, flow_id=flow.id)
    routes = routes_by_flow(engine, flow.company_id)[flow.id]
    return Uses(routes, schedules, _players(engine, actor, flow))


def _players(engine: Engine, actor: Actor, flow: FlowRecord) -> list[str]:
    within = must_within(engine, actor, Right.VIEW, "flows.uses")
    names = {flow.id, flow.permanent_id}
    found = []
    for name, definition in engine.store.flows.published_holding(flow.company_id, list(map(to_text, names))):
        parsed, _ = parse_flow(definition)
        if name != flow.permanent_id and parsed is not None and names & flows_played(engine, parsed):
            found.append(name)
    if within is None:
        return sorted(found)
    mine = {each.permanent_id for each in engine.store.flows.of_ids(flow.company_id, sorted(within))}
    return sorted(mine & set(found))
