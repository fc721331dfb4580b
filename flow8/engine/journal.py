"""What a lease's holder did and has not written yet; every write of a performance goes through here."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flow8.domain.play import LAYER_CHANGES, Happening, Layer, LayerState, Play, Wish
from flow8.live import Event, Live
from flow8.store.database import Document
from flow8.store.payloads import Keeper, Kept
from flow8.store.plays import Change, Plays

TYPES = {
    LayerState.RUN: "play:layer:started",
    LayerState.FAIL: "play:layer:failed",
    LayerState.DEFERRED: "play:layer:deferred",
    LayerState.WAIT: "play:layer:waiting",
}


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
        self._change = Change()
        self._told = 0
        self.owes_write = False
        """A finished `write` is not written yet; nothing slow may start before it is."""

    def keep_input(self, layer: Layer) -> None:
        """Write the layer's resolved input with the next write."""
        self._change.inputs[layer.ref] = self._keeper.keep(layer.input)

    def keep_output(self, layer: Layer) -> None:
        """Write the layer's output with the next write.

        Raises:
            ValueError: the output is not JSON or too large to be stored.
        """
        self._change.outputs[layer.ref] = self._keeper.keep(layer.output)

    def keep(self, value: Any) -> Kept:
        """A value of the play itself, as it will stand in the play's document."""
        return self._keeper.keep(value)

    def changed(self, layer: Layer) -> None:
        """Write a layer that changed within its state."""
        self._layers[layer.ref] = layer

    def move(self, layer: Layer, state: LayerState, at: datetime) -> None:
        """Change a layer's state and note it in the history."""
        if state not in LAYER_CHANGES[layer.state]:
            raise RuntimeError(f"layer {layer.ref} cannot go from {layer.state} to {state}")
        layer.state = state
        self._layers[layer.ref] = layer
        self.note(TYPES.get(state, "play:layer:completed"), at, ref=layer.ref, state=state.value)

    def note(self, kind: str, at: datetime, *, ref: str | None = None, state: str | None = None) -> None:
        """Add a line to the play's history."""
        self._play.seq += 1
        self._change.history.append(Happening(self._play.seq, kind, at, ref, state))

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
        if not self._plays.write(self._play, change):
            raise Woken if self._plays.hear(self._play) else LeaseLost
        self._change, self._layers, self._keeper.rows = Change(), {}, []
        self._told, self.owes_write = 0, False
        for line in change.history:
            self._live.publish({**self._event(line), "seq": line.seq})

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
            event |= {"ref": line.ref, "layerId": line.ref}
            error = self._play.layers[line.ref].error
        else:
            error = self._play.error
        if error is not None:
            event["error"] = error.message
        return event
