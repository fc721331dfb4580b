"""Follow a play: each line of its history as it happens, steps not yet written among them.

History does not tell of single iterations; how far a loop is comes as lines with counts, now and then.
"""

import queue
import time
from collections.abc import Iterator
from typing import Any

from flow8.clock import iso, utc_now
from flow8.domain.access import Actor, Right
from flow8.domain.play import LayerState, PlayState, is_finished, layer_is_finished, ref_of
from flow8.engine.engine import Engine
from flow8.services import play_shapes
from flow8.services.play_shapes import Shape
from flow8.services.reach import must_on_play, no_play

LOOK_SECONDS = 2.0
"""Events make it fast; a look at the play this often makes it right."""
FIRST_LOOK_SECONDS = 0.1
"""The first looks come sooner: a process that begins to listen hears nothing for a moment."""
LOOP = "play:loop"

Line = dict[str, Any]

_FIELDS = ("type", "ref", "layerId", "state", "timestamp", "seq", "provisional", "error")


def follow(engine: Engine, actor: Actor, play_id: str) -> Iterator[Line]:
    """The play's history, from first to last: lines `{type, ref, layerId, state, timestamp, seq, error}`.

    A step that is not yet written comes as `provisional: true` without `seq`, and not again once it is. Of
    iterations come, provisional, those steps that wait or failed. While a loop goes on, a line of type
    `play:loop` without `seq` tells its counts in `loop` whenever they were seen to change; the line that ends
    a loop has them too, and comes only once it is written.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.follow", play_id)
    play = engine.store.play_views.find(actor.company_id, play_id)
    if play is None:
        raise no_play(play_id)
    return _Follower(engine, play).lines()


def _line(event: Line) -> Line:
    return {name: event[name] for name in _FIELDS if name in event}


class _Follower:
    """Puts together what is heard and what is read, so that each line is told once and in order."""

    def __init__(self, engine: Engine, play: Shape) -> None:
        self._engine = engine
        self._company_id: str = play["companyId"]
        self._play_id: str = play["_id"]
        self._heard: queue.SimpleQueue[Line] = queue.SimpleQueue()
        self._seq = 0
        self._ahead: list[tuple[Any, Any]] = []
        compiled = play_shapes.compiled_of(engine, play)
        self._iterators = set(compiled.bodies) if compiled else set()
        self._counted: dict[str, Shape] = {}

    def lines(self) -> Iterator[Line]:
        """Every line until the play is over."""
        pause = FIRST_LOOK_SECONDS
        with self._engine.live.listening(self._play_id, self._heard.put):
            while True:
                # The state first: a play that is over has its whole history.
                state = self._engine.store.play_views.state_of(self._play_id)
                yield from self._read()
                if state is None or is_finished(PlayState(state)):
                    return
                yield from self._listen(time.monotonic() + pause)
                pause = min(2 * pause, LOOK_SECONDS)

    def _read(self) -> Iterator[Line]:
        views = self._engine.store.play_views
        history = views.history(self._company_id, self._play_id, self._seq) or ()
        # Read after the history: where that says a loop is over, these are its last counts.
        loops = views.loops(self._company_id, self._play_id) if self._iterators else {}
        for kept in history:
            line = _line({**kept, "timestamp": iso(kept["at"])})
            if "ref" in line:
                line["layerId"] = line["ref"]
            if self._ends_loop(line) and line["ref"] in loops:
                line["loop"] = play_shapes.loop(loops[line["ref"]])
            yield from self._written(line)
        yield from self._progress(loops)

    def _progress(self, loops: dict[str, Shape]) -> Iterator[Line]:
        """The counts of loops that go on, if they changed."""
        for layer_id, layer in loops.items():
            counts = play_shapes.loop(layer)
            if layer_is_finished(LayerState(layer["state"])) or counts == self._counted.get(layer_id):
                continue
            self._counted[layer_id] = counts or {}
            about = {"type": LOOP, "ref": ref_of(layer_id), "layerId": layer_id, "state": layer["state"]}
            yield {**about, "timestamp": iso(utc_now()), "loop": counts}

    def _listen(self, until: float) -> Iterator[Line]:
        """What is heard until then; ends at once when something was missed or the play seems to be over."""
        while (left := until - time.monotonic()) > 0:
            try:
                event = self._heard.get(timeout=left)
            except queue.Empty:
                return
            if event.get("provisional"):
                yield from self._not_yet_written(event)
            elif event["seq"] == self._seq + 1 and "ref" in event and not self._ends_loop(event):
                yield from self._written(_line(event))
            elif event["seq"] > self._seq:
                return

    def _not_yet_written(self, event: Line) -> Iterator[Line]:
        if self._ends_loop(event):
            return
        if event.get("layerId") == event.get("ref"):
            # Only these stand in the history later.
            self._ahead.append((event.get("layerId"), event.get("state")))
        yield _line(event)

    def _ends_loop(self, line: Line) -> bool:
        return line.get("layerId") in self._iterators and layer_is_finished(LayerState(line["state"]))

    def _written(self, line: Line) -> Iterator[Line]:
        self._seq = line["seq"]
        told = (line.get("layerId"), line.get("state"))
        if told in self._ahead:
            self._ahead.remove(told)
        else:
            yield line
