"""What an expression comes to with the values of a play, for somebody who is writing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.expression import ExpressionError, Scope, compile_value
from flow8.domain.filters import FilterError, evaluated, holds
from flow8.domain.flow import Filter
from flow8.domain.values import to_text
from flow8.engine.engine import Engine
from flow8.engine.veiled import KV
from flow8.errors import Problem
from flow8.services.page import refuse
from flow8.services.play_shapes import Preview, preview
from flow8.services.play_values import Place, roots_on_record
from flow8.services.plays import UNASKED_BYTES
from flow8.services.reach import must_on_play, no_play

LONGEST: Final = 20_000
MOST: Final = 40
NOT_EVALUATED: Final = "This cannot be worked out."
READS_KV: Final = "reads $kv, which only a play that goes on may read; test the flowlet to see what it gives"


@dataclass(frozen=True)
class Question:
    """The text of a setting, or conditions, as they stand at a layer; `prev` is read in place of outputs."""

    expression: str = ""
    filters: Sequence[Filter] = ()
    layer_id: str | None = None
    prev: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """The value, and of conditions which are met and whether they hold together; None without any.

    Where something cannot be worked out, `trouble` says what and why, and the rest is empty: whoever is in
    the middle of writing an expression asks about many that are not right yet.
    """

    value: Preview
    met: tuple[bool, ...] = ()
    holds: bool | None = None
    trouble: Problem | None = None


class _Trouble(Exception):
    """Something cannot be worked out."""

    def __init__(self, path: str, message: str) -> None:
        self.problem = Problem(path, message)
        super().__init__(message)


def evaluate(engine: Engine, actor: Actor, play_id: str, question: Question) -> Answer:
    """Work out an expression with what a play has on record, where secrets are masked already.

    Nothing is stored, and nothing is done to the world: expressions only compute, within their bounds.

    Raises:
        Denied: without the right to view the play.
        NotFound: PLAY_NOT_FOUND.
        Invalid: it is too much to be worked out at once.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.evaluate", play_id)
    refuse(_bounds(question), NOT_EVALUATED)
    play = engine.store.play_views.find(actor.company_id, play_id)
    if play is None:
        raise no_play(play_id)
    try:
        return _answer(Place(engine, play, question.layer_id, question.prev), question)
    except _Trouble as trouble:
        return Answer(preview(None, 0), trouble=trouble.problem)


def _answer(place: Place, question: Question) -> Answer:
    value = _value(place, question.expression, "expression")
    filters = [_filter(place, each, position) for position, each in enumerate(question.filters)]
    met = tuple(_holds([each], position) for position, each in enumerate(filters))
    return Answer(preview(to_text(value), UNASKED_BYTES), met, _holds(filters, 0) if filters else None)


def _bounds(question: Question) -> list[Problem]:
    """A request is to take about a second at most, whatever is asked."""
    conditions = to_text([[each.left_value, each.right_value] for each in question.filters])
    problems = []
    if len(question.expression) + len(conditions) > LONGEST:
        problems.append(Problem("expression", f"must have at most {LONGEST} characters"))
    if question.expression.count("{{") + conditions.count("{{") > MOST:
        problems.append(Problem("expression", f"must hold at most {MOST} expressions"))
    return problems


def _filter(place: Place, each: Filter, position: int) -> Filter:
    left = _value(place, each.left_value, f"filters[{position}].leftValue")
    return evaluated(each, left, _value(place, each.right_value, f"filters[{position}].rightValue"))


def _value(place: Place, source: Any, path: str) -> Any:
    try:
        template = compile_value(source)
        if KV in template.roots:
            raise _Trouble(path, READS_KV)
        return template.evaluate(Scope(roots_on_record(place, template.roots)))
    except ExpressionError as error:
        raise _Trouble(path, str(error)) from None


def _holds(filters: Sequence[Filter], position: int) -> bool:
    try:
        return holds(filters)[0]
    except FilterError as error:
        told = str(error).partition(": ")[2]
        raise _Trouble(f"filters[{error.position + position}]", told) from None
