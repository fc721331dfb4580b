"""Play a finished play again: the whole of it, or from one flowlet on with what is recorded before it."""

from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from flow8.domain.play import LayerState, Origin, Play, ref_of
from flow8.engine.accept import StartRequest
from flow8.engine.compiled import CompiledFlow
from flow8.engine.engine import Engine
from flow8.engine.repeats import Repeated, find_repeats, outermost_of
from flow8.errors import Conflict, Invalid, Problem
from flow8.kit.orders import Collect
from flow8.store.flows import FlowRecord

MOST_NAMED = 100


@dataclass(frozen=True)
class Again:
    """What to play again: from which flowlet on, with which args, in which version; None is as it was.

    `files` are those that the new play may use.
    """

    play: Play
    from_ref: str | None = None
    args: Any = None
    version: int | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The new play's request, and what it would do a second time: the first 100 of `repeat_count`."""

    request: StartRequest
    repeats: tuple[Repeated, ...]
    repeat_count: int


def plan(engine: Engine, flow: FlowRecord, again: Again, origin: Origin) -> Plan:
    """What playing a play again means. Only layers that are DONE are taken over; nothing is started yet.

    A loop that is taken over keeps its iterations where they are, with the play that performed them.

    Raises:
        NotFound: there is no such version.
        Invalid: the version has no flowlet `from_ref`, or has it inside a loop.
        Conflict: ITERATIONS_GONE, when an aggregator would run and its loop's iterations were removed.
    """
    play = again.play
    version = again.version or play.version
    compiled = engine.flows.get(play.company_id, play.flow_id, version)
    kept = _kept(play, compiled, again.from_ref)
    runs = [ref for ref in compiled.graph.order if ref not in kept]
    _must_find_iterations(engine, play, compiled, kept, runs)
    request = StartRequest(
        flow=flow,
        args=play.args if again.args is None else again.args,
        origin=origin,
        request=play.request,
        version=version,
        rerun_of=play.id,
        recorded=tuple(replace(play.layers[ref], waiting=None, due_at=None) for ref in kept),
        files=again.files,
    )
    repeats = find_repeats(engine, play, runs)
    some = tuple(islice(repeats, MOST_NAMED))
    return Plan(request, some, len(some) + sum(1 for _ in repeats))


def _kept(play: Play, compiled: CompiledFlow, from_ref: str | None) -> list[str]:
    """The flowlets whose recorded outputs are used: done, and neither `from_ref` nor after it."""
    if from_ref is None:
        return []
    graph = compiled.graph
    if from_ref not in graph.before:
        raise Invalid(problems=[Problem("from", _why_not_from(compiled, from_ref))])
    return [
        ref
        for ref in graph.order
        if ref != from_ref
        and not graph.runs_before(from_ref, ref)
        and (layer := play.layers.get(ref)) is not None
        and layer.state is LayerState.DONE
    ]


def _why_not_from(compiled: CompiledFlow, from_ref: str) -> str:
    outermost = outermost_of(compiled, ref_of(from_ref))
    if outermost not in compiled.bodies:
        return f"this version has no flowlet '{from_ref}'"
    return f"names '{from_ref}', which belongs to the loop '{outermost}'; play again from '{outermost}' on"


def _must_find_iterations(
    engine: Engine, play: Play, compiled: CompiledFlow, kept: list[str], runs: list[str]
) -> None:
    """An aggregator reads the iterations of a loop that is taken over with the play that performed them."""
    wanted = {
        compiled.flowlets[ref].flowlet.args.get("loop")
        for ref in runs
        if compiled.flowlets[ref].module.order is Collect
    }
    for ref in kept:
        loop = play.layers[ref].loop
        if loop is not None and ref in wanted and engine.store.play_views.state_of(loop.of) is None:
            message = (
                f"The iterations of '{ref}' belonged to play {loop.of}, which was removed; "
                f"play again from '{ref}' on."
            )
            raise Conflict(message, code="ITERATIONS_GONE")
