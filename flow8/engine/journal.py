"""What a lease's holder did and has not written yet; every write of a performance goes through here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flow8.domain.play import (
    LAYER_CHANGES,
    Happening,
    Iteration,
    Layer,
    LayerState,
    LogLine,
    Play,
    Wish,
    is_of_iteration,
    ref_of,
)
from flow8.live import Event, Live
from flow8.store.database import Document
from flow8.store.iterations import Row
from flow8.store.payloads import Keeper, Kept, size_of
from flow8.store.plays import KEPT_LOG_LINES, Change, Plays

ITERATIONS_AT_ONCE = 100
BYTES_AT_ONCE = 1024 * 1024
"""Iterations that are over are written apart from their play when this much of them has come together."""

TYPES = {
    LayerState.RUN: "play:layer:started",
    LayerState.FAIL: "play:layer:failed",
    LayerState.DEFERRED: "play:layer:deferred",
    LayerState.WAIT: "play:layer:waiting",
}
TOLD_OF_ITERATIONS = (LayerState.WAIT, LayerState.FAIL)


class LeaseLost(Exception):
    """Another worker has the play: what this one did since its last write is void."""


class Woken(Exception):
    """Somebody left a wish meanwhile: hear it, then decide anew. Nothing was written, and nothing is lost."""


class Journal:
    """Gathers the changes of one performance and writes them together, under its lease's token."""

    def __init__(self, plays: Plays, live: Live, play: Play) -> None:
        self._plays = plays
        self._live = live
        self._play = play
        self._keeper = Keeper(play.company_id, play.id)
        self._layers: dict[str, Layer] = {}
        self._change = Change(is_first=not play.layers)
        self._told = 0
        self._bytes = 0
        self._stored = set(filter(is_of_iteration, play.layers))
        """Layers of open iterations that stand in the play's document."""
        self.owes_write = False
        """A finished `write` is not written yet; nothing slow may start before it is."""
        self.is_full = False
        """So many iterations are over that they should be written."""

    def keep_input(self, layer: Layer) -> None:
        """Write the layer's resolved input with the next write."""
        self._change.inputs[layer.id] = self._keeper.keep(layer.input)

    def keep_output(self, layer: Layer) -> None:
        """Write the layer's output with the next write.

        Raises:
            ValueError: the output is not JSON or too large to be stored.
        """
        self._change.outputs[layer.id] = self._keeper.keep(layer.output)

    def keep(self, value: Any) -> Kept:
        """A value of the play itself, as it will stand in the play's document."""
        return self._keeper.keep(value)

    def changed(self, layer: Layer) -> None:
        """Write a layer that changed within its state."""
        self._layers[layer.id] = layer

    def move(self, layer: Layer, state: LayerState, at: datetime) -> None:
        """Change a layer's state and note it in the history, which does not tell of single iterations."""
        if state not in LAYER_CHANGES[layer.state]:
            raise RuntimeError(f"layer {layer.id} cannot go from {layer.state} to {state}")
        layer.state = state
        self._layers[layer.id] = layer
        if not is_of_iteration(layer.id):
            self.note(TYPES.get(state, "play:layer:completed"), at, ref=layer.id, state=state.value)
        elif state in TOLD_OF_ITERATIONS:
            line = Happening(self._play.seq, TYPES[state], at, layer.id, state.value)
            self._live.publish({**self._event(line), "provisional": True})

    def settle(self, iteration: Iteration) -> None:
        """Write an iteration that is over, apart from its play; its layers leave the play's document."""
        row = Row(iteration)
        for layer in iteration.layers.values():
            self._settle_values(layer, row)
            for change in (self._layers, self._change.inputs, self._change.outputs):
                change.pop(layer.id, None)
            if layer.id in self._stored:
                self._stored.discard(layer.id)
                self._change.moved.append(layer.id)
        self._change.iterations.append(row)
        if len(self._change.iterations) >= ITERATIONS_AT_ONCE or self._bytes >= BYTES_AT_ONCE:
            self.is_full = True

    def _settle_values(self, layer: Layer, row: Row) -> None:
        for value, kept, own in (
            (layer.input, self._change.inputs, row.inputs),
            (layer.output, self._change.outputs, row.outputs),
        ):
            if value is None:
                continue
            found = kept[layer.id] if layer.id in kept else self._keeper.keep(value)
            self._keeper.let_go(found)
            self._bytes += size_of(found)
            own[layer.ref] = found

    def note(self, kind: str, at: datetime, *, ref: str | None = None, state: str | None = None) -> None:
        """Add a line to the play's history."""
        self._play.seq += 1
        self._change.history.append(Happening(self._play.seq, kind, at, ref, state))

    def log(self, layer_id: str, lines: Sequence[tuple[datetime, str]]) -> None:
        """Write what a module logged with the next write, which is there anyway."""
        attempt = self._play.layers[layer_id].attempts
        for at, message in lines:
            self._play.logged += 1
            self._change.logs.append(LogLine(self._play.logged, layer_id, attempt, at, message))
        del self._change.logs[:-KEPT_LOG_LINES]

    def correct(self, kind: str, state: str) -> None:
        """Tell the last line otherwise, which is not written yet."""
        self._change.history[-1] = replace(self._change.history[-1], type=kind, state=state)

    def tell(self) -> None:
        """Show listeners what is not written yet, as provisional."""
        for line in self._change.history[self._told :]:
            self._live.publish({**self._event(line), "provisional": True})
        self._told = len(self._change.history)

    def checkpoint(self) -> None:
        """Write everything gathered; the play stays held."""
        self._write(self._change)

    def release(self, state: str, until: datetime) -> None:
        """Write everything and give the play back, to be taken again from `until` on.

        Raises:
            Woken: somebody left a wish first.
        """
        self._write(replace(self._change, play={**self._change.play, "state": state}, release_until=until))

    def end(self, fields: Document) -> None:
        """Write everything together with the play's end.

        Raises:
            Woken: somebody left a wish first.
        """
        self._write(replace(self._change, play={**self._change.play, **fields}, ends=True))

    def set(self, **fields: Any) -> None:
        """Change fields of the play itself with the next write."""
        self._change.play.update(fields)

    def hear(self) -> list[Wish]:
        """The wishes that nobody carried out yet; they are struck off with the next write.

        Raises:
            LeaseLost: another worker has the play.
        """
        if not self._plays.hear(self._play):
            raise LeaseLost
        fresh = [wish for wish in self._play.wishes if wish.id not in self._change.heard]
        self._change.heard += [wish.id for wish in fresh]
        return fresh

    def _write(self, change: Change) -> None:
        change.layers, change.payloads = list(self._layers.values()), self._keeper.rows
        if not self._store(change):
            raise Woken if self._plays.hear(self._play) else LeaseLost
        self._stored.update(filter(is_of_iteration, self._layers))
        self._change, self._layers, self._keeper.rows = Change(), {}, []
        self._told, self._bytes, self.owes_write, self.is_full = 0, 0, False, False
        for line in change.history:
            self._live.publish({**self._event(line), "seq": line.seq})

    def _store(self, change: Change) -> bool:
        return self._plays.write(self._play, change)

    def _event(self, line: Happening) -> Event:
        event: Event = {
            "type": line.type,
            "companyId": self._play.company_id,
            "playId": self._play.id,
            "flowId": self._play.flow_id,
            "state": line.state,
            "timestamp": line.at,
        }
        if line.ref is not None:
            event |= {"ref": ref_of(line.ref), "layerId": line.ref}
            error = self._play.layers[line.ref].error
        else:
            error = self._play.error
        if error is not None:
            event["error"] = error.message
        return event
