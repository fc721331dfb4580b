"""Patterns in linear time."""

import time

import pytest

from flow8.domain.patterns import TextPattern, literal, text_pattern


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("b+", "abba", True),
        ("^b", "abba", False),
        ("^é.$", "éx", True),
        ("", "", True),
        (r"^\d{3}-\d$", "123-4", True),
        (r"\/x", "/x", True),
        ("^a$", "a\n", False),
        ("x", "\ud800", False),
    ],
)
def test_a_pattern_is_looked_for_anywhere_in_the_text(source: str, text: str, found: bool) -> None:  # noqa: FBT001 - a table
    assert text_pattern(source).is_in(text) is found


@pytest.mark.parametrize("source", ["(?=a)", r"(a)\1", "(", "[a-z", "(a{1000}){1000}", "\ud800"])
def test_a_pattern_that_re2_refuses_is_an_error_and_prints_nothing(
    source: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        text_pattern(source)

    assert capfd.readouterr() == ("", "")


def test_a_pattern_that_makes_others_hang_takes_no_time() -> None:
    pattern = text_pattern("^(a+)+$")
    began = time.process_time()

    found = pattern.is_in("a" * 100_000 + "b")

    assert not found
    assert time.process_time() - began < 2


@pytest.mark.parametrize("text", ["a.*b", "(x|y)[z]{2}^$\\", "Grüezi 🐟", "a b\nc"])
def test_a_literal_matches_itself_and_nothing_else(text: str) -> None:
    pattern = TextPattern(literal(text))

    assert pattern.is_in(f"<{text}>")
    assert not pattern.is_in(f"<{text[:-1]}>")
