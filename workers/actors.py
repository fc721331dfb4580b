"""The one actor: a rung bell leads to a play being performed."""

import logging

import dramatiq

from flow8.broker.bell import ACTOR
from flow8.domain.lanes import DEFAULT_LANE, LANES
from flow8.engine.perform import perform as perform_play
from flow8.errors import Unavailable
from workers.middleware import engine_of

log = logging.getLogger("worker")


@dramatiq.actor(actor_name=ACTOR, queue_name=DEFAULT_LANE)
def perform(play_id: str) -> None:
    """Perform a play, whatever lane it was rung on: Dramatiq finds the actor by its name alone.

    Nothing is retried here; what cannot be performed now is rung again by the sweep.
    """
    try:
        perform_play(engine_of(perform.broker), play_id)
    except Unavailable as error:
        log.warning("play %s is performed later: %s", play_id, error.message)
    except Exception:
        log.exception("play %s broke its worker's hands; it is taken again when its lease runs out", play_id)


for lane in LANES:
    perform.broker.declare_queue(lane)
