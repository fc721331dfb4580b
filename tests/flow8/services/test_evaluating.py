"""What an expression comes to with the values of a play: right values, no secret, nothing for strangers."""

from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.domain.flow import Filter, Operator
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Denied, Invalid, NotFound
from flow8.services.evaluating import LONGEST, MOST, Answer, Question, evaluate
from flow8.services.plays import UNASKED_BYTES
from tests.support.engines import Stage
from tests.support.entries import an_entry
from tests.support.factories import a_flow
from tests.support.loops import each, inside, value

SECRET = "swordfish-and-chips"


@pytest.fixture
def play_id(stage: Stage) -> str:
    """A play of two steps, the second of which failed."""
    total = value("total", {"sum": "{{ $args.items | map(.price * .qty) | sum }}", "list": [1, 2]})
    broken = value("broken", {"n": "{{ 1 / $args.none }}"})
    items = [{"price": 2, "qty": 3}, {"price": 5, "qty": 1}]
    return stage.play(total, broken, args={"id": "A-1", "items": items}).id


def asked(engine: Engine, actor: Actor, play_id: str, expression: str, **more: Any) -> Any:
    return evaluate(engine, actor, play_id, Question(expression, **more)).value.value


def trouble(engine: Engine, actor: Actor, play_id: str, question: Question) -> tuple[str, str]:
    found = evaluate(engine, actor, play_id, question)
    assert (found.value.value, found.met, found.holds) == (None, (), None)
    assert found.trouble is not None
    return found.trouble.path, found.trouble.message


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{{ $args.id }}", "A-1"),
        ("{{ $prev.args.id }}", "A-1"),
        ("Order {{ $args.id }}: {{ $prev.total.sum }}", "Order A-1: 11"),
        ("{{ $prev.total.list }}", [1, 2]),
        ("{{ $prev.nothing.at.all ?? 'none' }}", "none"),
        ("{{ $prev.broken }}", None),
        ("{{ $layer.broken.state }}", "FAIL"),
        ("{{ $layer.broken.error.message != null }}", True),
        ("{{ $flow.id }}", "a-flow"),
        ("{{ $play.door }}", "test"),
        ("plain text", "plain text"),
    ],
)
def test_the_value_is_what_the_flowlet_would_read(
    engine: Engine, viewer: Actor, play_id: str, expression: str, expected: Any
) -> None:
    assert asked(engine, viewer, play_id, expression) == expected


def test_in_a_loop_it_is_that_of_the_item(engine: Engine, viewer: Actor, stage: Stage) -> None:
    inner = each("{{ $item }}", ref="inner", flowlet={"inside": "each"})
    cell = inside(value("cell", {"n": "{{ $item * 10 }}"}), "inner")
    play_id = stage.play(each([[1, 2], [3]]), inner, cell).id

    found = asked(engine, viewer, play_id, "{{ [$item, $index, $prev.cell.n] }}", layer_id="cell#0#1")

    assert found == [2, 1, 20]
    assert asked(engine, viewer, play_id, "{{ $item }}", layer_id="inner#1") == [3]
    assert asked(engine, viewer, play_id, "{{ $prev.each.done }}", layer_id="cell#1#0") == 2


def test_pinned_outputs_stand_in_place_of_those_on_record(
    engine: Engine, viewer: Actor, play_id: str
) -> None:
    expression = "{{ $prev.total.sum + $prev.broken.n }}"

    assert asked(engine, viewer, play_id, expression, prev={"total": {"sum": 1}, "broken": {"n": 2}}) == 3


def test_conditions_are_told_one_by_one_and_together(engine: Engine, viewer: Actor, play_id: str) -> None:
    filters = [
        Filter(left_value="{{ $prev.total.sum }}", operator=Operator.GT, right_value=100),
        Filter(left_value="{{ $args.id }}", operator=Operator.CONTAINS, right_value="A-", mode="or"),
    ]

    found: Answer = evaluate(engine, viewer, play_id, Question(filters=filters))

    assert (found.met, found.holds) == ((False, True), True)
    assert evaluate(engine, viewer, play_id, Question("x")).holds is None


def test_what_cannot_be_worked_out_says_why_and_where(engine: Engine, viewer: Actor, play_id: str) -> None:
    bad = Filter(left_value="{{ 1 / 0 }}", operator=Operator.EQ, right_value=1)
    pattern = Filter(left_value="a", operator=Operator.REGEX, right_value="(")

    assert trouble(engine, viewer, play_id, Question("{{ $args.id + }}"))[0] == "expression"
    assert trouble(engine, viewer, play_id, Question("{{ $args.id * 2 }}"))[0] == "expression"
    assert trouble(engine, viewer, play_id, Question(filters=[bad]))[0] == "filters[0].leftValue"
    assert trouble(engine, viewer, play_id, Question(filters=[pattern, pattern]))[0] == "filters[0]"


def test_too_much_at_once_is_refused(engine: Engine, viewer: Actor, play_id: str) -> None:
    many = Question("{{ 1 }}" * (MOST + 1))
    long = Question("x" * LONGEST, filters=[Filter(left_value="x", operator=Operator.NOT_EMPTY)])

    for question in (many, long):
        with pytest.raises(Invalid) as refused:
            evaluate(engine, viewer, play_id, question)
        assert [each.path for each in refused.value.problems] == ["expression"]


def test_a_large_value_is_cut(engine: Engine, viewer: Actor, stage: Stage) -> None:
    play_id = stage.play(value("a", {"n": 1}), args={"text": "x" * 100_000}).id

    found = evaluate(engine, viewer, play_id, Question("{{ $args.text }}")).value

    assert (len(found.value), found.size, found.truncated) == (UNASKED_BYTES, 100_002, True)


def test_no_secret_comes_out(engine: Engine, viewer: Actor, stage: Stage) -> None:
    an_entry(engine, "token", SECRET)
    reading = value("a", {"plain": "{{ $kv.token }}", "basic": "{{ ('ada:' + $kv.token) | base64 }}"})
    request = {"method": "POST", "headers": {"X-Api-Key": SECRET}, "query": {"token": SECRET, "n": "1"}}
    play_id = stage.accept(a_flow(reading), request=request)
    perform(engine, play_id)

    assert trouble(engine, viewer, play_id, Question("{{ $kv.token }}"))[1].startswith("reads $kv")
    told = [
        asked(engine, viewer, play_id, expression)
        for expression in ("{{ $prev.a }}", "{{ $prev.a | json }}", "{{ $request }}", "{{ $request | json }}")
    ]
    assert SECRET not in str(told)
    assert told[0]["plain"] == "***"
    assert asked(engine, viewer, play_id, "{{ $request.query.n }}") == "1"


def test_only_those_may_ask_who_may_see_the_play(
    engine: Engine, stranger: Actor, company: Any, play_id: str
) -> None:
    nobody = Actor(company.id, "nobody", frozenset(), "test")

    with pytest.raises(NotFound):
        asked(engine, stranger, play_id, "{{ $args.id }}")
    with pytest.raises(Denied):
        asked(engine, nobody, play_id, "{{ $args.id }}")
