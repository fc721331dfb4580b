"""A play whose worker died twice is performed alone, in a process that holds no other play.

So a play that kills its process takes no innocent plays along, and only a crash there makes it `POISONED`.
"""

import logging
import subprocess
import sys

from config import logging as logs
from config.settings import from_environment
from flow8.domain.play import Failure, Play
from flow8.engine.claimed import end_as_failed, perform_claimed
from flow8.engine.engine import Engine, open_engine
from flow8.engine.journal import LeaseLost, Woken

ALONE_AFTER = 2
"""So many crashes since the last checkpoint may be somebody else's fault."""

log = logging.getLogger("engine")


def must_be_alone(play: Play) -> bool:
    """Whether its workers died too often for this play to stand beside others; this claim counts as well."""
    return play.crashes > ALONE_AFTER


def perform_alone(engine: Engine, play: Play) -> None:
    """Perform a claimed play in a process of its own, and end it as `POISONED` should that process die.

    Should this process die too, the lease runs out and the next claim tries again.
    """
    if play.lease is None:
        return
    log.warning("play %s lost its worker %d times; it is performed alone", play.id, play.crashes - 1)
    engine.held.add(play)
    try:
        with engine.lone:
            code = _performed_apart(play.id, play.lease.token)
        if code < 0:
            _end_as_poisoned(engine, play, -code)
        elif code:
            log.warning("play %s was not performed alone (code %d); it is taken again later", play.id, code)
    finally:
        engine.held.remove(play)


def _performed_apart(play_id: str, token: str) -> int:
    """The exit code of the other process, negative when a signal ended it."""
    command = [sys.executable, "-m", "flow8.engine.alone", play_id, token]
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode


def _end_as_poisoned(engine: Engine, play: Play, signal: int) -> None:
    message = f"It ended its process again and again, at last one that held no other play (signal {signal})."
    stored = engine.store.plays.load(play.id)
    try:
        if stored is not None and stored.lease == play.lease:
            end_as_failed(engine, stored, Failure("POISONED", message))
    except (LeaseLost, Woken):
        log.warning("play %s goes on in another worker", play.id)


def main(play_id: str, token: str) -> None:
    """Perform one play under a lease that the parent process holds and keeps alive."""
    settings = from_environment()
    logs.set_up(settings, "worker")
    engine = open_engine(settings)
    play = engine.store.plays.load(play_id)
    if play is not None and play.lease is not None and play.lease.token == token:
        perform_claimed(engine, play)
    engine.close()


if __name__ == "__main__":
    from flow8.supervise import end_with_parent

    end_with_parent()
    main(*sys.argv[1:])
