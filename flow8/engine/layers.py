"""What happens to the layers of one play: begun, waited for, finished, each change noted in the journal."""

import random
import weakref
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flow8.clock import iso
from flow8.domain.flow import OnError
from flow8.domain.play import (
    Awaited,
    Decision,
    Failure,
    Iteration,
    Layer,
    LayerState,
    Play,
    Waiting,
    layer_is_finished,
)
from flow8.domain.retry import delay_ms, may_retry
from flow8.engine.attempt import Prepared, Result, prepare, prepare_again, unmet_conditions
from flow8.engine.children import cancel_child
from flow8.engine.compiled import NOW, Body, CompiledFlow, CompiledFlowlet
from flow8.engine.engine import Engine
from flow8.engine.journal import Journal
from flow8.engine.kv import PlayKv
from flow8.engine.loops import Loops
from flow8.engine.notices import note_approval
from flow8.engine.orders import carry_out, look_at_child
from flow8.engine.passes import Pass
from flow8.engine.unknown import has_unknown_outcome, unknown_outcome
from flow8.kit.errors import Failed
from flow8.kit.orders import Repeat, Stop

_L = LayerState

LOOKS_AT_ONCE = 100
"""So often flowlets may end at once and free others before the play is looked at again."""


class Layers:
    """The layers of a play in one lease. `failure` and `stopped` say that the play is to end."""

    def __init__(
        self,
        engine: Engine,
        play: Play,
        compiled: CompiledFlow,
        journal: Journal,
        roots: dict[str, Any],
        kv: PlayKv,
    ) -> None:
        self.engine = engine
        self.play = play
        self.kv = kv
        self.journal = journal
        self.stopped: Stop | None = None
        self.other_lane: str | None = None
        """A flowlet is ready that only workers of this lane may run."""
        self.has_more = False
        """More flowlets may be ready than were begun at once."""
        self._compiled = compiled
        self._put_off: list[str] = []
        self._left: list[str] = []
        self._root = Pass(Body(compiled.graph, compiled.flowlets), play.layers, roots)
        # Without a cycle a play and its values are gone as soon as it is left, not at some later collection.
        self._loops = Loops(weakref.proxy(self), compiled, self._root)
        self._loops.reopen()

    @property
    def failure(self) -> Failure | None:
        """What ends the play as FAIL, if anything does."""
        return self._root.failure

    @failure.setter
    def failure(self, failure: Failure) -> None:
        self._root.failure = failure

    @property
    def are_complete(self) -> bool:
        """Whether every flowlet is finished."""
        return self._root.is_complete

    # Beginning

    def begin_ready(self, now: datetime) -> list[Prepared]:
        """Begin every flowlet that may start; those whose end is known at once let further ones start."""
        prepared: list[Prepared] = []
        self._put_off += self._left
        self.other_lane, self._left = None, []
        for _ in range(LOOKS_AT_ONCE):
            ready = self._ready(now)
            self.has_more = bool(ready)
            for layer_id in ready:
                begun = self._begin(layer_id, now) if self._loops.may_begin(layer_id) else None
                if begun is not None:
                    self._loops.pass_of(self.play.layers[layer_id]).running.add(layer_id)
                    prepared.append(begun)
                if self.failure is not None:
                    return prepared
            if not ready:
                break
        return prepared

    def _ready(self, now: datetime) -> list[str]:
        ids = [each for each in (*self._put_off, *self._loops.ready()) if not self._is_finished(each)]
        self._put_off = [layer_id for layer_id in ids if not self._is_due(layer_id, now)]
        return [layer_id for layer_id in ids if self._is_due(layer_id, now)]

    def _is_finished(self, layer_id: str) -> bool:
        """A wish may have ended a layer that was put off."""
        layer = self.play.layers.get(layer_id)
        return layer is not None and layer_is_finished(layer.state)

    def _is_due(self, layer_id: str, now: datetime) -> bool:
        layer = self.play.layers.get(layer_id)
        if layer is None:
            return True
        if layer.state is _L.WAIT:
            until = layer.waiting.until if layer.waiting else now
            return layer.decision is not None or (until is not None and until <= now)
        return layer.due_at is None or layer.due_at <= now

    def _begin(self, layer_id: str, now: datetime) -> Prepared | None:
        compiled = self._compiled.flowlet_of(layer_id)
        layer = self.play.layers.setdefault(layer_id, Layer(layer_id))
        if compiled.reads_now:
            self._roots_of(layer)[NOW] = iso(now)
        try:
            if layer.waiting is not None:
                return self._go_on(layer, compiled, now)
            if layer.state is _L.NEW and self._ends_or_waits(layer, compiled, now):
                return None
            if not self.engine.serves(compiled.lane):
                self._leave_to(compiled.lane, layer)
                return None
            if layer.state is _L.RUN:
                return self._begin_again(layer, compiled)
            return self._begin_attempt(layer, compiled, now)
        except Failed as failed:
            self.fail(layer, Failure(failed.code, failed.message, layer_id), final=True)
            return None

    def _roots_of(self, layer: Layer) -> dict[str, Any]:
        return self._loops.pass_of(layer).roots

    def _leave_to(self, lane: str, layer: Layer) -> None:
        self.other_lane = lane
        self._left.append(layer.id)

    def _begin_again(self, layer: Layer, compiled: CompiledFlowlet) -> Prepared:
        """Its worker died while it ran: the same input once more, unless running twice could do harm."""
        if has_unknown_outcome(layer):
            failure = unknown_outcome(layer)
            raise Failed(failure.message, final=True, code=failure.code)
        layer.attempts += 1
        return prepare_again(layer.id, compiled, layer.input, self._roots_of(layer), self.kv)

    def _ends_or_waits(self, layer: Layer, compiled: CompiledFlowlet, now: datetime) -> bool:
        flowlet = compiled.flowlet
        if flowlet.disabled:
            self.close(layer, _L.SKIP, now)
            return True
        layer.unmet = unmet_conditions(compiled, self._roots_of(layer), self.kv)
        if layer.unmet:
            self.close(layer, _L.FILTERED, now)
            return True
        if flowlet.needs_approval:
            self._ask_for_approval(layer, compiled, now)
            return True
        if flowlet.defer_after_ms:
            self.defer(layer, flowlet.defer_after_ms, now)
            return True
        return False

    def _ask_for_approval(self, layer: Layer, compiled: CompiledFlowlet, now: datetime) -> None:
        """Record what is about to be done, so that whoever decides sees it and nothing else is done."""
        approval = compiled.flowlet.approval
        seconds = approval.expires_after if approval else None
        self._record(layer, prepare(layer.id, compiled, self._roots_of(layer), self.kv))
        waiting = Waiting(
            Awaited.APPROVAL,
            until=None if seconds is None else now + timedelta(seconds=seconds),
            note=approval.note if approval else None,
            approvers=approval.approvers if approval else (),
            exclude_requester=approval.exclude_requester if approval else False,
        )
        # Before the layer is written: a crash between the two loses nothing, and it is noted once anyway.
        note_approval(self.engine, self.play, self._compiled, layer)
        self.wait(layer, waiting, now)

    def _record(self, layer: Layer, prepared: Prepared) -> None:
        layer.input, layer.effect = prepared.input, prepared.effect.value
        try:
            self.journal.keep_input(layer)
        except ValueError as error:
            layer.input = None
            raise Failed(f"The input cannot be kept: {error}.", final=True, code="INPUT_REFUSED") from error

    def _begin_attempt(self, layer: Layer, compiled: CompiledFlowlet, now: datetime) -> Prepared:
        if layer.attempts > 0 or layer.decision is not None:
            prepared = prepare_again(layer.id, compiled, layer.input, self._roots_of(layer), self.kv)
        else:
            prepared = prepare(layer.id, compiled, self._roots_of(layer), self.kv)
            self._record(layer, prepared)
        layer.attempts += 1
        layer.started_at = layer.started_at or now
        layer.due_at = None
        self.journal.move(layer, _L.RUN, now)
        return prepared

    def _go_on(self, layer: Layer, compiled: CompiledFlowlet, now: datetime) -> Prepared | None:
        """What the layer waited for has come, or its time is over."""
        waiting = layer.waiting
        if waiting is None or waiting.what is Awaited.TIME:
            layer.output = {"waitedUntil": iso(now)}
            self._done(layer, now)
            return None
        if waiting.what is Awaited.APPROVAL:
            return self._after_approval(layer, compiled, now)
        if waiting.what is Awaited.EVENT:
            raise Failed(f"No event '{waiting.name}' came in time.", final=True, code="EXPIRED")
        look_at_child(self, layer, now)
        return None

    def _after_approval(self, layer: Layer, compiled: CompiledFlowlet, now: datetime) -> Prepared:
        approval = compiled.flowlet.approval
        if layer.decision is None:
            approved = approval is not None and approval.on_expiry == "approved"
            layer.decision = Decision(approved, "expiry", now, "nobody decided in time")
        layer.waiting = None
        if not layer.decision.approved:
            why = f": {layer.decision.note}" if layer.decision.note else ""
            raise Failed(f"Declined by {layer.decision.by}{why}", final=True, code="DECLINED")
        return self._begin_attempt(layer, compiled, now)

    # Finishing

    def finish(self, prepared: Prepared, result: Result, now: datetime) -> None:
        """Take the result of an attempt."""
        layer = self.play.layers[prepared.layer_id]
        way = self._loops.pass_of(layer)
        way.running.discard(layer.id)
        self._take(layer, result, now)
        if way.is_halted:
            self._loops.look(way)

    def _take(self, layer: Layer, result: Result, now: datetime) -> None:
        if result.failure is not None:
            self.fail(layer, result.failure, final=result.final)
        elif result.order is not None:
            self._obey(layer, result, now)
        elif result.skipped:
            self.close(layer, _L.SKIP, now)
        else:
            layer.output, layer.error = result.output, None
            if result.reply is not None:
                self.play.reply = result.reply
            self._done(layer, now)

    def _obey(self, layer: Layer, result: Result, now: datetime) -> None:
        try:
            carry_out(self, layer, result.order, now)
        except Failed as failed:
            self.fail(layer, Failure(failed.code, failed.message, layer.id), final=failed.final)

    def done(self, layer: Layer, output: Any, now: datetime) -> None:
        """End a layer well, with this output."""
        layer.output, layer.error = output, None
        self._done(layer, now)

    def _done(self, layer: Layer, now: datetime) -> None:
        try:
            self.journal.keep_output(layer)
        except ValueError as error:
            layer.output = None
            self.fail(
                layer,
                Failure("OUTPUT_REFUSED", f"The output cannot be kept: {error}.", layer.id),
                final=True,
            )
            return
        self.close(layer, _L.DONE, now)

    def fail(self, layer: Layer, failure: Failure, *, final: bool) -> None:
        """A layer failed: try it again, or let its `onError` decide."""
        flowlet, now = self._compiled.flowlet_of(layer.id).flowlet, self.engine.store.clock.now()
        layer.error = failure = replace(failure, message=self.kv.veil.text(failure.message))
        way = self._loops.pass_of(layer)
        if not (final or way.is_halted) and may_retry(flowlet.retry, layer.attempts):
            self.defer(layer, delay_ms(flowlet.retry, layer.attempts, _jitter()), now)
        elif flowlet.on_error is OnError.SKIP:
            self.close(layer, _L.SKIP, now)
        else:
            if flowlet.on_error is OnError.FAIL:
                way.failure = way.failure or failure
            self.close(layer, _L.FAIL, now)

    def close(self, layer: Layer, state: LayerState, now: datetime) -> None:
        """A layer is over: let those after it start."""
        layer.ended_at = now
        layer.due_at = layer.waiting = None
        self.journal.move(layer, state, now)
        way = self._loops.pass_of(layer)
        way.finish(layer)
        self._loops.look(way)

    # Loops

    def repeat(self, layer: Layer, order: Repeat) -> None:
        """Perform what stands inside an iterator for each item.

        Raises:
            Failed: it cannot be done.
        """
        self._loops.repeat(layer, order)

    def drop(self, layer: Layer) -> None:
        """End a layer of an iteration that is not to go on, with the play that it waits for."""
        waiting = layer.waiting
        if waiting is not None and waiting.what is Awaited.PLAY and waiting.name:
            cancel_child(self.engine, self.play.company_id, waiting.name, by=f"play {self.play.id}")
        unknown = has_unknown_outcome(layer)
        layer.error = unknown_outcome(layer) if unknown else layer.error
        layer.state, layer.ended_at = _L.FAIL if unknown else _L.SKIP, self.engine.store.clock.now()
        layer.due_at = layer.waiting = None

    def record(self, layer: Layer) -> None:
        """Write a layer that changed within its state."""
        self.journal.changed(layer)

    def settle(self, iteration: Iteration) -> None:
        """Write an iteration that is over."""
        self.journal.settle(iteration)

    # Waiting

    def defer(self, layer: Layer, milliseconds: int, now: datetime) -> None:
        """Hold a layer back for a time."""
        layer.due_at = now + timedelta(milliseconds=milliseconds)
        self.journal.move(layer, _L.DEFERRED, now)
        self._put_off.append(layer.id)

    def wait(self, layer: Layer, waiting: Waiting, now: datetime) -> None:
        """Let a layer wait for somebody or something outside."""
        layer.waiting = waiting
        self.journal.move(layer, _L.WAIT, now)
        self._put_off.append(layer.id)
        if waiting.what is not Awaited.PLAY:
            # People can only answer what they see, and another branch may keep this play busy for long.
            self.journal.checkpoint()

    def wait_on(self, layer: Layer, waiting: Waiting) -> None:
        """Let a layer that waits go on waiting."""
        layer.waiting = waiting
        self.journal.changed(layer)
        self._put_off.append(layer.id)

    def waiting(self) -> list[Layer]:
        """The layers that wait for a time, a person, an event or another play."""
        return [each for each in self.play.layers.values() if each.state in (_L.DEFERRED, _L.WAIT)]


def next_due(layers: list[Layer]) -> datetime | None:
    """When the first of these layers goes on by itself, if any does."""
    moments = [layer.due_at or (layer.waiting.until if layer.waiting else None) for layer in layers]
    return min((moment for moment in moments if moment is not None), default=None)


def _jitter() -> float:
    return random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, keeps no secret
