"""A flow version made ready to be performed, once, and kept."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from flow8.domain.expression import Template, compile_value
from flow8.domain.flow import Flow, Flowlet
from flow8.domain.graph import Graph, build_graph
from flow8.domain.read import parse_flow
from flow8.domain.schema import Check, compile_schema
from flow8.errors import NotFound
from flow8.kit.fields import Fields
from flow8.kit.module import Module
from flow8.registry import Registry
from flow8.store import Store

KEPT_VERSIONS = 500
NOW = "now"


@dataclass(frozen=True)
class CompiledFlowlet:
    """One flowlet with its module and its expressions parsed."""

    flowlet: Flowlet
    module: Module[Fields]
    args: Template
    filters: tuple[tuple[Template, Template], ...]
    reads_now: bool


@dataclass(frozen=True)
class CompiledFlow:
    """A flow version with everything that performing it needs."""

    id: str
    flow: Flow
    version: int
    graph: Graph
    flowlets: Mapping[str, CompiledFlowlet]
    check_args: Check
    title: Template | None
    concurrency_key: Template | None
    output: Template | None


def compile_flow(flow_id: str, flow: Flow, version: int, registry: Registry) -> CompiledFlow:
    """Parse every expression and find every module of a flow that was validated before."""
    return CompiledFlow(
        id=flow_id,
        flow=flow,
        version=version,
        graph=build_graph(flow.flowlets),
        flowlets={flowlet.ref: _compile_flowlet(flowlet, registry) for flowlet in flow.flowlets},
        check_args=compile_schema(flow.input),
        title=None if flow.title is None else compile_value(flow.title),
        concurrency_key=_concurrency_key(flow),
        output=None if flow.output is None else compile_value(flow.output),
    )


def _concurrency_key(flow: Flow) -> Template | None:
    rule = flow.execution.concurrency
    return None if rule is None else compile_value(rule.key)


def _compile_flowlet(flowlet: Flowlet, registry: Registry) -> CompiledFlowlet:
    args = compile_value(flowlet.args)
    filters = tuple(
        (compile_value(rule.left_value), compile_value(rule.right_value)) for rule in flowlet.filters
    )
    return CompiledFlowlet(
        flowlet=flowlet,
        module=registry.module(flowlet.app_id),
        args=args,
        filters=filters,
        reads_now=any(NOW in template.roots for template in (args, *chain(*filters))),
    )


class CompiledFlows:
    """The versions that this process performed lately. Versions never change, so nothing goes stale."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self._store = store
        self._registry = registry
        self._kept: OrderedDict[tuple[str, int], CompiledFlow] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, company_id: str, flow_id: str, version: int) -> CompiledFlow:
        """A version, compiled.

        Raises:
            NotFound: there is no such version, or this installation cannot perform it any more.
        """
        key = (flow_id, version)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        compiled = self._compile(company_id, flow_id, version)
        with self._lock:
            self._kept[key] = compiled
            while len(self._kept) > KEPT_VERSIONS:
                self._kept.popitem(last=False)
        return compiled

    def _compile(self, company_id: str, flow_id: str, version: int) -> CompiledFlow:
        kept = self._store.flows.version(company_id, flow_id, version)
        if kept is None:
            raise NotFound(f"Flow {flow_id} has no version {version}.", code="FLOW_VERSION_NOT_FOUND")
        flow, problems = parse_flow(kept.definition)
        if flow is None:
            raise NotFound(
                f"Version {version} of flow {flow_id} cannot be read here.",
                code="FLOW_VERSION_NOT_FOUND",
                problems=problems,
            )
        return compile_flow(flow_id, flow, version, self._registry)
