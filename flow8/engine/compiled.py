"""A flow version made ready to be performed, once, and kept."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from flow8.domain.expression import Template, compile_value
from flow8.domain.flow import Flow, Flowlet
from flow8.domain.graph import Graph, build_graphs
from flow8.domain.loops import ITERATOR
from flow8.domain.read import parse_flow
from flow8.domain.schema import Check, compile_schema
from flow8.engine.veiled import Veiled, veiled
from flow8.errors import NotFound
from flow8.kit.fields import Fields
from flow8.kit.module import Effect, Module
from flow8.kit.orders import Stop
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
    veiled: Veiled | None = None
    """How the args are worked out when they read KV."""

    @property
    def lane(self) -> str:
        """The lane whose workers run it."""
        return self.flowlet.lane or self.module.lane


@dataclass(frozen=True)
class Body:
    """What a loop repeats for each item; `plays_flow` when that is the play of another flow."""

    graph: Graph
    flowlets: Mapping[str, CompiledFlowlet]
    plays_flow: bool = False


@dataclass(frozen=True)
class CompiledFlow:
    """A flow version with everything that performing it needs; `bodies` by the refs of its iterators."""

    id: str
    flow: Flow
    version: int
    graph: Graph
    flowlets: Mapping[str, CompiledFlowlet]
    bodies: Mapping[str, Body]
    check_args: Check
    title: Template | None
    concurrency_key: Template | None
    output: Template | None
    veiled_output: Veiled | None = None

    @cached_property
    def only_computes(self) -> bool:
        """Whether its plays neither do anything to the world nor wait for it, and nothing follows them."""
        execution = self.flow.execution
        stands_alone = execution.concurrency is None and execution.on_fail_flow_id is None
        return stands_alone and all(map(_only_computes, self.flowlets.values()))

    @cached_property
    def depths(self) -> Mapping[str, int]:
        """In how many loops each flowlet stands."""
        depths: dict[str, int] = {}
        for ref, compiled in self.flowlets.items():
            scope, depths[ref] = compiled.flowlet.inside, 0
            while scope is not None:
                scope, depths[ref] = self.flowlets[scope].flowlet.inside, depths[ref] + 1
        return depths

    def flowlet_of(self, layer_id: str) -> CompiledFlowlet:
        """The flowlet whose record a layer is."""
        ref, *positions = layer_id.split("#")
        if len(positions) > self.depths[ref]:
            return self.bodies[ref].flowlets[ref]
        return self.flowlets[ref]

    def pass_of(self, layer_id: str) -> str:
        """The iteration that a layer belongs to, as `loop#position`; empty for one outside of loops."""
        ref, *positions = layer_id.split("#")
        if not positions or len(positions) > self.depths[ref]:
            return layer_id if positions else ""
        return "#".join((self.flowlets[ref].flowlet.inside or "", *positions))


def _only_computes(compiled: CompiledFlowlet) -> bool:
    flowlet, module = compiled.flowlet, compiled.module
    pauses = flowlet.needs_approval or flowlet.defer_after_ms or flowlet.retry.count
    return module.effect is Effect.NONE and module.order in (None, Stop) and not pauses


def compile_flow(flow_id: str, flow: Flow, version: int, registry: Registry) -> CompiledFlow:
    """Parse every expression and find every module of a flow that was validated before."""
    graphs = build_graphs(flow.flowlets)
    flowlets = {flowlet.ref: _compile_flowlet(flowlet, registry) for flowlet in flow.flowlets}
    output = None if flow.output is None else compile_value(flow.output)
    return CompiledFlow(
        id=flow_id,
        flow=flow,
        version=version,
        graph=graphs[None],
        flowlets=flowlets,
        bodies=_bodies(graphs, flowlets, registry),
        check_args=compile_schema(flow.input),
        title=None if flow.title is None else compile_value(flow.title),
        concurrency_key=_concurrency_key(flow),
        output=output,
        veiled_output=None if output is None else veiled(flow.output, output),
    )


def _bodies(
    graphs: Mapping[str | None, Graph], flowlets: Mapping[str, CompiledFlowlet], registry: Registry
) -> dict[str, Body]:
    """The bodies that stand inside iterators, and those implied by an iterator that plays a flow."""
    bodies: dict[str, Body] = {}
    for ref, compiled in flowlets.items():
        if ref in graphs:
            members = {each: flowlets[each] for each in graphs[ref].order}
            bodies[ref] = Body(graphs[ref], members)
        elif compiled.flowlet.app_id == ITERATOR and compiled.flowlet.args.get("flow"):
            bodies[ref] = _implied_body(compiled.flowlet, registry)
    return bodies


def _implied_body(iterator: Flowlet, registry: Registry) -> Body:
    """One subflow, under the iterator's own ref."""
    ref, args = iterator.ref, {"flow": iterator.args["flow"], "args": "{{ $item }}"}
    subflow = Flowlet(ref=ref, app_id="subflow", args=args, inside=ref)
    return Body(Graph((ref,), {ref: ()}), {ref: _compile_flowlet(subflow, registry)}, plays_flow=True)


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
        veiled=veiled(flowlet.args, args),
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
