"""Delay."""

import pytest

from catalogue.modules.control.delay import delay
from flow8.kit import Delay, Failed
from flow8.kit.binding import bind
from flow8.kit.testing import FakeContext


def test_it_asks_the_engine_to_wait() -> None:
    assert delay.run(bind(delay, {"milliseconds": 1500}), FakeContext()) == Delay(milliseconds=1500)


@pytest.mark.parametrize("milliseconds", [-1, 10**12, "soon"])
def test_a_time_that_makes_no_sense_is_refused(milliseconds: object) -> None:
    with pytest.raises(Failed, match="milliseconds"):
        bind(delay, {"milliseconds": milliseconds})
