"""One run: the measurements that were asked for, once before, in rounds, once after; and the report of it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import broker, facts
from bench.faults import NotHere, Wrong
from bench.measurements import TABLE, Measurement, When
from bench.options import Options
from bench.report import Report
from bench.rows import Row, results_of
from bench.stage import Stage
from flow8.clock import iso, utc_now
from flow8.errors import Flow8Error

Tell = Callable[[str], None]


def run(options: Options, tell: Tell = lambda _: None) -> Report:
    """Measure; `tell` hears what is going on.

    Raises:
        Wrong: the broker is not one to measure over.
        Flow8Error: there is no MongoDB to be started.
    """
    with _ground(options) as folder, Stage(options, folder) as stage:
        return _Run(stage, tell).report()


@contextmanager
def _ground(options: Options) -> Iterator[Path]:
    if options.broker is not None:
        broker.check(options.broker)
    try:
        with tempfile.TemporaryDirectory(prefix="f8b-", dir=options.folder) as folder:
            yield Path(folder)
    finally:
        if options.broker is not None:
            broker.tidy(options.broker)


class _Run:
    """Gathers rows; a measurement that fails is left out from then on."""

    def __init__(self, stage: Stage, tell: Tell) -> None:
        self._stage, self._tell = stage, tell
        self._rows: list[Row] = []
        self._left_out: dict[str, str] = {}
        self._load: list[float] = []

    def report(self) -> Report:
        """Do everything."""
        stage = self._stage
        report = Report(
            iso(utc_now()),
            stage.options.seed,
            facts.versions(stage),
            facts.machine(stage.folder),
            facts.settings(stage.options),
        )
        self._all(When.BEFORE)
        for number in range(1, stage.options.times + 1):
            self._tell(f"round {number} of {stage.options.times}")
            self._all(When.ROUNDS)
        self._all(When.AFTER)
        report.results, report.left_out, report.load = results_of(self._rows), self._left_out, self._load
        return report

    def _all(self, when: When) -> None:
        self._load.append(round(facts.busy(), 2))
        for measurement in TABLE:
            wanted = not self._stage.options.only or measurement.name in self._stage.options.only
            if wanted and measurement.when is when and measurement.name not in self._left_out:
                self._measure(measurement)

    def _measure(self, measurement: Measurement) -> None:
        self._tell(f"  {measurement.name} ...")
        try:
            self._rows += measurement.measure(self._stage)
        except (NotHere, Wrong, Flow8Error) as error:
            self._left_out[measurement.name] = str(error)
            self._tell(f"  {measurement.name} is left out: {error}")
