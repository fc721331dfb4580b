"""One layer of a play, wherever it is kept.

The play's document holds its own layers and those of open iterations, and says which iterations are open; one
that is over has a document of its own. Where both know an iteration, the play's word counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flow8.domain.play import LayerState, layer_is_finished, ref_of
from flow8.engine.compiled import Body, CompiledFlow
from flow8.engine.engine import Engine
from flow8.errors import NotFound
from flow8.services import play_shapes
from flow8.services.play_shapes import Shape, Step
from flow8.store.payloads import Kept

NO_LAYER = "LAYER_NOT_FOUND"
GONE = "ITERATIONS_GONE"

_LAYER_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:#(?:0|[1-9][0-9]{0,5}))*")


@dataclass(frozen=True)
class Scope:
    """What is kept of one way through a graph: of the play itself, or of one iteration.

    `row` is the iteration's own document once it is over. `absent` is the state of flowlets without a layer.
    """

    play: Shape
    suffix: str = ""
    row: Shape | None = None
    absent: str = LayerState.NEW.value

    def kept(self, field: str, ref: str) -> Any:
        """What stands in `layers`, `inputs` or `outputs` for a flowlet of this scope, if anything."""
        if self.row is not None:
            return self.row.get(field, {}).get(ref)
        return self.play.get(field, {}).get(ref + self.suffix)

    @property
    def play_id(self) -> str:
        """The play that performed it."""
        return str((self.row or {}).get("playId", self.play["_id"]))


@dataclass(frozen=True)
class Found:
    """A layer, begun or not. `body` is what it repeats, when it is the layer of an iterator."""

    layer_id: str
    step: Step
    scope: Scope
    body: Body | None = None

    @property
    def document(self) -> Shape | None:
        """Its record, once it has begun."""
        document: Shape | None = self.scope.kept("layers", self.step.ref)
        return document

    def shape(self) -> Shape:
        """The layer as people see it."""
        kept = self.document or {"state": self.scope.absent}
        return play_shapes.layer(self.step, kept, self.layer_id)

    def text(self, engine: Engine, field: str) -> str | None:
        """The JSON text of its `inputs` or `outputs`, if the play was read with them.

        Raises:
            NotFound: ITERATIONS_GONE; retention is about to remove the play that performed it.
        """
        kept: Kept | None = self.scope.kept(field, self.step.ref)
        try:
            return engine.store.payloads.read_text(self.scope.play_id, kept)
        except LookupError:
            raise iterations_gone(self.layer_id, self.scope.play_id) from None


def find_with_values(engine: Engine, company_id: str, play_id: str, layer_id: str) -> Found:
    """A layer whose input and output may be read.

    Raises:
        NotFound: PLAY_NOT_FOUND, LAYER_NOT_FOUND or ITERATIONS_GONE.
    """
    views = engine.store.play_views
    if _LAYER_ID.fullmatch(layer_id):
        play = views.with_layer(company_id, play_id, layer_id)
    else:
        play = views.find(company_id, play_id)
    if play is None:
        raise NotFound(f"There is no play '{play_id}'.", code="PLAY_NOT_FOUND")
    return find_layer(engine, play, layer_id)


def find_layer(engine: Engine, play: Shape, layer_id: str) -> Found:
    """The layer of this id: `ref`, in loops followed by the position of each item, `ref#3#0`.

    Raises:
        NotFound: LAYER_NOT_FOUND, in a sentence that says which ids there are; or ITERATIONS_GONE.
    """
    compiled = play_shapes.compiled_of(engine, play)
    if not _LAYER_ID.fullmatch(layer_id):
        raise _no_layer(layer_id)
    if compiled is None:
        return _on_record(play, layer_id)
    ref, *places = layer_id.split("#")
    around = _around(compiled, ref, len(places), layer_id)
    scope = Scope(play)
    for loop, place in zip(around, places, strict=True):
        scope = _scope_of(engine, scope, loop, int(place))
    # As many loops as stand around the flowlet itself: with one more, it is the play that stands for a body.
    body = compiled.bodies.get(ref) if len(places) == compiled.depths[ref] else None
    return Found(layer_id, play_shapes.step(compiled.flowlet_of(layer_id).flowlet), scope, body)


def _on_record(play: Shape, layer_id: str) -> Found:
    """Without the flow's version nobody knows which loops there are, only what is on record."""
    if layer_id not in play.get("layers", {}):
        raise _no_layer(layer_id)
    ref = ref_of(layer_id)
    return Found(layer_id, Step(ref, None, None), Scope(play, layer_id.removeprefix(ref)))


