"""Truth, text, equality and what the operators do."""

import math
from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value, to_text, truthy


def value(source: str, **roots: Any) -> Any:
    return compile_value(f"{{{{ {source} }}}}").evaluate(Scope(roots))


@pytest.mark.parametrize("false", [False, None, 0, 0.0, "", [], {}])
def test_these_are_false(false: Any) -> None:
    assert truthy(false) is False


@pytest.mark.parametrize("true", [True, 1, -0.5, "0", "false", " ", [0], {"a": None}])
def test_all_else_is_true(true: Any) -> None:
    assert truthy(true) is True


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        ("ä\n", "ä\n"),
        (0, "0"),
        (-7, "-7"),
        (2**64, "18446744073709551616"),
        (2.0, "2"),
        (-0.0, "0"),
        (2.5, "2.5"),
        (0.1, "0.1"),
        (1e15, "1000000000000000"),
        (1e16, "1e+16"),
        (1e300, "1e+300"),
        (1e-7, "1e-07"),
        ([], "[]"),
        ([1, 2.5, "ü", None, True], '[1,2.5,"ü",null,true]'),
        ({"a": {"b": []}}, '{"a":{"b":[]}}'),
    ],
)
def test_a_value_becomes_text_in_one_way(given: Any, text: str) -> None:
    assert to_text(given) == text


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (math.nan, "a number that JSON does not know"),
        (math.inf, "a number that JSON does not know"),
        ([-math.inf], "a number that JSON does not know"),
        (10**400, "a number that JSON does not know"),
        ((1, 2), "a foreign thing that JSON does not know"),
        ([object()], "a foreign thing that JSON does not know"),
        ("x" * 1_000_001, "over the bound of 1000000 characters"),
        (["x" * 999_999], "over the bound of 1000000 characters"),
        ([0] * 100_000, "more than 100000 values in one"),
    ],
)
def test_what_is_no_json_or_too_long_has_no_text(given: Any, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        to_text(given)

    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("1 + 2", 3),
        ("1 + 2.5", 3.5),
        ("'a' + 'b'", "ab"),
        ("'a' + 1", "a1"),
        ("2.0 + 'a'", "2a"),
        ("'a' + null", "a"),
        ("'a' + true", "atrue"),
        ("'a' + [1, {b: 2}]", 'a[1,{"b":2}]'),
        ("5 - 7", -2),
        ("3 * 4", 12),
        ("4 / 2", 2.0),
        ("7 / 2", 3.5),
        ("7 % 3", 1),
        ("-7 % 3", 2),
        ("-7", -7),
        ("-(2.5)", -2.5),
        ("!0", True),
        ("!'a'", False),
        ("0 || 'b'", "b"),
        ("'a' || 'b'", "a"),
        ("0 && 'b'", 0),
        ("'a' && 'b'", "b"),
        ("null ?? 1", 1),
        ("0 ?? 1", 0),
        ("false ?? 1", False),
        ("[] ? 1 : 2", 2),
        ("[0] ? 1 : 2", 1),
        ("true || 1 / 0", True),
        ("false && 1 / 0", False),
        ("1 ?? 1 / 0", 1),
        ("true ? 1 : 1 / 0", 1),
        ("false ? 1 / 0 : 1", 1),
        ("9223372036854775806 + 1", 2**63 - 1),
        ("-9223372036854775807 - 1", -(2**63)),
        ("9223372036854775807 * 1.0", float(2**63)),
        ("1e300 * 100.0", 1e302),
    ],
)
def test_operators_work(source: str, result: Any) -> None:
    found = value(source)

    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ("1", "1.0", True),
        ("1", "2", False),
        ("1", "true", False),
        ("0", "false", False),
        ("0", "null", False),
        ("''", "null", False),
        ("'1'", "1", False),
        ("'a'", "'a'", True),
        ("null", "null", True),
        ("true", "true", True),
        ("[]", "{}", False),
        ("[1, [2]]", "[1.0, [2]]", True),
        ("[1]", "[true]", False),
        ("[1, 2]", "[2, 1]", False),
        ("{a: 1, b: 2}", "{b: 2, a: 1.0}", True),
        ("{a: 1}", "{a: 1, b: 2}", False),
        ("{a: 0}", "{a: false}", False),
        ("{a: null}", "{}", False),
    ],
)
def test_equality_is_strict_and_deep(left: str, right: str, equal: Any) -> None:
    assert value(f"{left} == {right}") is equal
    assert value(f"{right} == {left}") is equal
    assert value(f"{left} != {right}") is not equal


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("1 < 1.5", True),
        ("2 < 1", False),
        ("1 <= 1.0", True),
        ("2 > 1", True),
        ("1 >= 2", False),
        ("'a' < 'b'", True),
        ("'10' < '9'", True),
        ("'2026-02-01' >= '2026-01-31'", True),
        ("$args.big > 1", True),
    ],
)
def test_numbers_and_texts_have_an_order(source: str, result: Any) -> None:
    assert value(source, args={"big": 2**80}) is result


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1 + null", "'+' wants two numbers, not number and null"),
        ("null + null", "'+' wants two numbers, not null and null"),
        ("[1] + [2]", "'+' wants two numbers, not list and list"),
        ("true + 1", "'+' wants two numbers, not boolean and number"),
        ("'a' - 1", "'-' wants two numbers, not text and number"),
        ("'a' * 3", "'*' wants two numbers, not text and number"),
        ("'%s' % 1", "'%' wants two numbers, not text and number"),
        ("-'a'", "'-' wants two numbers, not number and text"),
        ("1 < 'a'", "'<' wants two numbers or two texts, not number and text"),
        ("'a' < 1", "'<' wants two numbers or two texts, not text and number"),
        ("null <= null", "'<=' wants two numbers or two texts, not null and null"),
        ("true > false", "'>' wants two numbers or two texts, not boolean and boolean"),
        ("[1] >= [1]", "'>=' wants two numbers or two texts, not list and list"),
        ("1 / 0", "division by zero"),
        ("1 % 0.0", "division by zero"),
        ("9223372036854775807 + 1", "a whole number over 64 bit"),
        ("-9223372036854775807 - 2", "a whole number over 64 bit"),
        ("9223372036854775807 * 2", "a whole number over 64 bit"),
        ("1e308 * 10", "a number too large"),
        ("1e308 * 10 - 1e308 * 10", "a number too large"),
        ("$args.big + 1", "a whole number over 64 bit"),
        ("$args.vast / 2", "it cannot be worked out with these values"),
        ("$args.text + $args.text", "over the bound of 1000000 characters"),
        ("$args.deep + ''", "a value nested deeper than 64"),
    ],
)
def test_what_operators_refuse_is_told_without_the_data(source: str, reason: str) -> None:
    deep: list[Any] = []
    for _ in range(70):
        deep = [deep]

    with pytest.raises(ExpressionError) as caught:
        value(source, args={"big": 2**64, "vast": 10**400, "text": "x" * 600_000, "deep": deep})

    assert str(caught.value) == f"{reason}: {{{{ {source} }}}}"
