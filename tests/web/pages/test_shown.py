"""How pages show things."""

import pytest

from flow8.domain.play import LayerState, PlayState
from web.pages.shown import LOOKS, Text, duration, moment, text_of


def test_every_state_has_a_sign_a_word_and_a_colour_of_its_own() -> None:
    assert set(LOOKS) == {state.value for state in (*PlayState, *LayerState)}
    assert len({look.sign for look in LOOKS.values()}) == len(LOOKS)
    assert len({look.word for look in LOOKS.values()}) == len(LOOKS)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (None, "–"),  # noqa: RUF001 - a dash is meant
        (0, "0 ms"),
        (999, "999 ms"),
        (1_000, "1.0 s"),
        (61_000, "1 min 1 s"),
        (3_600_000, "1 h 0 min"),
        (90_000_000, "25 h 0 min"),
    ],
)
def test_durations_are_read_at_a_glance(milliseconds: int | None, text: str) -> None:
    assert duration(milliseconds) == text


def test_moments_say_their_zone() -> None:
    assert moment("2026-04-04T10:23:45.123Z") == "2026-04-04 10:23:45 UTC"


def test_values_are_cut_and_say_so() -> None:
    assert text_of({"a": 1}, truncated=False, longest=100) == Text('{\n  "a": 1\n}', is_cut=False)
    assert text_of("x" * 10, truncated=False, longest=3) == Text('"xx', is_cut=True)
    assert text_of('{"a": 1', truncated=True, longest=100) == Text('{"a": 1', is_cut=True)
