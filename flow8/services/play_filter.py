"""Which plays somebody asks for, in the words of the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flow8.domain.access import Actor, Right
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.flows import kept_flow
from flow8.services.reach import Within, must_on_flow
from flow8.store.play_filter import Which, words_of

LONGEST: Final = 200
_STATES: Final = frozenset(state.value for state in PlayState)


@dataclass(frozen=True)
class Filter:
    """Plays of one flow, in some states, that came by one trigger, whose title or error holds these words.

    `trigger` is the door of the play's origin (`api`, `channel`, `mcp` …). `text` may be a play's id as well.
    Plays are accepted from `since` on and before `until`.
    """

    flow: str | None = None
    states: Sequence[str] = ()
    trigger: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING: Final = Filter()


def filter_problems(wanted: Filter) -> list[Problem]:
    """What is wrong with the fields of a filter."""
    unknown = [each for each in wanted.states if each not in _STATES]
    problems = [Problem("state", f"'{each}' is no state of a play") for each in unknown]
    for field, text in (("trigger", wanted.trigger), ("text", wanted.text)):
        if text is not None and (not 1 <= len(text) <= LONGEST or not text.isprintable()):
            problems.append(Problem(field, f"must have 1 to {LONGEST} printable characters"))
        elif field == "text" and text is not None and not words_of(text):
            problems.append(Problem("text", "must hold a word"))
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        problems.append(Problem("to", "must be after from"))
    return problems


def which_plays(engine: Engine, actor: Actor, right: Right, wanted: Filter, within: Within) -> Which:
    """The plays of a filter without problems, of the flows `within` only.

    Raises:
        Denied: without the right on the flow that the filter names.
        NotFound: FLOW_NOT_FOUND.
    """
    if wanted.flow is not None:
        must_on_flow(engine, actor, right, "plays.list", wanted.flow)
    flow_id = None if wanted.flow is None else kept_flow(engine, actor.company_id, wanted.flow).id
    return Which(
        flow_id=flow_id,
        states=tuple(wanted.states),
        trigger=wanted.trigger,
        text=wanted.text,
        since=wanted.since,
        until=wanted.until,
        within=within,
    )
