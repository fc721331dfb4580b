"""The flows that a flow plays: whoever publishes it by a grant must be allowed to run each of them."""

from collections.abc import Iterator

from flow8.domain.access import Actor, Right
from flow8.domain.flow import Flow
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.kit.fields import is_template
from flow8.kit.orders import PlayFlow, Repeat
from flow8.services.reach import rights_on


def unreachable_flows(engine: Engine, actor: Actor, flow: Flow) -> list[Problem]:
    """What the flow would play though its author may not: nothing for who may run every flow.

    Without this, who may edit one flow could have it play any other, and read what comes of it.
    """
    if Right.RUN in actor.rights:
        return []
    return [
        Problem(path, "names a flow that you may not run; ask for the right to run it")
        for path, name in _named(engine, flow)
        if not _may_run(engine, actor, name)
    ]


def _named(engine: Engine, flow: Flow) -> Iterator[tuple[str, object]]:
    """Each place that names a flow to play, and what stands there."""
    if flow.execution.on_fail_flow_id is not None:
        yield "execution.onFailFlowId", flow.execution.on_fail_flow_id
    for place, flowlet in enumerate(flow.flowlets):
        module, name = engine.registry.modules.get(flowlet.app_id), flowlet.args.get("flow")
        if module is not None and module.order in (PlayFlow, Repeat) and name is not None:
            yield f"flowlets[{place}].args.flow", name


def _may_run(engine: Engine, actor: Actor, name: object) -> bool:
    """Whether this is one flow, and one that the actor may run; an expression could name any."""
    if not isinstance(name, str) or is_template(name) or not name.isprintable():
        return False
    found = engine.store.flows.find(actor.company_id, name)
    return found is not None and Right.RUN in rights_on(engine, actor, found.id)
