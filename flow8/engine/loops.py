"""Loops: which iterations of one are open, and what follows when one is over."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from flow8.domain.play import Failure, Iteration, Layer, LayerState, Loop, Play, layer_is_finished
from flow8.engine.attempt import AttemptContext, prepare_again, veiled_order
from flow8.engine.compiled import Body, CompiledFlow
from flow8.engine.engine import Engine
from flow8.engine.kv import PlayKv
from flow8.engine.passes import Pass, is_open_loop, roots_of_item
from flow8.kit.errors import Failed
from flow8.kit.module import Effect
from flow8.kit.orders import Repeat

_L = LayerState


@dataclass
class OpenLoop:
    """A loop under way. `around` is the pass in which its iterator stands."""

    layer: Layer
    around: Pass
    body: Body
    order: Repeat
    failure: Failure | None = None
    passes: dict[int, Pass] = field(default_factory=dict)

    @property
    def state(self) -> Loop:
        """How far it is, as it is recorded."""
        if self.layer.loop is None:
            raise RuntimeError(f"layer {self.layer.id} is no loop")
        return self.layer.loop

    @property
    def is_over(self) -> bool:
        """Whether nothing is open, and nothing more begins."""
        return not self.passes and not self.may_begin

    @property
    def may_begin(self) -> bool:
        """Whether the next item may begin now."""
        state = self.state
        halted = self.failure is not None or self.around.is_halted
        return not halted and state.next < state.count and len(self.passes) < self.order.parallel

    def open(self, index: int, layers: dict[str, Layer]) -> Pass:
        """The pass of one item."""
        item = self.order.items[index]
        if self.body.plays_flow and not isinstance(item, dict):
            item = {"item": item, "index": index}
        suffix = f"{self.layer.id.removeprefix(self.layer.ref)}#{index}"
        roots = roots_of_item(self.around.roots, item, index)
        self.passes[index] = Pass(self.body, layers, roots, suffix=suffix, loop=self, index=index)
        return self.passes[index]


class Steps(Protocol):
    """What a loop needs of the layers of its play."""

    engine: Engine
    play: Play
    kv: PlayKv

    def done(self, layer: Layer, output: Any, now: datetime) -> None:
        """End a layer well."""

    def fail(self, layer: Layer, failure: Failure, *, final: bool) -> None:
        """End a layer badly."""

    def close(self, layer: Layer, state: LayerState, now: datetime) -> None:
        """End a layer."""

    def drop(self, layer: Layer) -> None:
        """End a layer that is not to go on."""

    def record(self, layer: Layer) -> None:
        """Write a layer that changed within its state."""

    def settle(self, iteration: Iteration) -> None:
        """Write an iteration that is over."""


class Loops:
    """Every pass of a play that is under way: the flow's own, under the empty name, and the iterations."""

    def __init__(self, steps: Steps, compiled: CompiledFlow, root: Pass) -> None:
        self._steps = steps
        self._compiled = compiled
        self._layers = steps.play.layers
        self._now = steps.engine.store.clock.now
        self.passes: dict[str, Pass] = {"": root}
        self.stirred: dict[str, Pass] = {"": root}
        """Passes in which a flowlet may be ready that was not before."""
        self._loops: dict[str, OpenLoop] = {}

    def reopen(self) -> None:
        """Go on with the loops that an earlier lease began."""
        self._reopen_in(self.passes[""])

    def ready(self) -> list[str]:
        """The ids of the layers that may start now, each handed out once."""
        stirred, self.stirred = list(self.stirred.values()), {}
        return [layer_id for way in stirred if way.id in self.passes for layer_id in way.ready()]

    def may_begin(self, layer_id: str) -> bool:
        """Whether the pass of a layer that was ready is still under way."""
        way = self.passes.get(self._compiled.pass_of(layer_id))
        return way is not None and not way.is_halted

    def pass_of(self, layer: Layer) -> Pass:
        """The pass in which a layer stands."""
        return self.passes[self._compiled.pass_of(layer.id)]

    # Beginning

    def repeat(self, layer: Layer, order: Repeat) -> None:
        """Begin a loop.

        Raises:
            Failed: nothing stands inside it, or its module may not be run again.
        """
        loop = self._loop_of(layer, order)
        layer.error = None
        layer.loop = Loop(of=self._steps.play.id, count=len(order.items))
        self._loops[layer.id] = loop
        self._go_round(loop)

    def _loop_of(self, layer: Layer, order: Repeat) -> OpenLoop:
        body, module = self._compiled.bodies.get(layer.ref), self._compiled.flowlet_of(layer.id).module
        if body is None:
            raise Failed("Nothing stands inside this loop.", final=True, code="NO_LOOP")
        if module.effect is not Effect.NONE:
            raise Failed("Only a module without effect may begin a loop.", final=True, code="NO_LOOP")
        return OpenLoop(layer, self.pass_of(layer), body, order)

    def _reopen_in(self, way: Pass) -> None:
        for layer in list(way.own_layers()):
            if is_open_loop(layer):
                self._reopen(layer)

    def _reopen(self, layer: Layer) -> None:
        loop = self._loop_of(layer, self._order_again(layer))
        loop.failure = layer.error
        self._loops[layer.id] = loop
        for index in loop.state.open:
            self._open(loop, index)
        for way in list(loop.passes.values()):
            self._reopen_in(way)
            if way.is_complete or way.is_halted:
                self.look(way)
        if layer.id in self._loops:
            self._go_round(loop)

    def _order_again(self, layer: Layer) -> Repeat:
        """What the iterator of a loop under way asked for; being pure, it says the same again.

        Raises:
            Failed: it no longer does.
        """
        engine, play, compiled = self._steps.engine, self._steps.play, self._compiled.flowlet_of(layer.id)
        kv, key = self._steps.kv, f"{play.id}/{layer.id}"
        context = AttemptContext(engine.components, play.company_id, key, math.inf, kv, engine.files)
        prepared = prepare_again(layer.id, compiled, layer.input, self.pass_of(layer).roots, kv)
        order = compiled.module.run(prepared.args, context)
        if not isinstance(order, Repeat):
            raise Failed(f"{compiled.module.app_id} does not repeat its loop.", final=True, code="NO_LOOP")
        return veiled_order(order, kv.veil)

    def _open(self, loop: OpenLoop, index: int) -> None:
        way = loop.open(index, self._layers)
        self.passes[way.id] = self.stirred[way.id] = way

    def _go_round(self, loop: OpenLoop) -> None:
        """Open as many iterations as may be open, or end the loop, unless one that was halted ended it."""
        if self._loops.get(loop.layer.id) is not loop:
            return
        while loop.may_begin:
            self._open(loop, loop.state.next)
            loop.state.open.append(loop.state.next)
            loop.state.next += 1
        self._steps.record(loop.layer)
        if loop.is_over:
            self._end(loop)

    # Ending

    def _end(self, loop: OpenLoop) -> None:
        del self._loops[loop.layer.id]
        state = loop.state
        if loop.failure is not None:
            self._steps.fail(loop.layer, loop.failure, final=True)
        elif loop.around.is_halted:
            self._steps.close(loop.layer, _L.SKIP, self._now())
        else:
            counts = {"count": state.count, "done": state.done, "failed": state.failed}
            self._steps.done(loop.layer, counts, self._now())

    def look(self, way: Pass) -> None:
        """A layer of this pass is over: see whether the pass is."""
        if way.is_halted:
            self._halt(way)
        elif not way.is_complete:
            self.stirred[way.id] = way
        elif way.loop is not None:
            self._end_iteration(way.loop, way)

    def _halt(self, way: Pass) -> None:
        """Let what runs in a pass come to its end, and close the rest once nothing does."""
        for loop in [each for each in self._loops.values() if each.around is way]:
            for inner in list(loop.passes.values()):
                self._halt(inner)
        if way.loop is None or way.id not in self.passes or way.is_running:
            return
        for layer in way.own_layers():
            if not layer_is_finished(layer.state):
                self._steps.drop(layer)
        self._end_iteration(way.loop, way)

    def _end_iteration(self, loop: OpenLoop, way: Pass) -> None:
        state = _state_of(way)
        layers = {layer.ref: layer for layer in way.own_layers()}
        self._steps.settle(Iteration(loop.layer.id, way.index, state, self._now(), layers))
        for layer in layers.values():
            del self._layers[layer.id]
        del self.passes[way.id], loop.passes[way.index]
        self.stirred.pop(way.id, None)
        self._count(loop, way, state)
        self._go_round(loop)

    def _count(self, loop: OpenLoop, way: Pass, state: LayerState) -> None:
        loop.state.open.remove(way.index)
        if state is _L.DONE:
            loop.state.done += 1
        elif state is _L.FAIL:
            loop.state.failed += 1
        if way.failure is not None and loop.order.on_item_error == "fail" and loop.failure is None:
            message = f"Item {way.index}: {way.failure.message}"
            loop.failure = loop.layer.error = Failure("ITEM_FAILED", message, way.failure.ref)
            for other in list(loop.passes.values()):
                self._halt(other)


def _state_of(way: Pass) -> LayerState:
    if way.failure is not None:
        return _L.FAIL
    return _L.DONE if way.is_complete else _L.SKIP
