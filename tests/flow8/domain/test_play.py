"""States and the changes allowed between them."""

from collections.abc import Mapping
from typing import TypeVar

import pytest

from flow8.domain.play import (
    LAYER_CHANGES,
    PLAY_CHANGES,
    UNFINISHED,
    LayerState,
    PlayState,
    is_finished,
    layer_is_finished,
    layer_may_change,
    may_change,
)

State = TypeVar("State")
PLAY_ENDS = [PlayState.DONE, PlayState.FAIL, PlayState.SKIP, PlayState.FILTERED, PlayState.CANCELLED]
LAYER_ENDS = [LayerState.DONE, LayerState.FAIL, LayerState.SKIP, LayerState.FILTERED, LayerState.CANCELLED]


def test_every_state_has_its_line_in_the_tables() -> None:
    assert set(PLAY_CHANGES) == set(PlayState)
    assert set(LAYER_CHANGES) == set(LayerState)


def test_a_finished_play_or_layer_never_changes() -> None:
    assert [state for state in PlayState if is_finished(state)] == PLAY_ENDS
    assert [state for state in LayerState if layer_is_finished(state)] == LAYER_ENDS
    assert not any(may_change(end, state) for end in PLAY_ENDS for state in PlayState)
    assert not any(layer_may_change(end, state) for end in LAYER_ENDS for state in LayerState)


def test_every_state_is_reached_from_new_and_comes_to_an_end() -> None:
    assert reached(PLAY_CHANGES, PlayState.NEW) == set(PlayState)
    assert reached(LAYER_CHANGES, LayerState.NEW) == set(LayerState)
    assert all(reached(PLAY_CHANGES, state) & set(PLAY_ENDS) for state in PlayState)
    assert all(reached(LAYER_CHANGES, state) & set(LAYER_ENDS) for state in LayerState)


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        (PlayState.NEW, PlayState.RUN, True),
        (PlayState.NEW, PlayState.DONE, False),
        (PlayState.RUN, PlayState.RUN, True),
        (PlayState.RUN, PlayState.NEW, False),
        (PlayState.WAIT, PlayState.DONE, False),
        (PlayState.ON_HOLD, PlayState.CANCELLED, True),
    ],
)
def test_a_play_changes_as_the_table_says(old: PlayState, new: PlayState, allowed: bool) -> None:  # noqa: FBT001 - a table
    assert may_change(old, new) is allowed


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        (LayerState.NEW, LayerState.FILTERED, True),
        (LayerState.NEW, LayerState.DONE, False),
        (LayerState.RUN, LayerState.FILTERED, False),
        (LayerState.WAIT, LayerState.DONE, True),
    ],
)
def test_a_layer_changes_as_the_table_says(old: LayerState, new: LayerState, allowed: bool) -> None:  # noqa: FBT001 - a table
    assert layer_may_change(old, new) is allowed


def test_every_play_that_is_not_over_may_be_claimed() -> None:
    assert sorted(UNFINISHED) == sorted(state for state in PlayState if not is_finished(state))


def reached(changes: Mapping[State, frozenset[State]], first: State) -> set[State]:
    """All states that a state can come to, itself included."""
    found, waiting = {first}, [first]
    while waiting:
        new = changes[waiting.pop()] - found
        found |= new
        waiting += new
    return found
