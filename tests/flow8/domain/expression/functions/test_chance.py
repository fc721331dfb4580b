"""Functions that give something new each time."""

import uuid
from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value


def value(source: str) -> Any:
    return compile_value(f"{{{{ {source} }}}}").evaluate(Scope({}))


def test_a_uuid_is_new_each_time() -> None:
    found = {value("uuid()") for _ in range(100)}

    assert len(found) == 100
    assert {uuid.UUID(text).version for text in found} == {4}


def test_a_random_number_lies_between_its_ends() -> None:
    found = {value("randomInt(-1, 1)") for _ in range(200)}

    assert found == {-1, 0, 1}


def test_a_random_text_has_its_length_and_plain_characters() -> None:
    found = [value(f"randomString({length})") for length in (0, 1, 7, 250)]

    assert [len(text) for text in found] == [0, 1, 7, 250]
    assert set("".join(found)) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert value("randomString(20)") != value("randomString(20)")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("randomInt(2, 1)", "the lower number comes first"),
        ("randomString(251)", "over the bound of 250 characters"),
    ],
)
def test_what_chance_refuses_is_told(source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source)

    assert caught.value.reason == reason


def test_a_negative_length_is_empty() -> None:
    assert value("randomString(-1)") == ""
