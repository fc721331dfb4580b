"""Play a finished play again: the whole of it, or from one flowlet on with what is recorded before it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flow8.domain.graph import Graph
from flow8.domain.play import Layer, LayerState, Origin, Play
from flow8.engine.accept import StartRequest
from flow8.engine.engine import Engine
from flow8.errors import Invalid, Problem
from flow8.kit.module import Effect
from flow8.store.flows import FlowRecord


@dataclass(frozen=True)
class Again:
    """What to play again: from which flowlet on, with which args, in which version; None is as it was."""

    play: Play
    from_ref: str | None = None
    args: Any = None
    version: int | None = None


@dataclass(frozen=True)
class Repeated:
    """An irreversible flowlet that ran already and would run again; one of a subflow as `sub/ref`."""

    path: str
    layer: Layer


@dataclass(frozen=True)
class Plan:
    """The new play's request, and what it would do a second time."""

    request: StartRequest
    repeats: tuple[Repeated, ...]


def plan(engine: Engine, flow: FlowRecord, again: Again, origin: Origin) -> Plan:
    """What playing a play again means. Only layers that are DONE are taken over; nothing is started yet.

    Raises:
        NotFound: there is no such version.
        Invalid: the version has no flowlet `from_ref`.
    """
    play = again.play
    version = again.version or play.version
    graph = engine.flows.get(play.company_id, play.flow_id, version).graph
    kept = _kept(play, graph, again.from_ref)
    request = StartRequest(
        flow=flow,
        args=play.args if again.args is None else again.args,
        origin=origin,
        request=play.request,
        version=version,
        rerun_of=play.id,
        recorded=tuple(replace(play.layers[ref], waiting=None, due_at=None) for ref in kept),
    )
    runs = [ref for ref in graph.order if ref not in kept]
    return Plan(request, tuple(_repeats(engine, play, runs)))


def _kept(play: Play, graph: Graph, from_ref: str | None) -> list[str]:
    """The flowlets whose recorded outputs are used: done, and neither `from_ref` nor after it."""
    if from_ref is None:
        return []
    if from_ref not in graph.before:
        raise Invalid(problems=[Problem("from", f"this version has no flowlet '{from_ref}'")])
    return [
        ref
        for ref in graph.order
        if ref != from_ref
        and not graph.runs_before(from_ref, ref)
        and (layer := play.layers.get(ref)) is not None
        and layer.state is LayerState.DONE
    ]


def _repeats(engine: Engine, play: Play, refs: list[str], above: str = "") -> Iterator[Repeated]:
    for ref in refs:
        layer = play.layers.get(ref)
        if layer is None or not layer.attempts:
            continue
        if layer.effect == Effect.IRREVERSIBLE:
            yield Repeated(f"{above}{ref}", layer)
        elif (child := _child(engine, play, layer)) is not None:
            yield from _repeats(engine, child, list(child.layers), f"{above}{ref}/")


def _child(engine: Engine, play: Play, layer: Layer) -> Play | None:
    """The play that this layer started, found by the key that it was started with."""
    name = layer.input.get("flow") if isinstance(layer.input, dict) else None
    flow = engine.store.flows.find(play.company_id, name) if isinstance(name, str) else None
    if flow is None:
        return None
    return engine.store.plays.by_key(play.company_id, flow.id, f"subflow/{play.id}/{layer.ref}")
