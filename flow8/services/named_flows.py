"""The flows that a flow plays: they are there, stand by name in texts, and whoever publishes may run them."""

from collections.abc import Callable, Iterator
from typing import Any

from flow8.domain.access import Actor, Right
from flow8.domain.flow import Flow, Flowlet
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


def missing_flows(engine: Engine, actor: Actor, flow: Flow) -> list[Problem]:
    """The names of flows to play that the company does not have; an expression may name any.

    Who may not see every flow is not told: it would tell which names there are.
    """
    if Right.VIEW not in actor.rights:
        return []
    problems = []
    for path, name in _named(engine, flow):
        is_name = isinstance(name, str) and not is_template(name) and name != flow.flow
        if is_name and not _is_known(engine, actor.company_id, str(name)):
            problems.append(Problem(path, f"there is no flow '{name}'; import or make it first"))
    return problems


def by_names(engine: Engine, company_id: str, flow: Flow) -> Flow:
    """The flow with the flows that it plays by permanent id, never by id."""

    def name_of(given: str) -> str:
        found = engine.store.flows.find(company_id, given) if given.isprintable() else None
        return given if found is None else found.permanent_id

    execution = flow.execution
    if execution.on_fail_flow_id is not None:
        execution = execution.model_copy(update={"on_fail_flow_id": name_of(execution.on_fail_flow_id)})
    flowlets = [_by_name(engine, each, name_of) for each in flow.flowlets]
    return flow.model_copy(update={"execution": execution, "flowlets": tuple(flowlets)})


def flows_played(engine: Engine, flow: Flow) -> set[str]:
    """The flows that a flow plays, as it names them; expressions are left out."""
    named = (name for _, name in _named(engine, flow))
    return {name for name in named if isinstance(name, str) and not is_template(name)}


def _by_name(engine: Engine, flowlet: Flowlet, name_of: Callable[[str], str]) -> Flowlet:
    name: Any = flowlet.args.get("flow")
    if not _plays(engine, flowlet) or not isinstance(name, str) or is_template(name):
        return flowlet
    return flowlet.model_copy(update={"args": {**flowlet.args, "flow": name_of(name)}})


def _is_known(engine: Engine, company_id: str, name: str) -> bool:
    return name.isprintable() and engine.store.flows.find(company_id, name) is not None


def _plays(engine: Engine, flowlet: Flowlet) -> bool:
    module = engine.registry.modules.get(flowlet.app_id)
    return module is not None and module.order in (PlayFlow, Repeat)


def _named(engine: Engine, flow: Flow) -> Iterator[tuple[str, object]]:
    """Each place that names a flow to play, and what stands there."""
    if flow.execution.on_fail_flow_id is not None:
        yield "execution.onFailFlowId", flow.execution.on_fail_flow_id
    for place, flowlet in enumerate(flow.flowlets):
        name = flowlet.args.get("flow")
        if name is not None and _plays(engine, flowlet):
            yield f"flowlets[{place}].args.flow", name


def _may_run(engine: Engine, actor: Actor, name: object) -> bool:
    """Whether this is one flow, and one that the actor may run; an expression could name any."""
    if not isinstance(name, str) or is_template(name) or not name.isprintable():
        return False
    found = engine.store.flows.find(actor.company_id, name)
    return found is not None and Right.RUN in rights_on(engine, actor, found.id)
