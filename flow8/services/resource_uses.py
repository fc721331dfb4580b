"""Which published flows use a component or a link, so that none is taken away under them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.flow import Flow, Flowlet
from flow8.domain.read import parse_flow
from flow8.domain.values import to_text
from flow8.engine.engine import Engine
from flow8.errors import Conflict
from flow8.services.asking import must
from flow8.services.page import some_of
from flow8.store.components import ComponentRecord
from flow8.store.links import LinkRecord

MOST: Final = 1000
"""Of more components or links than these, nobody is told who uses them; removing one still asks."""

Users = dict[str, list[str]]


@dataclass(frozen=True)
class _Sought:
    """What to look for in the text of a flow, and whether one of its flowlets then really uses it."""

    texts: tuple[str, ...]
    uses: Callable[[Flowlet], bool]


def flows_with_component(
    engine: Engine, component: ComponentRecord, *, by_id: bool = True, is_default: bool = False
) -> list[str]:
    """The permanent ids of published flows whose flowlets name it; of a default, those too that name none."""
    sought = {component.id: _component(engine, component, by_id=by_id, is_default=is_default)}
    return _flows(engine, component.company_id, sought)[component.id]


def flows_with_link(engine: Engine, link: LinkRecord, *, by_id: bool = True) -> list[str]:
    """The permanent ids of published flows whose flowlets name a link."""
    return _flows(engine, link.company_id, {link.id: _link(link, by_id=by_id)})[link.id]


def component_users(engine: Engine, actor: Actor) -> Users:
    """By the id of each component of the company: the permanent ids of the published flows that use it.

    Raises:
        Denied: without the right to view.
    """
    must(engine, actor, Right.VIEW, "components.uses")
    kept = engine.store.components
    records, _ = kept.page(actor.company_id, kind=None, skip=0, size=MOST)
    defaults = {kind: kept.default(actor.company_id, kind) for kind in {each.kind for each in records}}
    sought = {
        each.id: _component(engine, each, by_id=True, is_default=_is(each, defaults[each.kind]))
        for each in records
    }
    return _flows(engine, actor.company_id, sought)


def link_users(engine: Engine, actor: Actor) -> Users:
    """By the id of each link of the company: the permanent ids of the published flows that use it.

    Raises:
        Denied: without the right to view.
    """
    must(engine, actor, Right.VIEW, "links.uses")
    records, _ = engine.store.links.page(actor.company_id, skip=0, size=MOST)
    return _flows(engine, actor.company_id, {each.id: _link(each, by_id=True) for each in records})


def must_be_unused(name: str, flows: Sequence[str], code: str) -> None:
    """Go on only if no flow uses what has this name.

    Raises:
        Conflict: of this code, with the names of the flows.
    """
    if flows:
        message = f"'{name}' is used by the flows {some_of(flows)}; change and publish them first."
        raise Conflict(message, code=code)


def _component(engine: Engine, component: ComponentRecord, *, by_id: bool, is_default: bool) -> _Sought:
    kind, names = component.kind, _names(component.id, component.name, by_id=by_id)
    speakers = {name for name, module in engine.registry.modules.items() if kind in module.needs}

    def uses(flowlet: Flowlet) -> bool:
        named = flowlet.component_config_ids.get(kind)
        return named in names or (is_default and named is None and flowlet.app_id in speakers)

    return _Sought((*names, *(speakers if is_default else ())), uses)


def _link(link: LinkRecord, *, by_id: bool) -> _Sought:
    names = _names(link.id, link.name, by_id=by_id)
    return _Sought(tuple(names), lambda flowlet: flowlet.link_ids_by_type.get(link.service) in names)


def _is(component: ComponentRecord, default: ComponentRecord | None) -> bool:
    return default is not None and default.id == component.id


def _names(record_id: str, name: str, *, by_id: bool) -> list[str]:
    return [record_id, name] if by_id else [name]


def _flows(engine: Engine, company_id: str, sought: Mapping[str, _Sought]) -> Users:
    users: Users = {of: [] for of in sought}
    texts = [to_text(text) for each in sought.values() for text in each.texts]
    if not texts:
        return users
    for name, definition in sorted(engine.store.flows.published_holding(company_id, texts), key=_name_of):
        flowlets = _flowlets(definition)
        for of, each in sought.items():
            if any(map(each.uses, flowlets)):
                users[of].append(name)
    return users


def _name_of(found: tuple[str, dict[str, Any]]) -> str:
    return found[0]


def _flowlets(definition: dict[str, Any]) -> tuple[Flowlet, ...]:
    flow: Flow | None = parse_flow(definition)[0]
    return () if flow is None else flow.flowlets
