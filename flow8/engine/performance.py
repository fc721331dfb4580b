"""One lease of one play: it goes on until the play ends, is parked, or must be given back.

The thread that calls `run` alone changes layers and writes. Flowlets that may wait for the world and are
ready together run in threads of their own (greenlets in a worker) and hand back a result.
"""

import queue
import time
from dataclasses import dataclass
from datetime import datetime

from config.log_ids import About
from flow8.domain.play import Failure, LayerState, Play, PlayState
from flow8.engine import ending
from flow8.engine.attempt import TIMEOUT, AttemptContext, Prepared, Result, run
from flow8.engine.children import ring
from flow8.engine.compiled import CompiledFlow
from flow8.engine.engine import Engine
from flow8.engine.journal import Journal, Woken
from flow8.engine.kv import PlayKv
from flow8.engine.layers import Layers, next_due
from flow8.engine.roots import roots_of
from flow8.engine.wishes import Asked, carry_out_wish
from flow8.errors import Unavailable
from flow8.kit.module import Effect
from flow8.metrics.counters import flowlet_seconds
from flow8.store.database import faults_in_words
from flow8.store.plays import NEVER

WAIT_HERE_SECONDS = 5.0
"""Shorter waits happen inside the lease; for longer ones the play is parked and its worker is free."""
LONGEST_LEASE_SECONDS = 15 * 60
"""RabbitMQ closes a channel that holds a delivery for 30 minutes."""
LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Finished:
    """An attempt that is over, and what came of it."""

    prepared: Prepared
    result: Result


