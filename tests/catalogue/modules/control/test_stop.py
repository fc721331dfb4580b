"""Stop."""

from catalogue.modules.control.stop import stop
from flow8.kit import Stop
from flow8.kit.binding import bind
from flow8.kit.testing import FakeContext


def test_it_asks_the_engine_to_end_the_play() -> None:
    assert stop.run(bind(stop, {"output": [1]}), FakeContext()) == Stop(output=[1])
