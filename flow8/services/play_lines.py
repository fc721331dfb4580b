"""The lines of a play: its history as it was written, and what its modules logged."""

from dataclasses import dataclass
from typing import Any, Final

from flow8.clock import iso
from flow8.domain.access import Actor, Right
from flow8.domain.play import ref_of
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.page import refuse
from flow8.services.play_shapes import Shape
from flow8.services.reach import must_on_play, no_play

MOST_LINES: Final = 1000


@dataclass(frozen=True)
class Lines:
    """Some lines in the order of time; `next` is what to pass as `after` for the ones behind."""

    rows: list[Shape]
    next: int | None


def list_events(engine: Engine, actor: Actor, play_id: str, *, after: int = 0, size: int = 100) -> Lines:
    """The lines of history behind position `after`: `{type, layerId, ref, state, timestamp, seq}`.

    They are numbered from 1 without gaps. A play that goes on may have further ones later.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND.
        Invalid: a position or a size that is none.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.list_events", play_id)
    refuse(_problems(after, size), "These events cannot be listed.")
    found = engine.store.play_views.events(actor.company_id, play_id, after, size + 1)
    if found is None:
        raise no_play(play_id)
    return Lines(
        [_event(play_id, line) for line in found[:size]], after + size if len(found) > size else None
    )


def list_logs(engine: Engine, actor: Actor, play_id: str, *, after: int = 0, size: int = 100) -> Lines:
    """What modules logged: `{n, timestamp, layerId, ref, attempt, message}`; the last 1,000 lines are kept.

    Lines are written with the step that they belong to, so those of one that still runs come later.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND.
        Invalid: a position or a size that is none.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.list_logs", play_id)
    refuse(_problems(after, size), "These lines cannot be listed.")
    found = engine.store.play_views.logs(actor.company_id, play_id)
    if found is None:
        raise no_play(play_id)
    behind = [line for line in found if line["n"] > after]
    more = behind[size - 1]["n"] if len(behind) > size else None
    return Lines([_log_line(line) for line in behind[:size]], more)


def _problems(after: int, size: int) -> list[Problem]:
    problems = [] if 1 <= size <= MOST_LINES else [Problem("size", f"must be from 1 to {MOST_LINES}")]
    if not 0 <= after < 2**31:
        problems.append(Problem("after", "must be the number of a line, or 0"))
    return problems


def _event(play_id: str, line: Shape) -> Shape:
    layer_id = line.get("ref")
    return {
        "type": line["type"],
        "playId": play_id,
        "layerId": layer_id,
        "ref": None if layer_id is None else ref_of(layer_id),
        "state": line.get("state"),
        "seq": line["seq"],
        "timestamp": iso(line["at"]),
    }


def _log_line(line: Shape) -> dict[str, Any]:
    return {
        "n": line["n"],
        "timestamp": iso(line["at"]),
        "layerId": line["layerId"],
        "ref": ref_of(line["layerId"]),
        "attempt": line["attempt"],
        "message": line["message"],
    }
