"""What a play did that cannot be undone: in its flowlets, in its loops, in the plays that they started."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from flow8.domain.play import Layer, Play, is_of_iteration, ref_of
from flow8.engine.compiled import CompiledFlow
from flow8.engine.engine import Engine
from flow8.errors import NotFound
from flow8.kit.module import Effect
from flow8.kit.orders import PlayFlow


@dataclass(frozen=True)
class Repeated:
    """An irreversible flowlet that ran already and would run again: `ref`, `ref#3` in an iteration of a loop.

    One of a play that a flowlet started is named behind that flowlet: `sub/ref`, `each#3/ref`.
    """

    path: str
    layer: Layer


def find_repeats(engine: Engine, play: Play, refs: Sequence[str], above: str = "") -> Iterator[Repeated]:
    """What these flowlets of a play, those outside of loops, would do again. Read one after another."""
    ran = [ref for ref in refs if (layer := play.layers.get(ref)) is not None and layer.attempts]
    compiled = _compiled_of(engine, play)
    for layer in _irreversible(engine, play, compiled, ran):
        yield Repeated(f"{above}{layer.id}", layer)
    if compiled is None or _starts_plays(compiled):
        for layer_id, child in _started(engine, play, compiled, ran):
            roots = [ref for ref in child.layers if not is_of_iteration(ref)]
            yield from find_repeats(engine, child, roots, f"{above}{layer_id}/")


def outermost_of(compiled: CompiledFlow, ref: str) -> str | None:
    """The flowlet itself, or the outermost loop in which it stands; None when there is no such flowlet."""
    if ref not in compiled.flowlets:
        return None
    while (around := compiled.flowlets[ref].flowlet.inside) is not None:
        ref = around
    return ref


def _compiled_of(engine: Engine, play: Play) -> CompiledFlow | None:
    """The version that was played; None when it cannot be read here any more."""
    try:
        return engine.flows.get(play.company_id, play.flow_id, play.version)
    except NotFound:
        return None


def _starts_plays(compiled: CompiledFlow) -> bool:
    orders = (each.module.order for each in compiled.flowlets.values())
    return PlayFlow in orders or any(body.plays_flow for body in compiled.bodies.values())


def _irreversible(
    engine: Engine, play: Play, compiled: CompiledFlow | None, ran: Sequence[str]
) -> Iterator[Layer]:
    for layer in play.layers.values():
        # A play that failed or was cancelled keeps the layers of iterations that were open then.
        if layer.effect == Effect.IRREVERSIBLE and layer.attempts and _is_of(compiled, layer.id, ran):
            yield layer
    loops: dict[str, list[str]] = {}
    for ref in ran:
        loop = play.layers[ref].loop
        if loop is not None:
            loops.setdefault(loop.of, []).extend(_loops_of(compiled, ref))
    for play_id, refs in loops.items():
        yield from engine.store.iterations.irreversible(
            play.company_id, play_id, refs if compiled is not None else None
        )


def _loops_of(compiled: CompiledFlow | None, ref: str) -> list[str]:
    """An iterator and those inside it."""
    bodies = () if compiled is None else compiled.bodies
    return [each for each in bodies if compiled is not None and outermost_of(compiled, each) == ref]


def _is_of(compiled: CompiledFlow | None, layer_id: str, refs: Collection[str]) -> bool:
    """Whether a layer is one of these flowlets or stands in one's loop; nobody knows without the version."""
    return compiled is None or outermost_of(compiled, ref_of(layer_id)) in refs


def _started(
    engine: Engine, play: Play, compiled: CompiledFlow | None, ran: Collection[str]
) -> Iterator[tuple[str, Play]]:
    """The plays that these flowlets started; for what was taken over from an earlier play, that one's."""
    views, seen, origin, earlier = engine.store.play_views, set[str](), play.id, play.rerun_of
    while True:
        for layer_id, child in views.started_by(play.company_id, origin):
            if layer_id not in seen and _is_of(compiled, layer_id, ran) and _is_from(play, layer_id, origin):
                yield layer_id, child
            if earlier is not None:
                seen.add(layer_id)
        document = None if earlier is None else views.find(play.company_id, earlier)
        if document is None:
            return
        origin, earlier = document["_id"], document.get("rerunOf")


def _is_from(play: Play, layer_id: str, origin: str) -> bool:
    """Whether an iteration is of the play that performed the loop as this one knows it."""
    if origin == play.id or not is_of_iteration(layer_id):
        return True
    return origin in {layer.loop.of for layer in play.layers.values() if layer.loop is not None}
