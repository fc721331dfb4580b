"""Rounds become medians, and aims are held against them."""

import pytest

from bench.load import Load
from bench.rows import RATE, Aim, Row, results_of, values_of


def test_rounds_of_a_row_come_to_medians_with_the_least_and_the_most() -> None:
    rows = [Row("a", "A", {RATE: rate}) for rate in (30.0, 10.0, 20.0)]

    (result,) = results_of(rows)

    assert (result.name, result.rounds, result.values[RATE]) == ("a", 3, 20.0)
    assert result.spread[RATE] == (10.0, 30.0)


def test_results_stand_in_the_order_in_which_their_rows_first_came() -> None:
    rows = [Row(name, name, {"seconds": 1.0}) for name in ("b", "a", "b", "c", "a")]

    assert [(each.name, each.rounds) for each in results_of(rows)] == [("b", 2), ("a", 2), ("c", 1)]


@pytest.mark.parametrize(
    ("aim", "reached", "other", "holds"),
    [
        (Aim("p99_ms", below=20.0), 19.9, None, True),
        (Aim("p99_ms", below=20.0), 20.0, None, False),
        (Aim(RATE, at_least=800.0), 800.0, None, True),
        (Aim(RATE, at_least=800.0), 799.0, None, False),
        (Aim(RATE, at_least=0.6, of="bare"), 600.0, 1000.0, True),
        (Aim(RATE, at_least=0.6, of="bare"), 599.0, 1000.0, False),
        (Aim(RATE, at_least=0.6, of="bare"), 600.0, None, None),
    ],
)
def test_an_aim_holds_or_not_or_cannot_be_told(
    aim: Aim, reached: float, other: float | None, *, holds: bool | None
) -> None:
    assert aim.holds(reached, other) is holds


def test_a_load_gives_rate_and_times() -> None:
    values = values_of(Load(2.0, [0.001, 0.003]))

    assert values == {RATE: 1.0, "p50_ms": 3.0, "p95_ms": 3.0, "p99_ms": 3.0, "count": 2.0}
