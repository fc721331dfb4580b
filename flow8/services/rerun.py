"""Play a finished play again."""

from dataclasses import dataclass
from typing import Any

from flow8.clock import iso
from flow8.domain.access import Actor, Right
from flow8.domain.play import Origin, Play, is_finished
from flow8.engine.engine import Engine
from flow8.engine.repeats import Repeated
from flow8.engine.rerun import Again, Plan, plan
from flow8.engine.start import Outcome, start
from flow8.errors import Conflict, NotFound, Problem
from flow8.services.asking import audit
from flow8.services.files import files_in
from flow8.services.flows import flow_named
from flow8.services.hands import found_play
from flow8.services.page import refuse, some_of
from flow8.services.reach import must_on_play, no_play
from flow8.store.flows import FlowRecord


@dataclass(frozen=True)
class Wanted:
    """How to play again: from which flowlet on, with which args, in which version; None is as it was.

    `confirmed` says that irreversible flowlets which ran already may run once more.
    """

    from_ref: str | None = None
    args: Any = None
    version: int | None = None
    confirmed: bool = False


def rerun(engine: Engine, actor: Actor, play_id: str, wanted: Wanted = Wanted()) -> Outcome:
    """Start a new play that names this one as its origin, in the same flow version unless another is named.

    From a flowlet on, the outputs of the done flowlets that are not after it are used as they are recorded.

    Raises:
        Denied: without the right to run.
        NotFound: PLAY_NOT_FOUND, FLOW_NOT_FOUND or FLOW_VERSION_NOT_FOUND.
        Invalid: the version has no such flowlet, or only inside a loop, or the args do not fit its input, or
            speak of a file of somebody else.
        Conflict: PLAY_NOT_FINISHED, FLOW_DISABLED, ITERATIONS_GONE (retention removed what an aggregator
            would read), or IRREVERSIBLE_AGAIN, which tells how much ran, and the first 100 by name.
    """
    must_on_play(engine, actor, Right.RUN, "plays.rerun", play_id)
    outcome = start(engine, planned(engine, actor, play_id, wanted).request)
    audit(
        engine,
        actor,
        "plays.rerun",
        play_id,
        playId=outcome.play_id,
        fromRef=wanted.from_ref,
        version=wanted.version,
        confirmed=wanted.confirmed or None,
    )
    return outcome


def planned(engine: Engine, actor: Actor, play_id: str, wanted: Wanted) -> Plan:
    """What a rerun would start, once nothing speaks against it. Raises as `rerun` does, except for the args.

    It may be asked in advance: nothing is started.
    """
    must_on_play(engine, actor, Right.RUN, "plays.rerun", play_id)
    refuse(_problems(wanted), "This play cannot be played again so.")
    found_play(engine, actor.company_id, play_id)
    play = engine.store.plays.load(play_id)
    if play is None:
        raise no_play(play_id)
    if not is_finished(play.state):
        message = f"Play '{play_id}' is not over; wait for its end, or cancel it first."
        raise Conflict(message, code="PLAY_NOT_FINISHED")
    flow = _flow_of(engine, play)
    origin = Origin(actor.door, actor.name, actor.key_id, actor.ip, actor.request_id)
    files = files_in(engine, actor, wanted.args, "args", known=engine.files.held_by(play.company_id, play.id))
    found = plan(engine, flow, Again(play, wanted.from_ref, wanted.args, wanted.version, files), origin)
    if found.repeats and not wanted.confirmed:
        raise _irreversible(found)
    return found


def _flow_of(engine: Engine, play: Play) -> FlowRecord:
    try:
        return flow_named(engine, play.company_id, play.flow_id)
    except NotFound as error:
        message = f"Flow '{play.flow}' was deleted, so its plays cannot be played again."
        raise NotFound(message, code=error.error_code) from error


def _problems(wanted: Wanted) -> list[Problem]:
    if wanted.version is not None and wanted.version < 1:
        return [Problem("version", "must be at least 1")]
    return []


def _irreversible(found: Plan) -> Conflict:
    names = some_of([each.path for each in found.repeats], found.repeat_count)
    message = f"What cannot be undone would happen again: {names}. Look at each, then confirm."
    return Conflict(message, code="IRREVERSIBLE_AGAIN", problems=[_problem(each) for each in found.repeats])


def _problem(repeated: Repeated) -> Problem:
    at = repeated.layer.started_at
    when = f" at {iso(at)}" if at else ""
    return Problem(
        repeated.path, f"is irreversible and ran{when} ({repeated.layer.state}); it would run again"
    )
