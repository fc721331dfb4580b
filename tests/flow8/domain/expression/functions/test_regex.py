"""Functions with regular expressions."""

import time
from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value


def value(source: str, given: Any = None) -> Any:
    return compile_value(f"{{{{ $args | {source} }}}}").evaluate(Scope({"args": given}))


@pytest.mark.parametrize(
    ("given", "source", "result"),
    [
        ("abc", r"matches('b')", True),
        ("abc", r"matches('^b')", False),
        ("a1", r"matches('\d')", True),
        ("ABC", r"matches('(?i)b')", True),
        ("", r"matches('')", True),
        ("id 42, id 7", r"extract('\d+')", "42"),
        ("id 42, id 7", r"extract('id (\d+)')", "42"),
        ("id 42, id 7", r"extract('id (\d+)', 0)", "id 42"),
        ("id 42, id 7", r"extract('id (\d+)', 2)", None),
        ("id 42, id 7", r"extract('id (\d+)', -1)", None),
        ("id 42, id 7", r"extract('x')", None),
        ("b", r"extract('(a)?b')", None),
        ("id 42, id 7", r"extractAll('\d+')", ["42", "7"]),
        ("id 42, id 7", r"extractAll('(id) (\d+)', 2)", ["42", "7"]),
        ("üäü", r"extractAll('ü')", ["ü", "ü"]),
        ("abc", r"extractAll('x')", []),
        ("2026-02-01", r"replaceAll('(\d+)-(\d+)-(\d+)', '\3.\2.\1')", "01.02.2026"),
        ("aüb", r"replaceAll('ü', '')", "ab"),
        ("abc", r"replaceAll('', '-')", "-a-b-c-"),
        ("ab", r"replaceAll('(x)?a', '<\1>')", "<>b"),
        ("ab", r"replaceAll('a', '\9')", "b"),
        ("abc", r"replaceAll('x', 'y')", "abc"),
    ],
)
def test_a_pattern_works(given: str, source: str, result: Any) -> None:
    assert value(source, given) == result


@pytest.mark.parametrize(
    ("given", "source", "reason"),
    [
        ("a", "matches('[')", "the pattern is no regular expression of RE2"),
        ("a", "matches('(?=a)')", "the pattern is no regular expression of RE2"),
        ("a", r"matches('(a)\1')", "the pattern is no regular expression of RE2"),
        ("a", "matches('a{1001}')", "the pattern is no regular expression of RE2"),
        ("a", "matches('" + "a" * 501 + "')", "over the bound of 500 characters"),
        ("a" * 999_999, "matches('(?:(?:a?){30}){30}z')", "more than 50000 steps"),
        ("a" * 50_001, "extractAll('a')", "more than 50000 steps"),
        ("a" * 2_000, "replaceAll('a', '" + "b" * 1_000 + "')", "over the bound of 1000000 characters"),
        ("\ud800", "matches('a')", "it cannot be worked out with these values"),
    ],
)
def test_what_a_pattern_may_not_is_told(given: str, source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source, given)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 5_000 + "!"),
        ("(a|a)*$", "a" * 5_000 + "!"),
        ("(.*a){20}$", "a" * 5_000 + "!"),
        ("a.*z|a", "a" * 10_000),
        ("(?:(?:a?){30}){30}z|a", "a" * 1_000),
    ],
)
def test_no_pattern_holds_up_the_process(pattern: str, text: str) -> None:
    started = time.thread_time()

    for function in ("matches", "extractAll"):
        try:
            value(f"{function}('{pattern}')", text)
        except ExpressionError as error:
            assert error.reason == "more than 50000 steps"  # noqa: PT017 - finishing in time is as good

    assert time.thread_time() - started < 0.5
