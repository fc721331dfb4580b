"""Take a play and perform it: what a rung bell leads to."""

from flow8.engine.alone import must_be_alone, perform_alone
from flow8.engine.claimed import perform_claimed
from flow8.engine.engine import Engine
from flow8.store.database import faults_in_words


def perform(engine: Engine, play_id: str) -> None:
    """Claim a play and perform it as far as this process can; nothing to claim is nothing to do.

    Raises:
        Unavailable: MongoDB does not answer. What was claimed is given back once it does.
    """
    with faults_in_words():
        play = engine.store.plays.claim(play_id, engine.owner)
        if play is None:
            return
        if must_be_alone(play):
            perform_alone(engine, play)
        else:
            perform_claimed(engine, play)
