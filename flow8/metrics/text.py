"""Figures in the text format of Prometheus."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from flow8.metrics.counters import REGISTRY
from flow8.metrics.figures import ALWAYS, COUNTER, Figure

TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Values = float | Mapping[str, float]
"""One value, or one for each value of the figure's label."""


@dataclass(frozen=True)
class Told:
    """A figure as it stands."""

    figure: Figure
    values: Values


def text_of(families: Iterable[Metric]) -> str:
    """The text of figures."""
    return generate_latest(_Once(families)).decode()


class _Once:
    """What is collected already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        """Each family."""
        return iter(self._families)


def family_of(told: Told) -> Metric:
    """A figure as prometheus-client knows it."""
    figure = told.figure
    kind = CounterMetricFamily if figure.kind == COUNTER else GaugeMetricFamily
    family = kind(figure.name, figure.text, labels=figure.labels)
    values = told.values if isinstance(told.values, Mapping) else {"": told.values}
    for label, value in values.items():
        family.add_metric([label] if figure.labels else [], value)
    return family


def counted_here() -> Iterator[Metric]:
    """What this process counted so far."""
    return iter(REGISTRY.collect())


def labelled(families: Iterable[Metric], role: str, process: str) -> Iterator[Metric]:
    """Figures of a process with the labels that tell it from others."""
    ours = dict(zip(ALWAYS, (role, process), strict=True))
    for family in families:
        family.samples = [each._replace(labels={**ours, **each.labels}) for each in family.samples]
        yield family
