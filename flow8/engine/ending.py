"""How a play ends: its state, its output, its title, all in one write."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flow8.clock import iso
from flow8.domain.expression import ExpressionError, Scope
from flow8.domain.play import Awaited, Failure, Layer, LayerState, Play, PlayState, layer_is_finished
from flow8.engine.children import cancel_child, start_on_fail, tell_parent
from flow8.engine.compiled import NOW, CompiledFlow
from flow8.engine.engine import Engine
from flow8.engine.journal import Journal
from flow8.engine.kv import PlayKv
from flow8.engine.notices import note_failure
from flow8.engine.slots import free_slot
from flow8.engine.title import title_of
from flow8.engine.unknown import has_unknown_outcome, unknown_outcome
from flow8.kit.errors import Failed
from flow8.kit.orders import Stop
from flow8.metrics.counters import play_seconds
from flow8.store.payloads import Kept
from flow8.store.plays import ending

_L, _P = LayerState, PlayState


def count_end(play: Play) -> None:
    """Count a play whose end is stored."""
    if play.ended_at is not None and play.started_at is not None:
        seconds = (play.ended_at - play.started_at).total_seconds()
        play_seconds.labels(play.state.value).observe(max(0.0, seconds))


@dataclass(frozen=True)
class How:
    """What brought a play to its end; nothing of all this means that its flowlets are through."""

    failure: Failure | None
    stopped: Stop | None
    cancelled_by: str | None
    at: datetime


def end(
    engine: Engine,
    play: Play,
    compiled: CompiledFlow,
    journal: Journal,
    how: How,
    roots: dict[str, Any],
    kv: PlayKv,
) -> None:
    """End a play, tell its parent, cancel the plays it waits for, and start the flow that follows a failure.

    Raises:
        LeaseLost: another worker has the play.
        Woken: somebody left a wish first; nothing is written yet.
    """
    if play.ended_at is None:
        _settle(play, compiled, journal, how, roots, kv)
    elif how.cancelled_by is not None and play.state is not _P.CANCELLED:
        _cancel_instead(play, journal, how.cancelled_by)
    _follow(engine, play, compiled, journal)
    reply = None if play.reply is None else journal.keep(play.reply)
    journal.end(ending(play, play.kept_output, reply))
    play.end_is_stored = True
    count_end(play)
    free_slot(engine, play)
    tell_parent(engine, play)


def _settle(
    play: Play, compiled: CompiledFlow, journal: Journal, how: How, roots: dict[str, Any], kv: PlayKv
) -> None:
    roots[NOW] = iso(how.at)
    play.error = _cancelled(how.cancelled_by) if how.cancelled_by else how.failure
    play.children = _children(play)
    _close_the_rest(play, compiled, journal, _L.CANCELLED if how.cancelled_by else _L.SKIP, how.at)
    play.kept_output = None if play.error else _output(play, compiled, journal, how, roots, kv)
    play.state = _state(play, compiled, how)
    play.ended_at = how.at
    play.title = title_of(compiled, roots)
    kind = "play:failed" if play.state is _P.FAIL else "play:completed"
    journal.note(kind, how.at, state=play.state.value)


def _cancel_instead(play: Play, journal: Journal, by: str) -> None:
    """Somebody cancelled the play when it was over and its end not yet written."""
    play.state, play.error = _P.CANCELLED, _cancelled(by)
    play.output = play.kept_output = None
    journal.correct("play:completed", play.state.value)


def _cancelled(by: str) -> Failure:
    return Failure("CANCELLED", f"Cancelled by {by}.")


def _children(play: Play) -> list[str]:
    waits = [layer.waiting for layer in play.layers.values() if layer.state is _L.WAIT and layer.waiting]
    return [waiting.name for waiting in waits if waiting.what is Awaited.PLAY and waiting.name]


def _follow(engine: Engine, play: Play, compiled: CompiledFlow, journal: Journal) -> None:
    """Before the end is written, so that a crash between cannot lose it; asked twice, it happens once."""
    for child in play.children:
        cancel_child(engine, play.company_id, child, by=f"the end of play {play.id}")
    if play.state is _P.FAIL:
        note_failure(engine, play, compiled)
    on_fail = compiled.flow.execution.on_fail_flow_id
    if play.state is _P.FAIL and on_fail:
        try:
            start_on_fail(engine, play, on_fail)
        except Failed as failed:
            journal.set(onFailProblem=failed.message)


def _close_the_rest(
    play: Play, compiled: CompiledFlow, journal: Journal, state: LayerState, now: datetime
) -> None:
    for ref in compiled.graph.order:
        play.layers.setdefault(ref, Layer(ref))
    for layer in play.layers.values():
        if not layer_is_finished(layer.state):
            layer.ended_at = now
            layer.due_at = layer.waiting = None
            unknown = has_unknown_outcome(layer)
            layer.error = unknown_outcome(layer) if unknown else layer.error
            journal.move(layer, _L.FAIL if unknown else state, now)


def _state(play: Play, compiled: CompiledFlow, how: How) -> PlayState:
    if how.cancelled_by is not None:
        return _P.CANCELLED
    if play.error is not None:
        return _P.FAIL
    if how.stopped is not None:
        return _P.SKIP
    states = {play.layers[ref].state for ref in compiled.graph.order}
    return _P.FILTERED if states == {_L.FILTERED} else _P.DONE


def _output(
    play: Play, compiled: CompiledFlow, journal: Journal, how: How, roots: dict[str, Any], kv: PlayKv
) -> Kept | None:
    try:
        play.output = how.stopped.output if how.stopped else _chosen(play, compiled, roots, kv)
        return journal.keep(play.output)
    except ExpressionError as error:
        play.error = Failure("EXPRESSION", f"output: {error}")
    except ValueError as error:
        play.error = Failure("OUTPUT_REFUSED", f"output: {error}")
    play.output = None
    return None


def _chosen(play: Play, compiled: CompiledFlow, roots: dict[str, Any], kv: PlayKv) -> Any:
    if compiled.veiled_output is not None:
        return kv.veil.value(compiled.veiled_output.resolve(roots, kv).shown)
    if compiled.output is not None:
        return compiled.output.evaluate(Scope(roots))
    for ref in reversed(compiled.graph.order):
        if play.layers[ref].state is _L.DONE:
            return play.layers[ref].output
    return None
