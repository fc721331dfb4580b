"""Which published flows use a component or a link, so that none is taken away under them."""

from collections.abc import Callable, Sequence
from typing import Any

from flow8.domain.flow import Flow, Flowlet
from flow8.domain.read import parse_flow
from flow8.domain.values import to_text
from flow8.engine.engine import Engine
from flow8.errors import Conflict
from flow8.services.page import some_of
from flow8.store.components import ComponentRecord
from flow8.store.links import LinkRecord


def flows_with_component(
    engine: Engine, component: ComponentRecord, *, by_id: bool = True, is_default: bool = False
) -> list[str]:
    """The permanent ids of published flows whose flowlets name it; of a default, those too that name none."""
    kind, names = component.kind, _names(component.id, component.name, by_id=by_id)
    speakers = {name for name, module in engine.registry.modules.items() if kind in module.needs}

    def uses(flowlet: Flowlet) -> bool:
        named = flowlet.component_config_ids.get(kind)
        return named in names or (is_default and named is None and flowlet.app_id in speakers)

    looked_for = [*names, *(speakers if is_default else ())]
    return _flows(engine, component.company_id, looked_for, uses)


def flows_with_link(engine: Engine, link: LinkRecord, *, by_id: bool = True) -> list[str]:
    """The permanent ids of published flows whose flowlets name a link."""
    names = _names(link.id, link.name, by_id=by_id)
    return _flows(
        engine,
        link.company_id,
        names,
        lambda flowlet: flowlet.link_ids_by_type.get(link.service) in names,
    )


def must_be_unused(name: str, flows: Sequence[str], code: str) -> None:
    """Go on only if no flow uses what has this name.

    Raises:
        Conflict: of this code, with the names of the flows.
    """
    if flows:
        message = f"'{name}' is used by the flows {some_of(flows)}; change and publish them first."
        raise Conflict(message, code=code)


def _names(record_id: str, name: str, *, by_id: bool) -> list[str]:
    return [record_id, name] if by_id else [name]


def _flows(
    engine: Engine, company_id: str, looked_for: Sequence[str], uses: Callable[[Flowlet], bool]
) -> list[str]:
    texts = [to_text(text) for text in looked_for]
    found = engine.store.flows.published_holding(company_id, texts)
    return sorted(name for name, definition in found if any(map(uses, _flowlets(definition))))


def _flowlets(definition: dict[str, Any]) -> tuple[Flowlet, ...]:
    flow: Flow | None = parse_flow(definition)[0]
    return () if flow is None else flow.flowlets
