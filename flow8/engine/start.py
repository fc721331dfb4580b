"""Start plays and wait for them, through the queue or on the spot."""

import threading
import time
from typing import Any

from flow8.domain.play import Lease, Play, PlayState, is_finished
from flow8.engine.accept import Outcome, StartRequest, accept, outcome_of
from flow8.engine.children import ring
from flow8.engine.claimed import perform_claimed
from flow8.engine.engine import Engine
from flow8.errors import NotFound, Unavailable
from flow8.ids import new_id
from flow8.store.database import faults_in_words

__all__ = ["Outcome", "StartRequest", "start", "start_here", "wait"]

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
    """Store a play already leased to this process and perform it on the spot: the short way.

    Returns when it is finished or after `seconds`; the play then goes on. Raises as `start` does.
    """
    lease = Lease(engine.owner, new_id())
    play, repeated = accept(engine, request, lease)
    if repeated:
        return wait(engine, play.id, seconds)
    over, until = threading.Event(), time.monotonic() + seconds
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
        over.set()


def wait(engine: Engine, play_id: str, seconds: float) -> Outcome:
    """The play once it is finished, or as it stands after `seconds`.

    Raises:
        NotFound: there is no such play.
    """
    over = threading.Event()

    def hear(event: dict[str, Any]) -> None:
        if event["type"] in ("play:completed", "play:failed") and "seq" in event:
            over.set()

    with faults_in_words(), engine.live.listening(play_id, hear):
        until, pause = time.monotonic() + seconds, FIRST_LOOK_SECONDS
        while True:
            state = engine.store.play_views.state_of(play_id)
            left = until - time.monotonic()
            if state is None or is_finished(PlayState(state)) or left <= 0:
                return _look(engine, play_id)
            over.wait(min(left, pause))
            pause = min(2 * pause, LOOK_SECONDS)


def _look(engine: Engine, play_id: str) -> Outcome:
    play = engine.store.plays.load(play_id)
    if play is None:
        raise NotFound(f"There is no play {play_id}.", code="PLAY_NOT_FOUND")
    return outcome_of(play)