class Performance:
    """Performs one claimed play. `run` returns when this process has nothing more to do with it."""

    def __init__(
        self, engine: Engine, play: Play, compiled: CompiledFlow, journal: Journal | None = None
    ) -> None:
        self._engine = engine
        self._play = play
        self._compiled = compiled
        self._journal = journal or Journal(engine.store.plays, engine.live, play)
        self._kv = PlayKv(engine.store, engine.vault, play, compiled.flow)
        self._roots = roots_of(play, compiled, self._kv)
        self._layers = Layers(engine, play, compiled, self._journal, self._roots, self._kv)
        self._asked = Asked(on_hold=play.on_hold)
        self._now = engine.store.clock.now
        self._at = play.created_at
        self._running: set[str] = set()
        self._results: queue.SimpleQueue[Finished] = queue.SimpleQueue()
        self._began = time.monotonic()

    def run(self) -> None:
        """Go on until the play ends or is given back.

        Raises:
            LeaseLost: another worker has the play; nothing was written since its last checkpoint.
            Unavailable: MongoDB does not answer; no flowlet of the play runs here any more.
        """
        try:
            with faults_in_words():
                self._go_on()
        except Unavailable:
            while self._running:
                self._running.discard(self._results.get().prepared.layer_id)
            raise

    def _go_on(self) -> None:
        if self._play.wishes:
            self._hear()
        while self._goes_on():
            pass

    def _goes_on(self) -> bool:
        """One step; False when this process has nothing more to do."""
        self._at = self._now()
        if self._engine.held.is_woken(self._play):
            self._hear()
        if self._journal.is_full:
            self._journal.checkpoint()
        prepared = self._layers.begin_ready(self._at) if self._may_begin() else []
        if prepared:
            self._perform(prepared)
        elif self._running:
            self._take_result()
        elif self._is_over():
            return self._end()
        elif self._must_give_back():
            return self._give_back(self._play.lane)
        elif not self._layers.has_more or self._asked.on_hold:
            return self._wait()
        return True

    def _may_begin(self) -> bool:
        return not (self._is_ending() or self._asked.on_hold or self._must_give_back())

    def _is_ending(self) -> bool:
        if self._layers.failure is None and self._seconds_of_play_left() < 0:
            self._layers.failure = Failure("TIMEOUT", TIMEOUT)
        halted = self._layers.stopped is not None or self._asked.cancelled_by is not None
        return halted or self._layers.failure is not None

    def _is_over(self) -> bool:
        return self._is_ending() or self._layers.are_complete

    def _end(self) -> bool:
        try:
            ending.end(
                self._engine,
                self._play,
                self._compiled,
                self._journal,
                self._how_it_ends(),
                self._roots,
                self._kv,
            )
        except Woken:
            self._hear()
            return True
        return False

    def _how_it_ends(self) -> ending.How:
        layers = self._layers
        return ending.How(layers.failure, layers.stopped, self._asked.cancelled_by, self._now())

    # Running flowlets

    def _perform(self, prepared: list[Prepared]) -> None:
        waits = [one for one in prepared if one.effect is not Effect.NONE]
        if self._journal.owes_write or any(
            one.effect in (Effect.WRITE, Effect.IRREVERSIBLE) for one in waits
        ):
            self._journal.checkpoint()
        if waits:
            self._journal.tell()
        if len(prepared) == 1 and not self._running:
            self._finish(Finished(prepared[0], self._attempt(prepared[0])))
            return
        for one in waits:
            self._running.add(one.layer_id)
            self._engine.spawn(self._attempt_apart, one)
        for one in prepared:
            if one.effect is Effect.NONE:
                self._finish(Finished(one, self._attempt(one)))

    def _attempt(self, prepared: Prepared) -> Result:
        flowlet = prepared.compiled.flowlet
        context = AttemptContext(
            components=self._engine.components,
            company_id=self._play.company_id,
            key=f"{self._play.id}/{prepared.layer_id}",
            deadline=time.monotonic() + min(flowlet.timeout, self._seconds_of_play_left()),
            play_kv=self._kv,
            links=self._engine.links,
            flowlet=flowlet,
            room=self._engine.files,
        )
        began = time.perf_counter()
        result = run(prepared, context)
        flowlet_seconds.labels(prepared.compiled.module.app_id).observe(time.perf_counter() - began)
        return result

    def _attempt_apart(self, prepared: Prepared) -> None:
        play = self._play
        with About(company_id=play.company_id, play_id=play.id, request_id=play.origin.request_id):
            self._results.put(Finished(prepared, self._attempt(prepared)))

    def _take_result(self) -> None:
        try:
            finished = self._results.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            return
        self._running.discard(finished.prepared.layer_id)
        self._finish(finished)

    def _finish(self, finished: Finished) -> None:
        if finished.result.lines:
            self._journal.log(finished.prepared.layer_id, finished.result.lines)
        self._layers.finish(finished.prepared, finished.result, self._now())
        if finished.prepared.effect in (Effect.WRITE, Effect.IRREVERSIBLE):
            self._journal.owes_write = True
            if self._running:
                self._journal.checkpoint()

    # Waiting

    def _hear(self) -> None:
        for wish in self._journal.hear():
            carry_out_wish(wish, self._asked, self._layers, self._journal, self._now())

    def _wait(self) -> bool:
        """Nothing can go on now: wait here for a short time, or park the play. False when it is parked."""
        if self._layers.other_lane is not None and not self._asked.on_hold:
            return self._give_back(self._layers.other_lane)
        due = None if self._asked.on_hold else next_due(self._layers.waiting())
        seconds = float("inf") if due is None else (due - self._now()).total_seconds()
        if self._journal.owes_write:
            self._journal.checkpoint()
        if seconds <= WAIT_HERE_SECONDS:
            self._engine.draining.wait(min(max(0.0, seconds), LOOK_SECONDS))
            return True
        return self._park(due)

    def _park(self, due: datetime | None) -> bool:
        state = self._parked_as()
        self._journal.note("play:waiting", self._now(), state=state.value)
        try:
            self._journal.release(state.value, due or NEVER)
        except Woken:
            self._hear()
            return True
        return False

    def _parked_as(self) -> PlayState:
        if self._asked.on_hold:
            return PlayState.ON_HOLD
        waits = any(layer.state is LayerState.WAIT for layer in self._layers.waiting())
        return PlayState.WAIT if waits else PlayState.DEFERRED

    def _must_give_back(self) -> bool:
        held = time.monotonic() - self._began
        return self._engine.draining.is_set() or held > LONGEST_LEASE_SECONDS

    def _give_back(self, lane: str) -> bool:
        """Let a worker of this lane go on at once."""
        self._play.lane = lane
        self._journal.set(lane=lane)
        try:
            self._journal.release(PlayState.RUN.value, self._now())
        except Woken:
            self._hear()
            return True
        ring(self._engine, self._play)
        return False

    def _seconds_of_play_left(self) -> float:
        started = self._play.started_at or self._play.created_at
        return self._compiled.flow.execution.timeout - (self._at - started).total_seconds()
