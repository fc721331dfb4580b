"""Functions on numbers."""

from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value


def value(source: str, given: Any = None) -> Any:
    return compile_value(f"{{{{ $args | {source} }}}}").evaluate(Scope({"args": given}))


@pytest.mark.parametrize(
    ("given", "source", "result"),
    [
        ("42", "number", 42),
        (" -1.50 ", "number", -1.5),
        ("+2", "number", 2),
        ("1e3", "number", 1000.0),
        (7, "number", 7),
        (7.5, "number", 7.5),
        (2.5, "round", 3),
        (-2.5, "round", -3),
        (3.5, "round", 4),
        (1.005, "round(2)", 1.01),
        (2.0, "round(1)", 2.0),
        (7, "round(2)", 7.0),
        (0, "fixed(2)", "0.00"),
        (0.0000001, "fixed(6)", "0.000000"),
        (-1.005, "fixed(2)", "-1.01"),
        (1e20, "fixed(1)", "100000000000000000000.0"),
        (-2.5, "floor", -3),
        (-2.5, "ceil", -2),
        (-2.5, "abs", 2.5),
        ([], "sum", 0),
        ([1, 2.5], "sum", 3.5),
        ([{"n": 1, "q": 2}, {"n": 3, "q": 4}], "sum(.n * .q)", 14),
        ([], "average", None),
        ([{"n": 1}, {"n": 2}], "average(.n)", 1.5),
        ([], "min", None),
        ([], "max", None),
        ([2, 1.5, 3], "min", 1.5),
        (["b", "a", "c"], "max", "c"),
    ],
)
def test_a_function_on_numbers_works(given: Any, source: str, result: Any) -> None:
    found = value(source, given)

    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    ("given", "source", "reason"),
    [
        ("", "number", "this text is no number"),
        ("1,5", "number", "this text is no number"),
        ("1_000", "number", "this text is no number"),
        ("\uff11", "number", "this text is no number"),  # a full-width digit
        ("nan", "number", "this text is no number"),
        ("0x10", "number", "this text is no number"),
        ("1" * 401, "number", "this text is no number"),
        ("1e999", "number", "a number too large"),
        ("9" * 30, "number", "a whole number over 64 bit"),
        (None, "number", "this null is no number"),
        (True, "number", "this boolean is no number"),
        (1.5, "round(7)", "digits are 0 to 6"),
        (1.5, "fixed(-1)", "digits are 0 to 6"),
        (1e300, "round", "a whole number over 64 bit"),
        (1e300, "floor", "a whole number over 64 bit"),
        (2**64, "abs", "a whole number over 64 bit"),
        ([1, "2"], "sum", "only numbers have a sum"),
        ([True], "sum", "only numbers have a sum"),
        ([{}], "sum(.n)", "only numbers have a sum"),
        ([1e308, 1e308], "sum", "a number too large"),
        ([2**62, 2**62], "sum", "a whole number over 64 bit"),
        ([1, "a"], "min", "numbers only or texts only have an order, not number and text"),
        ([None, 1], "max", "numbers only or texts only have an order, not null and number"),
        ([[]], "max", "numbers only or texts only have an order, not list"),
    ],
)
def test_what_a_function_on_numbers_refuses_is_told(given: Any, source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source, given)

    assert caught.value.reason == reason
