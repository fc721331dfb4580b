"""The lanes."""

from flow8.domain.lanes import DEFAULT_LANE, LANES


def test_plays_run_in_a_lane_that_exists_unless_they_say_otherwise() -> None:
    assert DEFAULT_LANE in LANES


def test_no_lane_is_named_twice() -> None:
    assert len(set(LANES)) == len(LANES)
