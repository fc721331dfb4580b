"""Subflow."""

from catalogue.modules.control.subflow import subflow
from flow8.kit import Effect, PlayFlow
from flow8.kit.binding import bind
from flow8.kit.testing import FakeContext


def test_it_asks_the_engine_to_play_the_flow() -> None:
    args = bind(subflow, {"flow": "child", "args": {"n": 1}, "wait": False})

    assert subflow.run(args, FakeContext()) == PlayFlow(flow="child", args={"n": 1}, wait=False)


def test_starting_a_play_is_a_write_so_that_it_is_recorded_first() -> None:
    assert subflow.effect is Effect.WRITE
