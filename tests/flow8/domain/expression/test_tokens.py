"""How a source is cut into tokens, and where it ends."""

import pytest

from flow8.domain.expression.bounds import MAX_SOURCE, ExpressionError
from flow8.domain.expression.tokens import scan


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("}}", 0),
        (" 1 }} }}", 3),
        (' "}}" }}', 6),
        (" '}}' }}", 6),
        (r' "a\"}}" }}', 9),
        ("{a: 1}}}", 6),
        (" {a: {b: 1}}}}", 12),
        (" {a: {b: '}'} } }}", 16),
    ],
)
def test_the_tokens_tell_where_the_braces_close(text: str, length: int) -> None:
    _, end = scan(text, 0)

    assert end == length


def test_every_token_has_its_kind_its_value_and_its_place() -> None:
    tokens, end = scan("{{ $prev.größe >= 1.5e1 | f(\"a\\n\\\"\\d\", 'it\\'s') }}", 2)

    assert [token[:2] for token in tokens] == [
        ("root", "prev"),
        (".", "."),
        ("name", "größe"),
        (">=", ">="),
        ("number", 15.0),
        ("|", "|"),
        ("name", "f"),
        ("(", "("),
        ("text", 'a\n"\\d'),
        (",", ","),
        ("text", "it's"),
        (")", ")"),
        ("}}", "}}"),
    ]
    assert [tokens[0][2], tokens[2][2], tokens[-1][2]] == [3, 8, end - 1]


@pytest.mark.parametrize(
    ("number", "value"),
    [("0", 0), ("9223372036854775807", 2**63 - 1), ("1.0", 1.0), ("1e2", 100.0), ("2.5E-1", 0.25)],
)
def test_a_number_keeps_its_kind(number: str, value: float) -> None:
    tokens, _ = scan(number + "}}", 0)

    assert tokens[0] == ("number", value, 1)
    assert type(tokens[0][1]) is type(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" 1 ", "no }} closes it"),
        (" {a: 1", "no }} closes it"),
        (" {a: 1 }}", "unexpected } after character 8"),
        (" } }}", "unexpected } after character 0"),
        (" 1 # }}", "unexpected # after character 2"),
        (' "a }}', 'unclosed " after character 0'),
        (" 'a }}", "unclosed ' after character 0"),
        ("9223372036854775808 }}", "a whole number over 64 bit"),
        ("1e999 }}", "a number too large"),
    ],
)
def test_what_cannot_be_cut_is_told(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        scan(text, 0)

    assert str(caught.value) == reason


@pytest.mark.parametrize("fill", ["1+", " ", "'", "a"])
def test_a_source_over_its_bound_is_refused(fill: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        scan(fill * MAX_SOURCE + "1}}", 0)

    assert str(caught.value) == "over the bound of 4096 characters"


def test_a_source_at_its_bound_is_read() -> None:
    _, end = scan("1" + " " * (MAX_SOURCE - 1) + "}}", 0)

    assert end == MAX_SOURCE
