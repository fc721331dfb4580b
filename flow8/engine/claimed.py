"""Perform a play whose lease this process, or its parent, holds."""

import logging

from config.log_ids import About
from flow8.domain.play import Failure, LayerState, Play, PlayState, WishKind
from flow8.engine.ending import count_end
from flow8.engine.engine import Engine
from flow8.engine.journal import Journal, LeaseLost, Woken
from flow8.engine.performance import Performance
from flow8.engine.slots import take_slot
from flow8.errors import NotFound, Unavailable
from flow8.kit.errors import Failed
from flow8.metrics.counters import leases_lost
from flow8.store.database import faults_in_words
from flow8.store.plays import ending

log = logging.getLogger("engine")


def perform_claimed(engine: Engine, play: Play) -> None:
    """Go on until the play ends, is parked or given back, or its lease is lost.

    Raises:
        Unavailable: MongoDB does not answer. The play is given back as soon as it does.
    """
    engine.held.add(play)
    try:
        with (
            faults_in_words(),
            About(company_id=play.company_id, play_id=play.id, request_id=play.origin.request_id),
        ):
            _perform(engine, play)
    except Unavailable:
        engine.held.let_go(play)
        raise
    finally:
        engine.held.remove(play)


def _perform(engine: Engine, play: Play) -> None:
    try:
        compiled = engine.flows.get(play.company_id, play.flow_id, play.version)
        if _is_to_stop(play) or take_slot(engine, play, compiled):
            Performance(engine, play, compiled).run()
    except NotFound as error:
        end_as_failed(engine, play, Failure(error.error_code, error.message))
    except Failed as failed:
        end_as_failed(engine, play, Failure(failed.code, failed.message))
    except (LeaseLost, Woken):
        leases_lost.inc()
        log.warning("play %s goes on in another worker", play.id)


def _is_to_stop(play: Play) -> bool:
    """A play that somebody cancelled or holds needs no slot for that."""
    holds = [wish.kind for wish in play.wishes if wish.kind in (WishKind.HOLD, WishKind.RESUME)]
    cancelled = any(wish.kind is WishKind.CANCEL for wish in play.wishes)
    return cancelled or holds[-1:] == [WishKind.HOLD]


def end_as_failed(engine: Engine, play: Play, failure: Failure) -> None:
    """End a play that cannot be performed; the flowlet that ran fails with it.

    Raises:
        LeaseLost: another worker has the play.
        Woken: somebody left a wish first.
    """
    now = engine.store.clock.now()
    journal = Journal(engine.store.plays, engine.live, play)
    for layer in play.layers.values():
        if layer.state is LayerState.RUN:
            layer.error, layer.ended_at = failure, now
            journal.move(layer, LayerState.FAIL, now)
    play.state, play.error, play.ended_at = PlayState.FAIL, failure, now
    journal.note("play:failed", now, state=play.state.value)
    journal.end(ending(play, None, None))
    play.end_is_stored = True
    count_end(play)
