"""What a value looks like inside a text."""

from typing import Any

import pytest

from flow8.kit import Fields, Text, as_text, field


class Form(Fields):
    """A text."""

    text: Text = field("Any value as text.")


CASES: list[tuple[Any, str]] = [
    (None, ""),
    ("a", "a"),
    ("", ""),
    (True, "true"),
    (False, "false"),
    (3, "3"),
    (2.0, "2"),
    (-2.0, "-2"),
    (2.5, "2.5"),
    (1e300, "1e+300"),
    (2**70, str(2**70)),
    (["a", None, 1], '["a",null,1]'),
    ({"ü": {"b": []}}, '{"ü":{"b":[]}}'),
]


@pytest.mark.parametrize(("value", "text"), CASES)
def test_a_value_as_text(value: Any, text: str) -> None:
    assert as_text(value) == text
    assert Form.model_validate({"text": value}).text == text


def test_a_form_says_that_it_wants_text() -> None:
    assert Form.model_json_schema()["properties"]["text"]["type"] == "string"
