"""Functions on objects, and on any value."""

from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value


def value(source: str, given: Any = None) -> Any:
    return compile_value(f"{{{{ $args | {source} }}}}").evaluate(Scope({"args": given}))


@pytest.mark.parametrize(
    ("given", "source", "result"),
    [
        ({}, "keys", []),
        ({"b": 1, "a": 2}, "keys", ["b", "a"]),
        ({"b": 1, "a": 2}, "values", [1, 2]),
        ({"b": 1, "a": 2}, "entries", [{"key": "b", "value": 1}, {"key": "a", "value": 2}]),
        ([], "fromEntries", {}),
        ([{"key": "a"}, {"key": "b", "value": 1}], "fromEntries", {"a": None, "b": 1}),
        ({"a": 1, "b": {"c": 1}}, "merge({b: 2})", {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, "pick(['b', 'x', 1, null, []])", {"b": 2}),
        ({"a": 1, "b": 2}, "omit(['b', 'x', 1, null, []])", {"a": 1}),
        (None, "default(1)", 1),
        ("", "default(1)", 1),
        (0, "default(1)", 0),
        (False, "default(1)", False),
        ([], "default(1)", []),
        (None, "type", "null"),
        (True, "type", "boolean"),
        (1.5, "type", "number"),
        ("a", "type", "text"),
        ({}, "type", "object"),
    ],
)
def test_a_function_on_objects_works(given: Any, source: str, result: Any) -> None:
    assert value(source, given) == result


@pytest.mark.parametrize("given", [[1], [{}], [{"key": 1}], [["a", 1]], [{"value": 1}]])
def test_entries_of_another_shape_are_refused(given: Any) -> None:
    with pytest.raises(ExpressionError, match="entries are objects with a text as key, and a value"):
        value("fromEntries", given)
