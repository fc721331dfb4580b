"""Start plays and wait for them, through the queue or on the spot."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flow8.domain.play import Lease, Play, PlayState
from flow8.engine.accept import Outcome, StartRequest, accept, outcome_of
from flow8.engine.at_once import play_at_once
from flow8.engine.children import ring
from flow8.engine.claimed import perform_claimed
from flow8.engine.engine import Engine
from flow8.errors import NotFound, Unavailable
from flow8.ids import new_id
from flow8.live import ENDS
from flow8.store.database import faults_in_words

__all__ = ["Outcome", "StartRequest", "start", "start_and_wait", "start_here", "wait"]

LOOK_SECONDS = 2.0
FIRST_LOOK_SECONDS = 0.05
"""The first looks come sooner: a process that begins to listen hears nothing for a moment."""


def start(engine: Engine, request: StartRequest) -> Outcome:
    """Store a play and ring for a worker; does not wait for the broker.

    The same idempotency key gives the play that it started before.

    Raises:
        Conflict: FLOW_NOT_PUBLISHED, FLOW_DISABLED, or IDEMPOTENCY_MISMATCH (the key came with other args).
        Invalid: args that the flow's `input` refuses, every problem listed.
        Unavailable: MongoDB does not answer; nothing was started.
    """
    play, repeated = accept(engine, request, lease=None)
    if not repeated:
        ring(engine, play)
    return outcome_of(play)


def start_here(engine: Engine, request: StartRequest, seconds: float) -> Outcome:
    """Perform a play on the spot: the short way. It is stored first, already leased to this process.

    Only a play that computes, and nothing else, is stored together with its end. Returns when it is finished
    or after `seconds`; the play then goes on. Raises as `start` does.
    """
    done = play_at_once(engine, request)
    if done is not None:
        return outcome_of(done) if done.end_is_stored else wait(engine, done.id, seconds)
    lease = Lease(engine.owner, new_id())
    play, repeated = accept(engine, request, lease)
    if repeated:
        return wait(engine, play.id, seconds)
    over, until = threading.Event(), time.monotonic() + seconds
    engine.live.answered_here.add(play.id)
    engine.spawn(_perform_and_tell, engine, play, over)
    if over.wait(seconds) and play.end_is_stored:
        return outcome_of(play)
    left = 0 if engine.draining.is_set() else until - time.monotonic()
    return wait(engine, play.id, max(0.0, left))


def _perform_and_tell(engine: Engine, play: Play, over: threading.Event) -> None:
    try:
        with faults_in_words():
            perform_claimed(engine, play)
    except Unavailable:
        ring(engine, play)
    finally:
        engine.live.answered_here.discard(play.id)
        over.set()


def start_and_wait(engine: Engine, request: StartRequest, seconds: float) -> Outcome:
    """Store a play, ring for a worker, and wait for the end as `wait` does. Raises as `start` does."""
    play, repeated = accept(engine, request, lease=None)
    if repeated:
        return wait(engine, play.id, seconds)
    with faults_in_words(), _hearing(engine, play.id) as over:
        ring(engine, play)  # only from here on can it end, so the end is heard
        over.wait(min(seconds, _first_pause(engine)))
        return _end_of(engine, play.id, over, seconds)


def wait(engine: Engine, play_id: str, seconds: float) -> Outcome:
    """The play once it is finished, or as it stands after `seconds`.

    Raises:
        NotFound: there is no such play.
    """
    with faults_in_words(), _hearing(engine, play_id) as over:
        return _end_of(engine, play_id, over, seconds)


@contextmanager
def _hearing(engine: Engine, play_id: str) -> Iterator[threading.Event]:
    """What is set when a play ends, if that is heard: who waits must look at the play itself now and then."""
    over = threading.Event()

    def hear(event: dict[str, Any]) -> None:
        if event["type"] in ENDS and "seq" in event:
            over.set()

    with engine.live.listening(play_id, hear):
        yield over


def _end_of(engine: Engine, play_id: str, over: threading.Event, seconds: float) -> Outcome:
    until, pause = time.monotonic() + seconds, _first_pause(engine)
    while True:
        outcome = _look(engine, play_id)
        left = until - time.monotonic()
        if outcome.finished or left <= 0:
            return outcome
        over.wait(min(left, pause))
        over.clear()
        pause = min(2 * pause, LOOK_SECONDS)


def _first_pause(engine: Engine) -> float:
    return LOOK_SECONDS if engine.live.is_heard else FIRST_LOOK_SECONDS


def _look(engine: Engine, play_id: str) -> Outcome:
    found = engine.store.play_views.end_of(play_id)
    if found is None:
        raise NotFound(f"There is no play {play_id}.", code="PLAY_NOT_FOUND")
    return Outcome(
        play_id,
        PlayState(found["state"]),
        found["createdAt"],
        found["output"],
        found["reply"],
        found["error"],
    )
