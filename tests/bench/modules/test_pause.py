"""What `pause` says of itself is true."""

import time

from bench.modules.pause import pause
from flow8.kit import Example
from flow8.kit.testing import run_example


def test_it_waits_as_long_as_it_is_told() -> None:
    began = time.monotonic()

    output = run_example(pause, Example("A little", {"milliseconds": 50}, {"milliseconds": 50}))

    assert output == {"milliseconds": 50}
    assert time.monotonic() - began >= 0.05
