"""Functions on text."""

from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value


def value(source: str, given: Any = None) -> Any:
    return compile_value(f"{{{{ $args | {source} }}}}").evaluate(Scope({"args": given}))


@pytest.mark.parametrize(
    ("given", "source", "result"),
    [
        ("straße", "upper", "STRASSE"),
        ("ÄB", "lower", "äb"),
        ("", "capitalize", ""),
        ("\t a b \n", "trim", "a b"),
        ("--a-", "trim('-')", "a"),
        ("aaa", "replace('a', 'bb')", "bbbbbb"),
        ("abc", "replace('x', 'y')", "abc"),
        ("ab", "replace('', '-')", "-a-b-"),
        (" a  b\nc ", "split", ["a", "b", "c"]),
        ("a,,b", "split(',')", ["a", "", "b"]),
        ("", "split(',')", [""]),
        ("", "startsWith('')", True),
        ("abc", "endsWith('bc')", True),
        ("a@b@c", "before('@')", "a"),
        ("abc", "before('@')", "abc"),
        ("a@b@c", "after('@')", "b@c"),
        ("abc", "after('@')", ""),
        ("7", "padStart(3)", "  7"),
        ("1234", "padStart(3, '0')", "1234"),
        ("7", "padStart(4, 'ab')", "aba7"),
        ("7", "padEnd(4, 'ab')", "7aba"),
        ("7", "padStart(-5, 'ab')", "7"),
        ("7", "padEnd(3, '')", "7"),
        ("ab", "repeat(0)", ""),
        ("ab", "repeat(-1)", ""),
        (None, "text", ""),
        (2.0, "text", "2"),
    ],
)
def test_a_function_on_text_works(given: Any, source: str, result: Any) -> None:
    assert value(source, given) == result


@pytest.mark.parametrize(
    ("given", "source", "reason"),
    [
        ("a" * 600_000, "replace('a', 'bb')", "over the bound of 1000000 characters"),
        ("a" * 600_000, "repeat(2)", "over the bound of 1000000 characters"),
        ("a", "padStart(9223372036854775807)", "over the bound of 1000000 characters"),
        ("a", "padEnd(600000, 'ab')", "over the bound of 1000000 characters"),
        ("," * 100_001, "split(',')", "over the bound of 100000 items"),
        ("a " * 100_001, "split", "over the bound of 100000 items"),
        ("a", "split('')", "it cannot be worked out with these values"),
        ("a" * 1_000_001, "upper", "over the bound of 1000000 characters"),
        ("ß" * 600_000, "upper", "over the bound of 1000000 characters"),
    ],
)
def test_a_function_on_text_keeps_its_bounds(given: str, source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source, given)

    assert caught.value.reason == reason
