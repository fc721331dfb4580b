"""Plays that belong to plays: subflows, what parents hear of them, and the flow after a failure."""

from contextlib import suppress
from typing import Any

from flow8.clock import utc_now
from flow8.domain.file_value import file_ids_in
from flow8.domain.play import Origin, Parent, Play, PlayState, Wish, WishKind
from flow8.engine.accept import StartRequest, accept
from flow8.engine.engine import Engine
from flow8.errors import Flow8Error, NotFound
from flow8.ids import new_id
from flow8.kit.errors import Failed
from flow8.store.flows import FlowRecord

DEEPEST = 10


def ring(engine: Engine, play: Play) -> None:
    """Ring for a play; among waiting ones, flows of higher priority go first where the broker can do so."""
    engine.bell.ring(play.id, play.lane, priority=-play.priority)


def start_child(engine: Engine, play: Play, ref: str, flow: str, args: dict[str, Any]) -> str:
    """The id of the play that this layer started, now or before its worker died.

    Raises:
        Failed: there is no such flow, it refuses the args, or plays are nested too deeply.
    """
    depth = play.parent.depth + 1 if play.parent else 1
    if depth > DEEPEST:
        raise Failed(f"Plays are nested more than {DEEPEST} deep; does a flow call itself?", final=True)
    request = StartRequest(
        flow=_flow(engine, play.company_id, flow),
        args=args,
        origin=Origin("subflow", actor=play.origin.actor, key_id=play.origin.key_id),
        idempotency_key=f"subflow/{play.id}/{ref}",
        parent=Parent(play.id, ref, depth),
        files=_files_of(engine, play, args),
    )
    return _start(engine, request)


def start_on_fail(engine: Engine, play: Play, flow: str) -> None:
    """Start the flow that follows a failure, with the failed play as args; once, however often asked.

    Raises:
        Failed: there is no such flow, or it refuses the args.
    """
    error = play.error
    failed = {"playId": play.id, "flow": play.flow, "version": play.version, "args": play.args}
    why = None if error is None else {"code": error.code, "message": error.message, "ref": error.ref}
    request = StartRequest(
        flow=_flow(engine, play.company_id, flow),
        args={**failed, "error": why},
        origin=Origin("on_fail", actor=play.origin.actor, key_id=play.origin.key_id),
        idempotency_key=f"on_fail/{play.id}",
        files=_files_of(engine, play, play.args),
    )
    _start(engine, request)


def _files_of(engine: Engine, play: Play, value: Any) -> tuple[str, ...]:
    """The files inside a value that the play may use, and so may hand on."""
    return tuple(engine.files.held_by(play.company_id, play.id, file_ids_in(value)))


def hand_back(engine: Engine, child: Play, parent: Play) -> None:
    """Let a play use the files that are in the output of one it waited for."""
    with suppress(NotFound):  # what is gone meanwhile cannot be read, and whoever tries is told so
        engine.files.hold(parent.company_id, parent.id, _files_of(engine, child, child.output))


def _flow(engine: Engine, company_id: str, name: str) -> FlowRecord:
    flow = engine.store.flows.find(company_id, name)
    if flow is None:
        raise Failed(f"There is no flow '{name}'.", final=True, code=NotFound.code)
    return flow


def _start(engine: Engine, request: StartRequest) -> str:
    try:
        child, repeated = accept(engine, request, lease=None)
    except Flow8Error as error:
        raise Failed(str(error), final=error.status != 503, code=error.error_code) from error  # noqa: PLR2004 - Unavailable's own status
    if not repeated:
        ring(engine, child)
    return child.id


def tell_parent(engine: Engine, play: Play) -> None:
    """Let the layer that waits for this play know that it is over. Parents also look by themselves."""
    if play.parent is not None:
        ask(
            engine,
            play.company_id,
            play.parent.play_id,
            WishKind.PLAY_ENDED,
            by="engine",
            ref=play.parent.ref,
        )


def cancel_child(engine: Engine, company_id: str, play_id: str, by: str) -> None:
    """Pass a cancellation on to a play that a cancelled play waits for."""
    ask(engine, company_id, play_id, WishKind.CANCEL, by=by)


def ask(engine: Engine, company_id: str, play_id: str, kind: WishKind, *, by: str, **more: Any) -> bool:
    """Leave a wish with a play and ring for it; False when the play is over or not there."""
    wish = Wish(id=new_id(), kind=kind, by=by, at=utc_now(), **more)
    asked = engine.store.plays.wish(company_id, play_id, wish)
    if asked is None:
        return False
    engine.bell.ring(play_id, asked["lane"], priority=-asked.get("priority", 0))
    return True


def ended_well(child: Play) -> bool:
    """Whether a parent may go on with a child's output."""
    return child.state in (PlayState.DONE, PlayState.SKIP, PlayState.FILTERED)
