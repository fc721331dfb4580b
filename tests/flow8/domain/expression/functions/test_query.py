"""JMESPath, with our budget."""

from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value

ROWS = [{"n": 2, "tags": ["a"]}, {"n": 1, "tags": ["b", "c"]}]


def value(query: str, given: Any = None) -> Any:
    return compile_value("{{ $args.given | jmespath($args.query) }}").evaluate(
        Scope({"args": {"given": given, "query": query}})
    )


@pytest.mark.parametrize(
    ("query", "result"),
    [
        ("[0].n", 2),
        ("[].n", [2, 1]),
        ("[].tags[]", ["a", "b", "c"]),
        ("[?n > `1`].tags", [["a"]]),
        ("[?n == `1`] | [0].tags[-1]", "c"),
        ("sort_by(@, &n)[].n", [1, 2]),
        ("map(&n, @)", [2, 1]),
        ("max_by(@, &n).n", 2),
        ("[].{m: n, t: length(tags)}", [{"m": 2, "t": 1}, {"m": 1, "t": 2}]),
        ("[*].tags | [::-1]", [["b", "c"], ["a"]]),
        ("nope.deeper[0]", None),
        ("length(@)", 2),
        ("nope[]", None),
    ],
)
def test_a_query_works(query: str, result: Any) -> None:
    assert value(query, ROWS) == result


NO_FIT = "the query does not parse or does not fit the value"
NO_JSON = "a foreign thing that JSON does not know"
NO_NUMBER = "a number that JSON does not know"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", NO_FIT),
        ("a ||| b", NO_FIT),
        ("unknown(@)", NO_FIT),
        ("abs('a')", NO_FIT),
        ("((((", NO_FIT),
        ("(" * 900, NO_FIT),
        ("'", NO_FIT),
        ("[::0]", NO_FIT),
        ("`unquoted`", NO_FIT),
        ("&n", NO_JSON),
        ("to_string(&n)", NO_JSON),
        ("type(&n)", NO_JSON),
        ("to_array(&n)", NO_JSON),
        ("to_number('nan')", NO_NUMBER),
        ("to_number('1e999')", NO_NUMBER),
        ('`{"a": NaN}`', NO_NUMBER),
    ],
)
def test_what_does_not_parse_or_fit_is_refused(query: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(query, ROWS)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("query", "given", "reason"),
    [
        ("a" * 1_001, None, "over the bound of 1000 characters"),
        ("|".join(["[@,@]", "[]"] * 40), 1, "more than 50000 steps"),
        ("|".join(["[@,@]"] * 30), 1, "more than 100000 values in one"),
        ("|".join(["[@,@]"] * 30 + ["to_string(@)"]), 1, "more than 100000 values in one"),
        ("|".join(["[@,@]"] * 30 + ["@ == @"]), 1, "more than 100000 values in one"),
        ("|".join(["to_string([@])"] * 30), "a", "more than 50000 steps"),
        ("[?@ > `-1`]", list(range(20_000)), "more than 50000 steps"),
        ("[@,@,@,@,@,@,@,@][]", [0] * 50_000, "more than 50000 steps"),
        ("[[::1],[::1],[::1],[::1],[::1],[::1],[::1],[::1],[::1]]", [0] * 100_000, "more than 50000 steps"),
    ],
)
def test_a_query_keeps_the_bounds(query: str, given: Any, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(query, given)

    assert caught.value.reason == reason
