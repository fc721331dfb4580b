"""Whether a flowlet's conditions hold."""

from typing import Any

import pytest

from flow8.domain.filters import FilterError, evaluated, holds
from flow8.domain.flow import Filter
from flow8.domain.play import Unmet


def a_filter(left: Any, operator: str, right: Any = None, **fields: Any) -> Filter:
    return Filter.model_validate({"leftValue": left, "operator": operator, "rightValue": right, **fields})


HOLDING: list[tuple[Any, str, Any, str | None]] = [
    (1, "eq", 1.0, None),
    (2, "gt", 1.5, None),
    (10, "gt", 9, None),
    ("10", "lt", "9", None),
    ("10", "lt", 9, None),
    ("10", "gt", 9, "number"),
    ("007", "eq", 7, "number"),
    (" 1e2 ", "eq", "100", "number"),
    (7, "gte", 7, None),
    (7, "lte", 7, None),
    ("a", "lt", "b", None),
    ("a", "neq", "A", None),
    ("7", "eq", 7, None),
    (2.0, "eq", "2", None),
    (True, "eq", "true", None),
    (None, "eq", "", None),
    (True, "eq", "TRUE", "boolean"),
    (1, "eq", True, "boolean"),
    (None, "eq", False, "boolean"),
    (0, "neq", "true", "boolean"),
    (10, "lt", 9, "string"),
    ([1, {"a": 2}], "eq", [1.0, {"a": 2}], None),
    ({"a": 1, "b": 2}, "eq", {"b": 2, "a": 1}, None),
    ([1], "neq", [True], None),
    ([1], "eq", "[1]", None),
    ([1], "eq", [1], "string"),
    ("order", "contains", "rd", None),
    ("order", "contains", "", None),
    (12345, "contains", 34, None),
    (["a", "b"], "contains", "b", None),
    ([1, 2], "contains", 2.0, None),
    ([[1]], "contains", [1], None),
    (["7"], "contains", 7, "number"),
    ({"a": 1}, "contains", "a", None),
    ({"1": 1}, "contains", 1, None),
    ("order", "not_contains", "x", None),
    ([], "not_contains", None, None),
    ({"a": 1}, "not_contains", "b", None),
    (None, "not_contains", "b", None),
    (None, "is_empty", None, None),
    ("", "is_empty", None, None),
    ([], "is_empty", None, None),
    ({}, "is_empty", None, None),
    (0, "not_empty", None, None),
    (False, "not_empty", None, None),
    (" ", "not_empty", None, None),
    ([None], "not_empty", None, None),
    ("order 12", "regex", r"\d+$", None),
    (12, "regex", "^12$", None),
    (None, "regex", "^$", None),
    ("12", "regex", 2, None),
]


@pytest.mark.parametrize(("left", "operator", "right", "cast"), HOLDING)
def test_a_condition_holds(left: Any, operator: str, right: Any, cast: str | None) -> None:
    assert holds([a_filter(left, operator, right, cast=cast)]) == (True, ())


@pytest.mark.parametrize(
    ("left", "operator", "right", "cast"),
    [
        (1, "eq", 2, None),
        (1, "neq", 1.0, None),
        (1, "gt", 1, None),
        (1, "lt", 1, None),
        (1, "gte", 2, None),
        (3, "lte", 2, None),
        ("a", "eq", "A", None),
        ([1, 2], "eq", [2, 1], None),
        ("order", "contains", "Rd", None),
        ([1, 2], "contains", 3, None),
        ("order", "not_contains", "rd", None),
        (0, "is_empty", None, None),
        ("", "not_empty", None, None),
        ("order", "regex", r"\d", None),
    ],
)
def test_a_condition_that_does_not_hold_is_recorded_with_its_values(
    left: Any, operator: str, right: Any, cast: str | None
) -> None:
    assert holds([a_filter(left, operator, right, cast=cast)]) == (False, (Unmet(0, left, operator, right),))


@pytest.mark.parametrize(
    ("conditions", "verdict"),
    [
        ("", True),
        ("and 1", True),
        ("or 1", True),
        ("or 0", False),
        ("and 1, and 0", False),
        ("and 0, or 1", True),
        ("and 0, or 1, and 0", False),
        ("and 0, and 1, or 1", True),
        ("and 1, or 0, and 0", False),
        ("and 1, or 0, and 1", True),
        ("and 0, and 0, or 0", False),
    ],
)
def test_conditions_are_folded_from_left_to_right(conditions: str, verdict: bool) -> None:  # noqa: FBT001 - a table
    pairs = [each.split() for each in conditions.split(",") if each]
    filters = [a_filter(value, "eq", "1", mode=mode) for mode, value in pairs]

    held, unmet = holds(filters)

    assert held is verdict
    failed = [place for place, (_, value) in enumerate(pairs) if value == "0"]
    assert [each.position for each in unmet] == ([] if verdict else failed)


@pytest.mark.parametrize(
    ("left", "operator", "right", "cast", "message"),
    [
        ("ten", "gt", 9, "number", "this text cannot be read as a number"),
        (1, "gt", "", "number", "this text cannot be read as a number"),
        (None, "gt", 9, "number", "null cannot be read as a number"),
        (True, "gt", 9, "number", "true or false cannot be read as a number"),
        ([1], "eq", 1, "number", "a list cannot be read as a number"),
        ({}, "eq", 1, "number", "an object cannot be read as a number"),
        ("yes", "eq", True, "boolean", "this text cannot be read as true or false"),
        ([], "eq", True, "boolean", "a list cannot be read as true or false"),
        ("a", "regex", "(?=a)", None, r"RE2 does not understand this pattern: invalid perl operator: \(\?="),
        ("x" * 2_000_000, "contains", "x", None, "over the bound of"),
    ],
)
def test_a_condition_that_cannot_be_decided_is_an_error_that_names_it(
    left: Any, operator: str, right: Any, cast: str | None, message: str
) -> None:
    filters = [a_filter(1, "eq", 2), a_filter(left, operator, right, cast=cast)]

    with pytest.raises(FilterError, match=rf"filters\[1\]: {message}") as caught:
        holds(filters)

    assert caught.value.position == 1


def test_the_values_of_expressions_are_put_into_a_condition() -> None:
    condition = a_filter("{{ $prev.a }}", "gt", "{{ $prev.b }}", cast="number", mode="or")

    known = evaluated(condition, "2", 1)

    assert known == a_filter("2", "gt", 1, cast="number", mode="or")
    assert holds([known]) == (True, ())
