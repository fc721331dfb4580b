"""Functions on lists, and on what has a length."""

from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value

ROWS = [{"n": 2, "k": "b"}, {"n": 1, "k": "a"}, {"n": 2, "k": "c"}]


def value(source: str, given: Any = None) -> Any:
    return compile_value(f"{{{{ $args | {source} }}}}").evaluate(Scope({"args": given}))


@pytest.mark.parametrize(
    ("given", "source", "result"),
    [
        ("", "length", 0),
        ([1, 2, 3], "length", 3),
        ({"a": 1}, "length", 1),
        ([], "first", None),
        ([], "last", None),
        ([3, 4, 5], "first", 3),
        ([3, 4, 5], "last", 5),
        ([], "where(.n > 1)", []),
        (ROWS, "where(.n > 1)", [ROWS[0], ROWS[2]]),
        (ROWS, "where(.nope)", []),
        (ROWS, "map(.k)", ["b", "a", "c"]),
        (ROWS, "map({k: .k})", [{"k": "b"}, {"k": "a"}, {"k": "c"}]),
        (ROWS, "map(1)", [1, 1, 1]),
        (ROWS, "find(.n == 1)", ROWS[1]),
        (ROWS, "find(.n == 9)", None),
        ([], "any(true)", False),
        (ROWS, "any(.n == 1)", True),
        ([], "all(false)", True),
        (ROWS, "all(.n > 0)", True),
        ([], "sort", []),
        ([3, 1.5, 2], "sort", [1.5, 2, 3]),
        (["b", "B", "a"], "sort", ["B", "a", "b"]),
        (ROWS, "sort(.n) | map(.k)", ["a", "b", "c"]),
        (ROWS, "sort(.k) | reverse | map(.k)", ["c", "b", "a"]),
        ([1, "1", 1.0, True, None, None, [1], [1.0]], "unique", [1, "1", True, None, [1]]),
        (ROWS, "unique(.n) | map(.k)", ["b", "a"]),
        (ROWS, "groupBy(.n)", {"2": [ROWS[0], ROWS[2]], "1": [ROWS[1]]}),
        ([1, None], "groupBy(.)", {"1": [1], "": [None]}),
        ("abc", "reverse", "cba"),
        ([1, 2, 3], "reverse", [3, 2, 1]),
        ("abcd", "slice(1)", "bcd"),
        ("abcd", "slice(-2)", "cd"),
        ([1, 2, 3], "slice(0, -1)", [1, 2]),
        ([1, 2, 3], "slice(5, 9)", []),
        ([], "flatten", []),
        ([[1, [2]], 3, []], "flatten", [1, [2], 3]),
        ([], "join(',')", ""),
        ([1, None, True, "a", [2]], "join('|')", "1||true|a|[2]"),
        ([1], "concat([2, 3])", [1, 2, 3]),
        (3, "range(0)", []),
        (-1, "range(2)", [-1, 0, 1]),
        ("abc", "contains('bc')", True),
        ("abc", "contains(1)", False),
        ([1, {"a": 1.0}], "contains({a: 1})", True),
        ([1, 2], "contains('1')", False),
        ({"a": None}, "contains('a')", True),
        ({"a": None}, "contains('b')", False),
        (None, "contains('a')", False),
    ],
)
def test_a_function_on_lists_works(given: Any, source: str, result: Any) -> None:
    assert value(source, given) == result


@pytest.mark.parametrize(
    ("given", "source", "reason"),
    [
        ([1, "a"], "sort", "numbers only or texts only have an order, not number and text"),
        ([{"n": 1}, {}], "sort(.n)", "numbers only or texts only have an order, not null and number"),
        ([[1]], "unique(.)", "no list can be a key"),
        ([{}], "groupBy(.)", "no object can be a key"),
        ([[0] * 60_000, [0] * 60_000], "flatten", "over the bound of 100000 items"),
        (["x" * 600_000] * 2, "join", "over the bound of 1000000 characters"),
        (["abcdefghi"] * 100_000, "join", "more than 50000 steps"),
        (list(range(100_000)), "sort", "more than 50000 steps"),
        ([0] * 100_001, "first", "over the bound of 100000 items"),
        (0, "range(9223372036854775807)", "over the bound of 100000 items"),
    ],
)
def test_what_a_function_on_lists_refuses_is_told(given: Any, source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source, given)

    assert caught.value.reason == reason
