"""What `mark` says of itself is true."""

from bench.modules.mark import mark
from flow8.kit import Effect
from flow8.kit.testing import run_example


def test_it_gives_back_its_values_and_asks_for_a_checkpoint() -> None:
    (example,) = mark.examples

    assert run_example(mark, example) == example.output
    assert mark.effect is Effect.WRITE
