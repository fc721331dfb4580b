"""Accept plays: the only place that inserts one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flow8.domain.file_value import without_ids
from flow8.domain.play import Failure, Happening, Layer, Lease, Origin, Parent, Play, PlayState, is_finished
from flow8.domain.values import canonical_digest
from flow8.engine.compiled import CompiledFlow
from flow8.engine.engine import Engine
from flow8.engine.title import first_title
from flow8.errors import Conflict, Invalid
from flow8.ids import new_id
from flow8.store.database import faults_in_words
from flow8.store.flows import FlowRecord
from flow8.store.payloads import ValueTooLarge
from flow8.store.plays import KeyIsTaken

KEY_IS_KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class StartRequest:
    """Someone's wish that a flow be played. `version` None means the published one.

    `recorded` holds finished layers of the play `rerun_of`, which are taken over instead of performed. Of the
    files that the args speak of, the play may use those in `files`, and no others.
    """

    flow: FlowRecord
    args: Any
    origin: Origin
    idempotency_key: str | None = None
    request: Any = None
    version: int | None = None
    force: bool = False
    parent: Parent | None = None
    rerun_of: str | None = None
    recorded: tuple[Layer, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A play as far as it got: its output or error once it is finished, its reply if a flowlet set one."""

    play_id: str
    state: PlayState
    created_at: datetime
    output: Any = None
    reply: Any = None
    error: Failure | None = None

    @property
    def finished(self) -> bool:
        """Whether the play is over."""
        return is_finished(self.state)


def accept(engine: Engine, request: StartRequest, lease: Lease | None) -> tuple[Play, bool]:
    """Store a play, leased already or not; or find the one that its idempotency key started before (True).

    Raises:
        Conflict: FLOW_NOT_PUBLISHED, FLOW_DISABLED, or IDEMPOTENCY_MISMATCH (the key came with other args).
        Invalid: args that the flow's `input` refuses, every problem listed.
        NotFound: FILE_NOT_FOUND, a file that was given is gone.
        Unavailable: MongoDB does not answer; nothing was started.
    """
    play = new_play(engine, request, runnable(engine, request), lease)
    history = [Happening(1, "play:started", play.created_at, state=play.state.value)]
    play.seq = 1
    with _held(engine, request, play) as files:
        try:
            with sized():
                engine.store.plays.insert(play, history)
        except KeyIsTaken:
            first, repeated = _of_taken_key(engine, request, play, history)
            files.let_go = repeated
            return first, repeated
    _tell(engine, play)
    return play, False


@dataclass
class _Files:
    """What becomes of the files of a play that was to be stored."""

    let_go: bool = False


@contextmanager
def _held(engine: Engine, request: StartRequest, play: Play) -> Iterator[_Files]:
    """Let the play hold its files before it is there, and no longer once it is sure that it never will be."""
    if not request.files:
        yield _Files()
        return
    engine.files.hold(play.company_id, play.id, request.files)
    files = _Files()
    try:
        yield files
    except (Conflict, Invalid):
        files.let_go = True
        raise
    finally:
        if files.let_go:
            engine.files.let_go([play.id])


def _tell(engine: Engine, play: Play) -> None:
    """Show listeners the first line of a play's history."""
    engine.live.publish(
        {
            "type": "play:started",
            "companyId": play.company_id,
            "playId": play.id,
            "flowId": play.flow_id,
            "state": play.state.value,
            "timestamp": play.created_at,
            "seq": 1,
        }
    )


@contextmanager
def sized() -> Iterator[None]:
    """Say of a play that cannot be stored that its args are too large.

    Raises:
        Invalid: they are.
    """
    try:
        yield
    except ValueTooLarge as error:
        raise Invalid(f"The args are too large: {error}.") from error


def runnable(engine: Engine, request: StartRequest) -> CompiledFlow:
    """The version that is to be played.

    Raises:
        Conflict: FLOW_NOT_PUBLISHED or FLOW_DISABLED.
        NotFound: FLOW_VERSION_NOT_FOUND.
    """
    flow = request.flow
    version = request.version or flow.published
    if not version:
        raise Conflict(
            f"Flow '{flow.permanent_id}' was never published; publish it first.", code="FLOW_NOT_PUBLISHED"
        )
    if not flow.enabled and not request.force:
        raise Conflict(
            f"Flow '{flow.permanent_id}' is disabled; enable it, or force the run.", code="FLOW_DISABLED"
        )
    with faults_in_words():
        return engine.flows.get(flow.company_id, flow.id, version)


def new_play(engine: Engine, request: StartRequest, compiled: CompiledFlow, lease: Lease | None) -> Play:
    """The play that is asked for, not stored yet.

    Raises:
        Invalid: args that the flow's `input` refuses, every problem listed.
    """
    if problems := compiled.check_args(request.args, "args"):
        raise Invalid("The args do not fit the flow's input.", problems=problems)
    with faults_in_words():
        now = engine.store.clock.now()
    play = Play(
        id=new_id(),
        company_id=request.flow.company_id,
        flow_id=request.flow.id,
        flow=request.flow.permanent_id,
        version=compiled.version,
        origin=request.origin,
        args=request.args,
        created_at=now,
        state=PlayState.NEW if lease is None else PlayState.RUN,
        request=request.request,
        idempotency_key=request.idempotency_key,
        args_digest=_digest_of(request) if request.idempotency_key else None,
        started_at=None if lease is None else now,
        lease=lease,
        crashes=0 if lease is None else 1,
        priority=compiled.flow.execution.priority,
        parent=request.parent,
        rerun_of=request.rerun_of,
        layers={layer.id: layer for layer in request.recorded},
    )
    play.title = first_title(play, compiled)
    return play


def _digest_of(request: StartRequest) -> str:
    """What tells whether args are the same; a file that was sent again is, though it has another id."""
    args = without_ids(request.args, frozenset(request.files)) if request.files else request.args
    return canonical_digest(args)


def _of_taken_key(
    engine: Engine, request: StartRequest, play: Play, history: list[Happening]
) -> tuple[Play, bool]:
    key = request.idempotency_key or ""
    with faults_in_words():
        first = engine.store.plays.by_key(play.company_id, play.flow_id, key)
        if first is not None and first.created_at > play.created_at - KEY_IS_KEPT:
            if first.args_digest != play.args_digest:
                message = "This idempotency key started a play with other args; use a new key."
                raise Conflict(message, code="IDEMPOTENCY_MISMATCH")
            return first, True
        if first is not None:
            engine.store.plays.forget_key(play.company_id, first.id)
        engine.store.plays.insert(play, history)
    return play, False


def outcome_of(play: Play) -> Outcome:
    """A play as its caller sees it."""
    return Outcome(play.id, play.state, play.created_at, play.output, play.reply, play.error)
