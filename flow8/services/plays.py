"""Run flows, and look at their plays."""

from dataclasses import dataclass
from typing import Any

from flow8.domain.access import Actor, Right
from flow8.domain.play import KEYS_OF_OURS, Origin
from flow8.engine.engine import Engine
from flow8.engine.start import Outcome, StartRequest, start, start_and_wait
from flow8.engine.start import wait as wait_for
from flow8.errors import Problem
from flow8.services import play_shapes
from flow8.services.files import files_in
from flow8.services.flows import fresh_flow
from flow8.services.histogram import COUNT_SECONDS
from flow8.services.layers import find_with_values
from flow8.services.page import USUAL_SIZE, refuse, size_problems
from flow8.services.play_filter import EVERYTHING, Filter, filter_problems, which_plays
from flow8.services.reach import must_on_flow, must_on_play, must_within, no_play
from flow8.services.written_secrets import veil_over, veiled_text

LONGEST_WAIT = 60.0
KEY_LENGTH = 200


@dataclass(frozen=True)
class PlayPage:
    """Some plays, newest first; `next` is what to pass as `after` for the ones that follow."""

    rows: list[dict[str, Any]]
    next: str | None
    total: int | None = None


def run(
    engine: Engine,
    actor: Actor,
    name: str,
    args: Any,
    *,
    idempotency_key: str | None = None,
    wait: float = 0.0,
    force: bool = False,
    version: int | None = None,
) -> Outcome:
    """Start a flow, by id or permanent id. When this returns, the play is stored and never lost.

    With `wait` it returns as soon as the play is finished, at the latest after so many seconds. What another
    process published, enabled or disabled counts within half a second.

    Raises:
        Denied: without the right to run.
        NotFound: FLOW_NOT_FOUND.
        Invalid: `wait`, `version` or the key is out of bounds, the args do not fit, or speak of a file
            that the actor may not read; all of them listed.
        Conflict: FLOW_NOT_PUBLISHED, FLOW_DISABLED or IDEMPOTENCY_MISMATCH.
    """
    must_on_flow(engine, actor, Right.RUN, "plays.run", name)
    refuse(_run_problems(wait, idempotency_key, version), "This flow cannot be run so.")
    flow = fresh_flow(engine, actor.company_id, name)
    files = files_in(engine, actor, args, "args")
    origin = Origin(actor.door, actor.name, actor.key_id, actor.ip, actor.request_id)
    request = StartRequest(flow, args, origin, idempotency_key, version=version, force=force, files=files)
    return start_and_wait(engine, request, wait) if wait > 0 else start(engine, request)


def _run_problems(wait: float, key: str | None, version: int | None) -> list[Problem]:
    problems = []
    if not 0 <= wait <= LONGEST_WAIT:
        problems.append(Problem("wait", f"must be from 0 to {LONGEST_WAIT:.0f} seconds"))
    if key is not None and (not 1 <= len(key) <= KEY_LENGTH or not key.isprintable()):
        problems.append(Problem("idempotencyKey", f"must have 1 to {KEY_LENGTH} printable characters"))
    elif key is not None and key.startswith(KEYS_OF_OURS):
        ours = " or ".join(KEYS_OF_OURS)
        problems.append(Problem("idempotencyKey", f"must not begin with {ours}, as flow8's own keys do"))
    if version is not None and version < 1:
        problems.append(Problem("version", "must be at least 1"))
    return problems


