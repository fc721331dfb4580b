"""Performs one play in this process, which dies at a chosen point of one of its layers.

The points: before the layer is recorded as started; in its module's run, half of its effect done; after the
run, its result not yet written; after the write that holds its result, before anybody learns of it.
"""

import os
import signal
from typing import Any, Final

from config.settings import Settings
from flow8.engine.attempt import Prepared, Result
from flow8.engine.engine import engine_of
from flow8.engine.journal import Journal
from flow8.engine.performance import Finished, Performance
from flow8.registry import load_registry
from flow8.store import open_store
from flow8.store.plays import Change
from tests.support.engines import MODULES

POINTS: Final = ("before start", "in the body", "before the commit", "after the commit")


def die() -> None:
    """End as kill -9 ends a process."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingJournal(Journal):
    """A journal whose process dies once it has written what it was told to wait for."""

    dies_with_next_write = False

    def _write(self, change: Change) -> None:
        super()._write(change)
        if self.dies_with_next_write:
            die()


class DyingPerformance(Performance):
    """A performance that ends its process at one point of one layer."""

    def __init__(self, *parts: Any, layer_id: str, point: str) -> None:
        super().__init__(*parts)
        self._layer_id, self._point = layer_id, point
        self._journal.__class__ = DyingJournal

    def _perform(self, prepared: list[Prepared]) -> None:
        if self._point == "before start" and any(each.layer_id == self._layer_id for each in prepared):
            die()
        super()._perform(prepared)

    def _attempt(self, prepared: Prepared) -> Result:
        result = super()._attempt(prepared)
        if self._point == "before the commit" and prepared.layer_id == self._layer_id:
            die()
        return result

    def _finish(self, finished: Finished) -> None:
        if self._point == "after the commit" and finished.prepared.layer_id == self._layer_id:
            assert isinstance(self._journal, DyingJournal)
            self._journal.dies_with_next_write = True
        super()._finish(finished)


def perform_and_die(settings: Settings, play_id: str, layer_id: str, point: str) -> None:
    """Perform a play until the process dies; a return means that the point was never reached."""
    if point == "in the body":
        os.environ["PROBE_DIES_IN"] = f"{play_id}/{layer_id}"
    store = open_store(settings)
    engine = engine_of(settings, store, load_registry([MODULES]))
    play = store.plays.claim(play_id, engine.owner)
    assert play is not None
    compiled = engine.flows.get(play.company_id, play.flow_id, play.version)
    DyingPerformance(engine, play, compiled, layer_id=layer_id, point=point).run()
