"""Which texts write a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow8.domain.numerals import number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-0", 0),
        ("7", 7),
        ("+7", 7),
        ("-12", -12),
        ("1.5", 1.5),
        (".5", 0.5),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("0.5", 0.5),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        ("1.5e+2", 150.0),
        ("9007199254740993", 9007199254740993),
    ],
)
def test_a_plain_decimal_number_is_read(text: str, number: float) -> None:
    found = number_in(text)

    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        ".",
        "e5",
        "1e",
        "007",
        "00",
        "-01",
        "01.5",
        "0x1F",
        "0o17",
        "0b1",
        "1_000",
        "1,5",
        "1 ",
        "nan",
        "inf",
        "½",
        "\u0661",
        "1e999",
        "-1e999",
        "1" * 311,
        "1.2.3",
        "+-1",
        "12:30",
        "2024-01-01",
    ],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert number_in(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("007", 7), ("-01", -1), ("00.5", 0.5), ("0", 0), ("1.005", 1.005), ("000", 0)]
)
def test_leading_zeros_are_read_when_they_are_allowed(text: str, number: float) -> None:
    assert number_in(text, leading_zeros=True) == number


@given(st.integers(-(10**300), 10**300) | st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_python_writes_is_read_back(number: float) -> None:
    assert number_in(repr(number)) == number
