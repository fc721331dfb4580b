"""What is measured: rows of named values, some with an aim, and what several rounds of one come to."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.load import Load

RATE = "per_second"


@dataclass(frozen=True)
class Aim:
    """What a value should reach: at least or below a number, or a share of the same value of row `of`."""

    value: str
    at_least: float | None = None
    below: float | None = None
    of: str | None = None

    def holds(self, reached: float, other: float | None) -> bool | None:
        """Whether it is reached; None when the row that it speaks of is missing."""
        if self.of is not None:
            if not other:
                return None
            reached /= other
        enough = self.at_least is None or reached >= self.at_least
        return enough and (self.below is None or reached < self.below)


@dataclass(frozen=True)
class Row:
    """What one measurement found in one round. `of` names the row of the same work without flow8."""

    name: str
    title: str
    values: Mapping[str, float]
    of: str | None = None
    aims: tuple[Aim, ...] = ()


@dataclass(frozen=True)
class Result:
    """The medians of a row over its rounds, and for each value the least and the most."""

    row: Row
    spread: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    rounds: int = 1

    @property
    def name(self) -> str:
        """The row's name."""
        return self.row.name

    @property
    def values(self) -> Mapping[str, float]:
        """The medians."""
        return self.row.values


def result_of(rows: Sequence[Row]) -> Result:
    """What the rounds of one row come to."""
    gathered = {key: [row.values[key] for row in rows if key in row.values] for key in rows[0].values}
    first = rows[0]
    medians = {key: statistics.median(values) for key, values in gathered.items()}
    spread = {key: (min(values), max(values)) for key, values in gathered.items()}
    return Result(Row(first.name, first.title, medians, first.of, first.aims), spread, len(rows))


def results_of(rows: Iterable[Row]) -> list[Result]:
    """The results of all rows, in the order in which their names first came."""
    named: dict[str, list[Row]] = {}
    for row in rows:
        named.setdefault(row.name, []).append(row)
    return [result_of(each) for each in named.values()]


def values_of(load: Load) -> dict[str, float]:
    """The values that every kind of load gives."""
    return {
        RATE: load.per_second,
        "p50_ms": load.percentile_ms(0.50),
        "p95_ms": load.percentile_ms(0.95),
        "p99_ms": load.percentile_ms(0.99),
        "count": float(load.count),
    }
