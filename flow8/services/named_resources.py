"""The components and links that a flow names: they are there, and stand by name in texts."""

from collections.abc import Callable, Mapping

from flow8.domain.access import Actor, Right
from flow8.domain.flow import Flow
from flow8.domain.model import path_of
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.named_flows import missing_flows
from flow8.services.notice_people import unknown_people

NameOf = Callable[[str, str], str | None]
"""Takes kind or service, and the id or name that a flow gives; the name of what that is, if it is there."""


def missing_names(engine: Engine, actor: Actor, flow: Flow) -> list[Problem]:
    """All that the flow names and the company does not have: flows to play, components, links, user groups.

    Who may not see every flow is not told: it would tell which names there are.
    """
    if Right.VIEW not in actor.rights:
        return []
    components, links = _finders(engine, actor.company_id)
    problems = [*missing_flows(engine, actor, flow), *unknown_people(engine, actor.company_id, flow)]
    for place, flowlet in enumerate(flow.flowlets):
        path = path_of(["flowlets", place])
        named = flowlet.component_config_ids
        problems += _missing(named, f"{path}.componentConfigIds", "{0} component", components)
        problems += _missing(flowlet.link_ids_by_type, f"{path}.linkIdsByType", "link for {0}", links)
    return problems


def resources_by_names(engine: Engine, company_id: str, flow: Flow) -> Flow:
    """The flow with its components and links by name, never by id."""
    components, links = _finders(engine, company_id)
    flowlets = [
        flowlet.model_copy(
            update={
                "component_config_ids": _named(flowlet.component_config_ids, components),
                "link_ids_by_type": _named(flowlet.link_ids_by_type, links),
            }
        )
        if flowlet.component_config_ids or flowlet.link_ids_by_type
        else flowlet
        for flowlet in flow.flowlets
    ]
    return flow.model_copy(update={"flowlets": tuple(flowlets)})


def _finders(engine: Engine, company_id: str) -> tuple[NameOf, NameOf]:
    def component(kind: str, name: str) -> str | None:
        found = engine.store.components.find(company_id, name) if name.isprintable() else None
        return found.name if found is not None and found.kind == kind else None

    def link(service: str, name: str) -> str | None:
        found = engine.store.links.find(company_id, name) if name.isprintable() else None
        return found.name if found is not None and found.service == service else None

    return component, link


def _missing(named: Mapping[str, str], path: str, what: str, name_of: NameOf) -> list[Problem]:
    return [
        Problem(path_of([of], path), f"there is no {what.format(of)} '{name}'; make it first")
        for of, name in named.items()
        if name_of(of, name) is None
    ]


def _named(given: Mapping[str, str], name_of: NameOf) -> dict[str, str]:
    return {of: name_of(of, name) or name for of, name in given.items()}