def _around(compiled: CompiledFlow, ref: str, places: int, layer_id: str) -> list[str]:
    """The iterators to whose items the positions of a layer's id belong, from the outside in."""
    if ref not in compiled.flowlets:
        raise _no_layer(layer_id)
    around, body = [*_loops_around(compiled, ref)][::-1], compiled.bodies.get(ref)
    if places == len(around):
        return around
    if body is not None and places == len(around) + 1:
        if body.plays_flow:
            return [*around, ref]
        raise _is_iteration(body, layer_id)
    if places < len(around):
        example = ref + "#0" * len(around)
        message = f"'{ref}' stands inside a loop, with a layer for each item; name one, such as '{example}'."
        raise NotFound(message, code=NO_LAYER)
    raise _no_layer(layer_id)


def _loops_around(compiled: CompiledFlow, ref: str) -> Iterator[str]:
    around = compiled.flowlets[ref].flowlet.inside
    while around is not None:
        yield around
        around = compiled.flowlets[around].flowlet.inside


def _scope_of(engine: Engine, around: Scope, loop: str, index: int) -> Scope:
    """The iteration for one item of a loop that stands in `around`."""
    name, layer = loop + around.suffix, around.kept("layers", loop) or {"state": around.absent}
    counts, suffix = layer.get("loop"), f"{around.suffix}#{index}"
    if counts is None:
        raise NotFound(f"The loop '{name}' has no items: it is {layer['state']}.", code=NO_LAYER)
    if index >= counts["count"]:
        message = f"The loop '{name}' has {counts['count']} items, counted from 0; there is none at {index}."
        raise NotFound(message, code=NO_LAYER)
    absent = state_of_unfinished(layer)
    if index >= counts["next"]:
        return Scope(around.play, suffix, {}, absent)
    if around.row is None and index in counts["open"]:
        return Scope(around.play, suffix, None, absent)
    row = engine.store.iterations.find(around.play["companyId"], counts["of"], f"{name}#{index}")
    if row is None:
        raise iterations_gone(name, counts["of"])
    return Scope(around.play, suffix, row, LayerState.SKIP.value)


def state_of_unfinished(loop: Shape) -> str:
    """What became, or is to become, of whatever a loop did not begin."""
    state = LayerState(loop["state"])
    if not layer_is_finished(state):
        return LayerState.NEW.value
    return (state if state is LayerState.CANCELLED else LayerState.SKIP).value


def iterations_gone(layer_id: str, play_id: str) -> NotFound:
    """What a play performed was removed with it, while a rerun that took it over is still there."""
    message = f"What is asked of '{layer_id}' is gone: it belonged to play {play_id}, which was removed."
    return NotFound(message, code=GONE)


def _is_iteration(body: Body, layer_id: str) -> NotFound:
    suffix = layer_id.removeprefix(ref_of(layer_id))
    names = ", ".join(f"'{ref}{suffix}'" for ref in body.graph.order[:3])
    more = ", …" if len(body.graph.order) > 3 else ""  # noqa: PLR2004 - as many as were named
    message = f"'{layer_id}' is an iteration, not a layer; its layers are {names}{more}."
    return NotFound(message, code=NO_LAYER)


def _no_layer(layer_id: str) -> NotFound:
    return NotFound(f"This play has no layer '{layer_id}'.", code=NO_LAYER)
