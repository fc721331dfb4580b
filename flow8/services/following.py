"""Follow a play: each line of its history as it happens, steps not yet written among them."""

import queue
import time
from collections.abc import Iterator
from typing import Any

from flow8.clock import iso
from flow8.domain.access import Actor, Right
from flow8.domain.play import PlayState, is_finished
from flow8.engine.engine import Engine
from flow8.errors import NotFound
from flow8.services.asking import must

LOOK_SECONDS = 2.0
"""Events make it fast; a look at the play this often makes it right."""
FIRST_LOOK_SECONDS = 0.1
"""The first looks come sooner: a process that begins to listen hears nothing for a moment."""

Line = dict[str, Any]

_FIELDS = ("type", "ref", "state", "timestamp", "seq", "provisional", "error")


def follow(engine: Engine, actor: Actor, play_id: str) -> Iterator[Line]:
    """The play's history from its first line to its last: `{type, ref, state, timestamp, seq, error}`.

    A step that is not yet written comes as `provisional: true` without `seq`, and not again once it is.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND.
    """
    must(engine, actor, Right.VIEW, "plays.follow", play_id)
    if engine.store.play_views.find(actor.company_id, play_id) is None:
        raise NotFound(f"There is no play '{play_id}'.", code="PLAY_NOT_FOUND")
    return _Follower(engine, actor.company_id, play_id).lines()


def _line(event: Line) -> Line:
    return {name: event[name] for name in _FIELDS if name in event}


class _Follower:
    """Puts together what is heard and what is read, so that each line is told once and in order."""

    def __init__(self, engine: Engine, company_id: str, play_id: str) -> None:
        self._engine = engine
        self._company_id = company_id
        self._play_id = play_id
        self._heard: queue.SimpleQueue[Line] = queue.SimpleQueue()
        self._seq = 0
        self._ahead: list[tuple[Any, Any]] = []

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
        for kept in views.history(self._company_id, self._play_id, self._seq) or ():
            yield from self._written(_line({**kept, "timestamp": iso(kept["at"])}))

    def _listen(self, until: float) -> Iterator[Line]:
        """What is heard until then; ends at once when something was missed or the play seems to be over."""
        while (left := until - time.monotonic()) > 0:
            try:
                event = self._heard.get(timeout=left)
            except queue.Empty:
                return
            if event.get("provisional"):
                self._ahead.append((event.get("ref"), event.get("state")))
                yield _line(event)
            elif event["seq"] == self._seq + 1 and "ref" in event:
                yield from self._written(_line(event))
            elif event["seq"] > self._seq:
                return

    def _written(self, line: Line) -> Iterator[Line]:
        self._seq = line["seq"]
        told = (line.get("ref"), line.get("state"))
        if told in self._ahead:
            self._ahead.remove(told)
        else:
            yield line
