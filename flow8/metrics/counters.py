"""What this process counts as it works: two microseconds for each observation, and no write anywhere."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from flow8.metrics import figures
from flow8.metrics.figures import Figure

LONG: Final = (0.01, 0.05, 0.25, 1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)
SHORT: Final = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0)

REGISTRY: Final = CollectorRegistry(auto_describe=False)
"""One for each process, as logging is."""


def _histogram(figure: Figure, buckets: tuple[float, ...]) -> Histogram:
    return Histogram(figure.name, figure.text, figure.labels, registry=REGISTRY, buckets=buckets)


def _counter(figure: Figure) -> Counter:
    return Counter(figure.name, figure.text, figure.labels, registry=REGISTRY)


play_seconds: Final = _histogram(figures.PLAY_SECONDS, LONG)
flowlet_seconds: Final = _histogram(figures.FLOWLET_SECONDS, LONG)
request_seconds: Final = _histogram(figures.REQUEST_SECONDS, SHORT)
event_lag: Final = _histogram(figures.EVENT_LAG, SHORT)
events_dropped: Final = _counter(figures.EVENTS_DROPPED)
leases_lost: Final = _counter(figures.LEASES_LOST)
lease_expiries: Final = _counter(figures.LEASE_EXPIRIES)
rescues: Final = _counter(figures.RESCUES)
sockets: Final = Gauge(figures.SOCKETS.name, figures.SOCKETS.text, figures.SOCKETS.labels, registry=REGISTRY)
pool_used: Final = Gauge(
    figures.POOL_USED.name, figures.POOL_USED.text, figures.POOL_USED.labels, registry=REGISTRY
)
pool_size: Final = Gauge(
    figures.POOL_SIZE.name, figures.POOL_SIZE.text, figures.POOL_SIZE.labels, registry=REGISTRY
)
plays_held: Final = Gauge(figures.PLAYS_HELD.name, figures.PLAYS_HELD.text, registry=REGISTRY)
bells_waiting: Final = Gauge(figures.BELLS_WAITING.name, figures.BELLS_WAITING.text, registry=REGISTRY)
