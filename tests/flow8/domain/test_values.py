"""JSON values as text."""

import pytest

from flow8.domain.values import canonical_digest, digest_of_text, from_text, to_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ({"b": [1, 2.5], "a": "ü"}, '{"b":[1,2.5],"a":"\\u00fc"}'),
        ("\ud83d", '"\\ud83d"'),
        (2**70, str(2**70)),
    ],
)
def test_a_value_becomes_compact_ascii_and_comes_back(value: object, text: str) -> None:
    assert to_text(value) == text
    assert from_text(text) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"x", {"a": object()}])
def test_what_json_does_not_know_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_text(value)


@pytest.mark.parametrize(
    "text", ["NaN", "1e999", "[-1e999]", '{"a": Infinity}', "[-Infinity]", "{", "", b"\xff", "[" * 100_000]
)
def test_text_that_is_not_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_text(text)


def test_a_value_nested_too_deeply_is_refused() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]

    with pytest.raises(ValueError, match="not a JSON value"):
        to_text(value)


def test_the_digest_does_not_care_about_the_order_of_keys() -> None:
    assert canonical_digest({"a": 1, "b": [2]}) == canonical_digest({"b": [2], "a": 1})
    assert canonical_digest({"a": 1}) != canonical_digest({"a": "1"})


def test_the_digest_of_a_text_is_its_sha256() -> None:
    assert digest_of_text("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
