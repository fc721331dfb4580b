"""Notes down what people are to be told of a play; the scheduler tells them, and no play waits for that."""

from flow8.domain.notices import approval_notice, failure_notice
from flow8.domain.play import Layer, Play
from flow8.engine.compiled import CompiledFlow
from flow8.engine.engine import Engine

MAIL = "mail"


def note_failure(engine: Engine, play: Play, compiled: CompiledFlow) -> None:
    """That the play fails; of a subflow the play that started it tells, and of tests nobody."""
    wanted = compiled.flow.notify.failure
    if play.version < 0 or play.parent is not None or not _is_told(engine, play, wanted):
        return
    now = engine.store.clock.now()
    notice = failure_notice(play.company_id, play.id, play.flow_id, play.version, now)
    engine.store.notices.add(play.company_id, notice)


def note_approval(engine: Engine, play: Play, compiled: CompiledFlow, layer: Layer) -> None:
    """That a layer is about to wait for an approval; in a loop this is told once."""
    approval = compiled.flowlet_of(layer.id).flowlet.approval
    wanted = compiled.flow.notify.approval
    if wanted is None and not (approval and approval.approvers):
        return
    if play.version < 0 or not _is_told(engine, play, wanted):
        return
    now = engine.store.clock.now()
    notice = approval_notice(play.company_id, play.id, play.flow_id, play.version, now, layer.ref)
    engine.store.notices.add(play.company_id, notice)


def _is_told(engine: Engine, play: Play, wanted: tuple[str, ...] | None) -> bool:
    """Whether there is somebody to tell, and a way to do it."""
    return bool(wanted) if wanted is not None else engine.components.has(play.company_id, MAIL)