def list_plays(
    engine: Engine,
    actor: Actor,
    wanted: Filter = EVERYTHING,
    *,
    size: int = USUAL_SIZE,
    after: str | None = None,
    counted: bool = False,
) -> PlayPage:
    """The company's plays that a filter finds, newest first, those older than the play `after`.

    How many there are in all is told only when that is asked.

    Raises:
        Denied: without the right to view.
        NotFound: FLOW_NOT_FOUND.
        Invalid: a size or a field of the filter that is not right.
        Unavailable: TOO_MANY_PLAYS to be counted in ten seconds.
    """
    within = must_within(engine, actor, Right.VIEW, "plays.list")
    refuse([*size_problems(size), *filter_problems(wanted)], "These plays cannot be listed.")
    which = which_plays(engine, actor, Right.VIEW, wanted, within)
    views = engine.store.play_views
    rows = views.page(actor.company_id, which, size=size + 1, after=after)
    more = rows[size - 1]["_id"] if len(rows) > size else None
    total = views.count(actor.company_id, which, COUNT_SECONDS) if counted else None
    return PlayPage([play_shapes.row(each) for each in rows[:size]], more, total)


UNASKED_BYTES = 64 * 1024
MOST_RERUNS = 10


def get_play(engine: Engine, actor: Actor, play_id: str) -> dict[str, Any]:
    """A play with its args, its output and the layers of its whole flow version, those not begun as NEW.

    Args and output are cut to 64 KiB of JSON text; layers come without values. A loop is one row with counts
    (`loop`), and so is each flowlet `inside` it; the layers of open iterations stand in `openLayers`.
    `reruns` are the plays that name it as their origin, at most ten, the last one first.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.get", play_id)
    document = _found(engine, actor, play_id)
    args, output = (_preview(engine, document, field) for field in ("args", "output"))
    reruns = engine.store.recent_plays.reruns(actor.company_id, play_id, MOST_RERUNS)
    return {
        **play_shapes.play(document, play_shapes.compiled_of(engine, document)),
        "reruns": [play_shapes.rerun(each) for each in reruns],
        "args": args.value,
        "argsTruncated": args.truncated,
        "output": output.value,
        "outputTruncated": output.truncated,
    }


def get_layer(
    engine: Engine, actor: Actor, play_id: str, layer_id: str, *, most: int | None = None
) -> dict[str, Any]:
    """One layer with its input and output, each cut to UNIT_OUTPUT_UI_MAX_BYTES of JSON text, or to `most`.

    `size` and `truncated` speak of the output, `inputSize` and `inputTruncated` of the input. Inside a loop
    an id ends with the position of each item, `price#3`.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND, LAYER_NOT_FOUND, or ITERATIONS_GONE (retention removed the play that a rerun
            took its loop from).
        Invalid: `most` is below 1.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.get_layer", play_id)
    problems = [Problem("most", "must be at least 1")] if most is not None and most < 1 else []
    refuse(problems, "This layer cannot be shown so.")
    found = find_with_values(engine, actor.company_id, play_id, layer_id)
    longest = engine.settings.unit_output_ui_max_bytes
    shown = longest if most is None else min(most, longest)
    veil = veil_over(engine, actor, found.scope.play)
    texts = (veiled_text(veil, found.text(engine, each)) for each in ("inputs", "outputs"))
    taken, given = (play_shapes.preview(each, shown) for each in texts)
    return {
        **found.shape(),
        "input": taken.value,
        "inputSize": taken.size,
        "inputTruncated": taken.truncated,
        "output": given.value,
        "size": given.size,
        "truncated": given.truncated,
    }


def outcome(engine: Engine, actor: Actor, play_id: str, *, wait: float = 0.0) -> Outcome:
    """The play with its output or error once it is finished, or as it stands after `wait` seconds.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND.
        Invalid: `wait` is out of bounds.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.outcome", play_id)
    refuse(_run_problems(wait, None, None), "This play cannot be waited for so.")
    return wait_for(engine, str(_found(engine, actor, play_id)["_id"]), wait)


def _found(engine: Engine, actor: Actor, play_id: str) -> dict[str, Any]:
    document = engine.store.play_views.find(actor.company_id, play_id)
    if document is None:
        raise no_play(play_id)
    return document


def _preview(engine: Engine, document: dict[str, Any], field: str) -> play_shapes.Preview:
    text = engine.store.play_views.value(document["companyId"], document["_id"], field)
    return play_shapes.preview(text, UNASKED_BYTES)
