"""A play whose worker died twice is performed alone, in a process that holds no other play.

So a play that kills its process takes no innocent plays along, and only a crash there makes it `POISONED`.
"""

import logging
import os
import select
import sys

from config import logging as logs
from config.settings import from_environment
from flow8.domain.play import Failure, Play
from flow8.engine.claimed import end_as_failed, perform_claimed
from flow8.engine.engine import Engine, open_engine
from flow8.engine.journal import LeaseLost, Woken
from flow8.engine.lone import DONE, EXITED
from flow8.errors import Unavailable
from flow8.store.database import faults_in_words

ALONE_AFTER = 2
"""So many crashes since the last checkpoint may be somebody else's fault."""

LATER_SECONDS = 2.0
PATIENCE_SECONDS = 20.0

log = logging.getLogger("engine")


def must_be_alone(play: Play) -> bool:
    """Whether its workers died too often for this play to stand beside others; this claim counts as well."""
    return play.crashes > ALONE_AFTER


def perform_alone(engine: Engine, play: Play) -> None:
    """Perform a claimed play in a process of its own, and end it as `POISONED` should that process die.

    While all such processes are busy, it is given back for some seconds. Should this process die too, the
    lease runs out and the next claim tries again.
    """
    if not engine.lone.stands_ready:
        again = _claimed_once_ready(engine, play)
        if again is None:
            return
        play = again
    _perform_apart(engine, play)


def _claimed_once_ready(engine: Engine, play: Play) -> Play | None:
    """The play, claimed anew when a process stands ready: who dies before that is no crash of the play's."""
    if play.lease is None:
        return None
    engine.store.plays.give_back({play.id: play.lease}, 0 if engine.lone.has_place else LATER_SECONDS)
    return engine.store.plays.claim(play.id, engine.owner) if engine.lone.prepare() else None


def _perform_apart(engine: Engine, play: Play) -> None:
    if play.lease is None:
        return
    engine.held.add(play)
    try:
        code = engine.lone.perform(play.id, play.lease.token)
    finally:
        engine.held.remove(play)
    if code is None:
        engine.store.plays.give_back({play.id: play.lease}, LATER_SECONDS)
        return
    log.warning("play %s lost its worker %d times; it was performed alone", play.id, play.crashes - 1)
    if code:
        _end_as_poisoned(engine, play, code)


def _end_as_poisoned(engine: Engine, play: Play, code: int) -> None:
    how = f"signal {-code}" if code < 0 else f"exit code {code % EXITED}"
    message = f"It ended its process again and again, at last one that held no other play ({how})."
    stored = engine.store.plays.load(play.id)
    try:
        if stored is not None and stored.lease == play.lease:
            end_as_failed(engine, stored, Failure("POISONED", message))
    except (LeaseLost, Woken):
        log.warning("play %s goes on in another worker", play.id)


def main() -> None:
    """Perform plays one by one, under leases that the parent process holds, until no more come for a while.

    A line names a play and its lease's token; each is answered when it is done.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever modules print must not look like an answer
    settings = from_environment()
    logs.set_up(settings, "worker")
    engine = open_engine(settings)
    while select.select([0], [], [], PATIENCE_SECONDS)[0]:
        line = sys.stdin.readline()
        if not line:
            break
        if line.strip():
            _perform(engine, *line.split())
        try:
            answers.write(f"{DONE}\n")
            answers.flush()
        except BrokenPipeError:
            break  # whoever asked is dead, and this process about to be
    engine.close()


def _perform(engine: Engine, play_id: str, token: str) -> None:
    try:
        with faults_in_words():
            play = engine.store.plays.load(play_id)
            if play is not None and play.lease is not None and play.lease.token == token:
                perform_claimed(engine, play)
    except Unavailable as error:
        log.warning("play %s is performed later: %s", play_id, error.message)
    except Exception:
        log.exception("performing play %s broke", play_id)


if __name__ == "__main__":
    from flow8.supervise import end_with_parent

    end_with_parent()
    main()
