"""A part of a flow as a flow of its own, so that an author can try it: up to one flowlet, or one alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from flow8.domain.flow import Flow, Flowlet
from flow8.domain.graph import build_graphs
from flow8.domain.values import from_text, to_text

ALONE = {"filters": (), "needs_approval": False, "approval": None, "defer_after_ms": None}
"""A flowlet that is tried alone runs at once, whatever its conditions."""


def up_to(flow: Flow, ref: str) -> Flow:
    """The flow with this flowlet as its end: what is certainly before it, the loops around it, and its body.

    Raises:
        Circle: flowlets wait for each other.
    """
    graphs, kept = build_graphs(flow.flowlets), set[str]()
    around = _by_ref(flow)
    scope: str | None = ref
    while scope is not None:
        graph = graphs[around[scope].inside]
        kept |= {scope, *graph.ancestors(scope)}
        scope = around[scope].inside
    return _part(flow, kept | set(_bodies(flow, kept)))


def alone(flow: Flow, ref: str, given: Mapping[str, Any] | None) -> Flow:
    """The flow of one flowlet, with what may be recorded before it; with `given` args, of that one only.

    Raises:
        Circle: flowlets wait for each other.
    """
    target = _by_ref(flow)[ref]
    changes: dict[str, Any] = dict(ALONE)
    if given is not None:
        changes |= {"args": from_text(to_text(dict(given))), "inside": None, "after": None, "index": None}
    bare = target.model_copy(update=changes)
    if given is not None:
        body = [each for each in flow.flowlets if each.ref in _bodies(flow, {ref})]
        return flow.model_copy(update={"flowlets": (bare, *body), "output": None, **_harmless(flow)})
    part = up_to(flow, ref)
    flowlets = tuple(bare if each.ref == ref else each for each in part.flowlets)
    return part.model_copy(update={"flowlets": flowlets})


def earlier_than(flow: Flow, ref: str) -> tuple[str, ...]:
    """The flowlets of the flow's own order that are certainly finished before this one."""
    graph = build_graphs(flow.flowlets)[None]
    return tuple(each for each in graph.order if each in graph.ancestors(ref))


def whole(flow: Flow) -> Flow:
    """The flow as it is tried: its failure starts no other flow."""
    return flow.model_copy(update=_harmless(flow))


def _part(flow: Flow, kept: set[str]) -> Flow:
    """What is before a flowlet keeps its order by itself: whoever it waits for is kept as well."""
    flowlets = tuple(each for each in flow.flowlets if each.ref in kept)
    return flow.model_copy(update={"flowlets": flowlets, "output": None, **_harmless(flow)})


def _bodies(flow: Flow, kept: set[str]) -> Iterator[str]:
    """Everything inside the kept iterators of which nothing is kept yet: a loop needs its body."""
    around = _by_ref(flow)
    begun = {each.inside for each in flow.flowlets if each.ref in kept}
    whole_bodies = kept - begun
    for flowlet in flow.flowlets:
        scope = flowlet.inside
        while scope is not None:
            if scope in whole_bodies:
                yield flowlet.ref
                break
            scope = around[scope].inside


def _harmless(flow: Flow) -> dict[str, Any]:
    return {"execution": flow.execution.model_copy(update={"on_fail_flow_id": None})}


def _by_ref(flow: Flow) -> dict[str, Flowlet]:
    return {each.ref: each for each in flow.flowlets}
