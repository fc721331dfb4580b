"""A play that only computes: performed first, then stored once, with its end. Nobody was told of it before.

Any other play is stored before it begins: what it does to the world, or waits for, must not be forgotten.
"""

from config.log_ids import About
from flow8.domain.play import Play, PlayState
from flow8.engine.accept import StartRequest, new_play, runnable, sized
from flow8.engine.engine import Engine
from flow8.engine.journal import Journal
from flow8.engine.performance import Performance
from flow8.store.database import faults_in_words
from flow8.store.plays import Change, KeyIsTaken


class OnlyJournal(Journal):
    """The journal of a play that is not stored yet; its first write is its only one."""

    def _store(self, change: Change) -> bool:
        if not change.ends and change.release_until is None:
            raise RuntimeError(f"play {self._play.id} would be stored unfinished, and nobody would hold it")
        self._plays.insert_performed(self._play, change)
        return True


def play_at_once(engine: Engine, request: StartRequest) -> Play | None:
    """Perform a play here and store it; None when it has to be stored first, or its idempotency key is taken.

    When this process drains, or does not serve the lane of a flowlet, the play is stored unfinished and
    others are rung for it.

    Raises:
        Conflict: FLOW_NOT_PUBLISHED or FLOW_DISABLED.
        Invalid: args that the flow's `input` refuses, every problem listed.
        Unavailable: MongoDB does not answer; nothing was started.
    """
    compiled = runnable(engine, request)
    if request.files or not compiled.only_computes:
        return None
    play = new_play(engine, request, compiled, lease=None)
    play.state, play.started_at = PlayState.RUN, play.created_at
    journal = OnlyJournal(engine.store.plays, engine.live, play)
    journal.note("play:started", play.created_at, state=play.state.value)
    engine.live.answered_here.add(play.id)
    try:
        ids = About(company_id=play.company_id, play_id=play.id, request_id=play.origin.request_id)
        with faults_in_words(), sized(), ids:
            Performance(engine, play, compiled, journal).run()
    except KeyIsTaken:
        return None
    finally:
        engine.live.answered_here.discard(play.id)
    return play
