"""The iterations of a loop, open ones included, page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flow8.clock import iso
from flow8.domain.access import Actor, Right
from flow8.domain.flow import OnError
from flow8.domain.play import LayerState, layer_is_finished
from flow8.engine.compiled import Body
from flow8.engine.engine import Engine
from flow8.errors import NotFound, Problem
from flow8.services import play_shapes
from flow8.services.hands import found_play
from flow8.services.layers import Found, Scope, find_layer, iterations_gone, state_of_unfinished
from flow8.services.page import USUAL_SIZE, refuse, size_problems
from flow8.services.play_shapes import Shape
from flow8.services.reach import must_on_play
from flow8.store.iterations import ENDS

_TIMES = ("startedAt", "endedAt", "durationMs")
_BRIEF = ("layerId", "ref", "appId", "state", "attempts", "error", "loop", *_TIMES)
_UNDER_WAY = (LayerState.RUN, LayerState.WAIT, LayerState.DEFERRED)
STATES = (LayerState.NEW, *_UNDER_WAY, *ENDS, LayerState.CANCELLED)


@dataclass(frozen=True)
class IterationPage:
    """Some iterations in the order of their items; `next` is what to pass as `after` for the ones behind."""

    rows: list[Shape]
    next: int | None


def list_iterations(
    engine: Engine,
    actor: Actor,
    play_id: str,
    layer_id: str,
    *,
    size: int = USUAL_SIZE,
    after: int | None = None,
    states: Sequence[str] = (),
) -> IterationPage:
    """The iterations of the loop whose layer this is, those behind position `after`, in some states.

    Each row is `{index, state, error, endedAt, layers}`, without values. An open iteration is RUN, WAIT or
    DEFERRED like its layers, and NEW before the first of them; items that were not begun are not listed.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND, LAYER_NOT_FOUND, LOOP_NOT_FOUND (it is no iterator's), or ITERATIONS_GONE.
        Invalid: a size, a position or a state that is none.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.list_iterations", play_id)
    refuse(_problems(size, after, states), "These iterations cannot be listed.")
    found = find_layer(engine, found_play(engine, actor.company_id, play_id), layer_id)
    if found.body is None:
        raise NotFound(f"Layer '{layer_id}' is no loop, so it has no iterations.", code="LOOP_NOT_FOUND")
    if found.document is None or "loop" not in found.document:
        return IterationPage([], None)
    loop = _Loop(engine, found, found.body, found.document)
    rows = loop.rows(size + 1, -1 if after is None else after, states)
    return IterationPage(rows[:size], rows[size - 1]["index"] if len(rows) > size else None)


def _problems(size: int, after: int | None, states: Sequence[str]) -> list[Problem]:
    problems = size_problems(size)
    if after is not None and after < 0:
        problems.append(Problem("after", "must be the position of an item, counted from 0"))
    unknown = [each for each in states if each not in STATES]
    return [*problems, *(Problem("state", f"'{each}' is no state of an iteration") for each in unknown)]


class _Loop:
    """A loop that has begun, as it is kept."""

    def __init__(self, engine: Engine, found: Found, body: Body, layer: Shape) -> None:
        self._engine = engine
        self._scope = found.scope
        self._id = found.layer_id
        self._suffix = found.layer_id.removeprefix(found.step.ref)
        self._body = body
        self._steps = play_shapes.steps_of_body(body)
        self._layer = layer
        self._counts = layer["loop"]
        self._open: list[int] = self._counts["open"] if found.scope.row is None else []

    def rows(self, size: int, after: int, states: Sequence[str]) -> list[Shape]:
        """The first so many rows behind a position."""
        open_ones = [row for row in self._open_rows(after) if not states or row["state"] in states]
        both = [*open_ones, *self._rows_of_ended(size, after, states)]
        return sorted(both, key=lambda row: int(row["index"]))[:size]

    def _open_rows(self, after: int) -> Iterator[Shape]:
        play, is_over = self._scope.play, layer_is_finished(LayerState(self._layer["state"]))
        for index in self._open:
            if index > after:
                scope = Scope(play, f"{self._suffix}#{index}")
                state = state_of_unfinished(self._layer) if is_over else self._state_of_open(scope)
                yield self._row(index, scope, state, None)

    def _state_of_open(self, scope: Scope) -> str:
        layers = (scope.kept("layers", step.ref) for step in self._steps)
        states = {layer["state"] for layer in layers if layer is not None}
        usual = LayerState.RUN if states else LayerState.NEW
        return next((state for state in _UNDER_WAY if state in states), usual).value

    def _rows_of_ended(self, size: int, after: int, states: Sequence[str]) -> Iterator[Shape]:
        play, of = self._scope.play, self._counts["of"]
        wanted = [state for state in ENDS if not states or state in states]
        found = self._engine.store.iterations.page(
            play["companyId"],
            of,
            self._id,
            size=size,
            after=after,
            before=self._counts["next"],
            without=self._open,
            states=wanted,
        )
        if not found and of != play["_id"] and self._engine.store.play_views.state_of(of) is None:
            raise iterations_gone(self._id, of)
        for row in found:
            scope = Scope(play, f"{self._suffix}#{row['index']}", row)
            yield self._row(row["index"], scope, row["state"], iso(row["endedAt"]))

    def _row(self, index: int, scope: Scope, state: str, ended_at: str | None) -> Shape:
        layers = [
            play_shapes.layer(step, layer, f"{step.ref}{scope.suffix}")
            for step in self._steps
            if (layer := scope.kept("layers", step.ref)) is not None
        ]
        return {
            "index": index,
            "state": state,
            "error": self._error(layers),
            "endedAt": ended_at,
            "layers": [{name: layer[name] for name in _BRIEF} for layer in layers],
        }

    def _error(self, layers: Sequence[Shape]) -> Any:
        """Why the iteration failed: the error of the first layer that lets it fail."""
        for layer in layers:
            fails = self._body.flowlets[layer["ref"]].flowlet.on_error is OnError.FAIL
            if fails and layer["state"] == LayerState.FAIL:
                return layer["error"]
        return None
