"""Concurrency by key: a play waits, parked, until fewer than `limit` plays of its flow with its key run."""

import hashlib
from datetime import timedelta

from flow8.domain.expression import ExpressionError, Scope, to_text
from flow8.domain.play import Play, PlayState
from flow8.engine.compiled import CompiledFlow
from flow8.engine.engine import Engine
from flow8.engine.journal import Journal
from flow8.engine.roots import roots_of
from flow8.kit.errors import Failed

LOOK_AGAIN = timedelta(seconds=5)
"""A freed slot rings for the play that waited longest; should that be lost, each looks by itself."""


def take_slot(engine: Engine, play: Play, compiled: CompiledFlow) -> bool:
    """Whether the play may go on; otherwise it is parked.

    Raises:
        Failed: its key cannot be evaluated.
        LeaseLost, Woken: as every write of a play.
    """
    rule = compiled.flow.execution.concurrency
    if rule is None or compiled.concurrency_key is None:
        return True
    slot = _slot_of(play, compiled)
    if _take(engine, play, slot, rule.limit):
        play.slot = slot
        return True
    journal = Journal(engine.store.plays, engine.live, play)
    if play.slot != slot:
        journal.note("play:waiting", engine.store.clock.now(), state=PlayState.DEFERRED.value)
    journal.set(slot=slot)
    journal.release(PlayState.DEFERRED.value, engine.store.clock.now() + LOOK_AGAIN)
    return False


def _slot_of(play: Play, compiled: CompiledFlow) -> str:
    template = compiled.concurrency_key
    try:
        key = to_text(template.evaluate(Scope(roots_of(play, compiled)))) if template else ""
    except ExpressionError as error:
        raise Failed(f"execution.concurrency.key: {error}", final=True, code="EXPRESSION") from error
    return f"{play.flow_id}/{hashlib.sha256(key.encode()).hexdigest()}"


def _take(engine: Engine, play: Play, slot: str, limit: int) -> bool:
    slots = engine.store.slots
    if slots.take(play.company_id, slot, play.id, limit):
        return True
    ended = engine.store.play_views.ended_of(play.company_id, slots.holders(play.company_id, slot))
    if not ended:
        return False
    slots.free(play.company_id, slot, ended)
    return slots.take(play.company_id, slot, play.id, limit)


def free_slot(engine: Engine, play: Play) -> None:
    """Let the next play go on. A slot that a dead process did not free is freed by who needs it."""
    if play.slot is None:
        return
    engine.store.slots.free(play.company_id, play.slot, [play.id])
    waiting = engine.store.plays.next_of_slot(play.company_id, play.slot)
    if waiting is not None:
        engine.bell.ring(waiting["_id"], waiting["lane"], priority=-waiting.get("priority", 0))
