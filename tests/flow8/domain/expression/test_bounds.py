"""The bounds of one evaluation, each just under and just over."""

from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value
from flow8.domain.expression.bounds import Run, kind_of, room, weigh


def value(source: str, **roots: Any) -> Any:
    return compile_value(f"{{{{ {source} }}}}").evaluate(Scope(roots))


def refusal(source: str, **roots: Any) -> str:
    with pytest.raises(ExpressionError) as caught:
        value(source, **roots)
    return caught.value.reason


def test_an_error_names_a_long_expression_shortly() -> None:
    error = ExpressionError("too much", "{{ " + "x" * 300 + " }}")

    assert str(error) == "too much: {{ " + "x" * 194 + "..."
    assert len(error.source) == 200


def test_an_error_keeps_the_first_expression_it_was_told() -> None:
    error = ExpressionError("too much").about("{{ a }}").about("{{ b }}")

    assert (str(error), error.reason) == ("too much: {{ a }}", "too much")
    assert str(ExpressionError("too much")) == "too much"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "number"),
        (1.0, "number"),
        ("", "text"),
        ([], "list"),
        ({}, "object"),
        ((), "foreign thing"),
    ],
)
def test_every_json_value_has_a_kind(given: Any, kind: str) -> None:
    assert kind_of(given) == kind


@pytest.mark.parametrize(
    ("given", "weight"),
    [(1, 1), ("x" * 64, 2), ([1, 2], 3), ({"a": [1]}, 3), ({"x" * 64: None}, 3), ([[], {}], 3)],
)
def test_a_value_weighs_what_stands_in_it(given: Any, weight: int) -> None:
    assert weigh(given) == weight


def test_a_value_that_reads_as_a_huge_one_is_refused_before_it_is_read() -> None:
    doubled: list[Any] = [1]
    for _ in range(60):
        doubled = [doubled, doubled]

    with pytest.raises(ExpressionError) as caught:
        weigh(doubled)

    assert str(caught.value) == "more than 100000 values in one"


def test_a_value_at_the_bound_of_depth_is_read() -> None:
    deep: list[Any] = []
    for _ in range(63):
        deep = [deep]

    assert weigh(deep) == 64
    with pytest.raises(ExpressionError):
        weigh([deep])


def test_room_is_refused_from_one_over_the_bound() -> None:
    room(1_000_000)
    room(100_000, 100_000)

    with pytest.raises(ExpressionError, match="over the bound of 1000000 characters"):
        room(1_000_001)
    with pytest.raises(ExpressionError, match="over the bound of 100000 items"):
        room(100_001, 100_000)


def test_steps_run_out() -> None:
    run = Run({})
    run.spend(50_000)

    with pytest.raises(ExpressionError, match="more than 50000 steps"):
        run.spend(1)


def test_a_loop_may_take_all_steps_but_not_more() -> None:
    assert len(value("$args | map(.)", args=[0] * 25_000)) == 25_000
    assert refusal("$args | map(. + 1)", args=[0] * 25_000) == "more than 50000 steps"


def test_the_steps_are_those_of_one_evaluation() -> None:
    template = compile_value("{{ $args | map(.) | length }}")

    lengths = [template.evaluate(Scope({"args": [0] * 25_000})) for _ in range(3)]

    assert lengths == [25_000] * 3


def test_loops_in_loops_share_the_steps() -> None:
    assert refusal("$args | map($args | map(.))", args=[0] * 250) == "more than 50000 steps"
    assert len(value("$args | map($args | map(.))", args=[0] * 100)) == 100


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("'a' | repeat(1000001)", "over the bound of 1000000 characters"),
        ("range(0, 100001)", "over the bound of 100000 items"),
        ("range(0, 60000) | concat(range(0, 60000))", "over the bound of 100000 items"),
        ("'ab' | repeat(400000) | hex", "over the bound of 1000000 characters"),
        ("'a' | repeat(1000000) | upper | upper | upper", "more than 50000 steps"),
        ("[1] | map([., .])" + " | map([., .])" * 40, "more than 200000 values in one"),
        ("[1]" + " | map([., .]) | flatten" * 20, "more than 50000 steps"),
        ("['a']" + " | map(. + .)" * 25, "over the bound of 1000000 characters"),
    ],
)
def test_nothing_grows_over_its_bound(source: str, reason: str) -> None:
    assert refusal(source) == reason


def test_sizes_at_the_bound_are_allowed() -> None:
    assert len(value("'a' | repeat(1000000)")) == 1_000_000
    assert len(value("range(0, 100000)")) == 100_000


def test_a_text_put_together_over_the_bound_is_refused_and_named() -> None:
    template = compile_value("{{ $args }} and {{ $args }}")

    with pytest.raises(ExpressionError) as caught:
        template.evaluate(Scope({"args": "x" * 600_000}))

    assert str(caught.value) == "over the bound of 1000000 characters: {{ $args }} and {{ $args }}"
