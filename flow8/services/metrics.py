"""What `/metrics` answers: figures of this process, of the installation, and of a company."""

import logging
import os
import resource
import socket
import time
from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client.core import Metric

from flow8.domain.access import Actor, Right
from flow8.domain.lanes import LANES
from flow8.engine.engine import Engine
from flow8.errors import Unavailable
from flow8.memory import resident_bytes
from flow8.metrics import figures
from flow8.metrics.counters import bells_waiting, plays_held, pool_size, pool_used
from flow8.metrics.text import Told, counted_here, family_of, labelled, text_of
from flow8.services.asking import must
from flow8.services.retention_behind import behind
from flow8.services.system import SCHEDULER, Numbers, numbers

READ_SECONDS: Final = 2.0
TELL_THE_INSTALLATION: Final = frozenset({"web", "scheduler"})
"""Two roles are enough: what all tell alike costs MongoDB each time."""

_STARTED: Final = time.time()

log = logging.getLogger("metrics")


def metrics_of_company(engine: Engine, actor: Actor) -> str:
    """The company's figures; for who administers it also those of this web and of the installation.

    Raises:
        Denied: without the right to view the company.
        Unavailable: TOO_MANY_PLAYS to be counted in ten seconds.
    """
    must(engine, actor, Right.VIEW, "system.metrics")
    told = list(_company(numbers(engine, actor)))
    if Right.ADMINISTER in actor.rights:
        told += [*_process(engine, "web"), *_installation(engine)]
    return text_of(told)


def metrics_of_process(engine: Engine, role: str) -> str:
    """The figures of this process, and if it tells them, of the installation. There within three seconds."""
    told = list(_process(engine, role))
    if role in TELL_THE_INSTALLATION:
        told += _installation(engine)
    return text_of(told)


def _company(found: Numbers) -> Iterator[Metric]:
    yield family_of(Told(figures.UNFINISHED, found.unfinished))
    yield family_of(Told(figures.RECENT, found.recent))
    yield family_of(Told(figures.OLDEST_NEW, round(found.oldest_new_seconds, 3)))
    yield family_of(Told(figures.LEADS, float(found.scheduler_leads)))


def _process(engine: Engine, role: str) -> Iterable[Metric]:
    settings, used = engine.settings, resource.getrusage(resource.RUSAGE_SELF)
    pool_used.labels("mongodb").set(engine.store.connections_in_use())
    pool_size.labels("mongodb").set(settings.mongodb_max_pool_size)
    if role == "worker":
        pool_used.labels("plays").set(len(engine.held))
        pool_size.labels("plays").set(settings.worker_threads)
    plays_held.set(len(engine.held))
    bells_waiting.set(engine.bell.waiting)
    own = [
        Told(figures.MEMORY, resident_bytes()),
        Told(figures.CPU, used.ru_utime + used.ru_stime),
        Told(figures.STARTED, _STARTED),
    ]
    process = f"{socket.gethostname()}:{os.getpid()}"
    return labelled([*counted_here(), *map(family_of, own)], role, process)


def _installation(engine: Engine) -> list[Metric]:
    try:
        with engine.store.within(READ_SECONDS):
            told = [*_read(engine), Told(figures.MONGODB_ANSWERS, 1.0)]
    except Unavailable as error:
        log.debug("the figures of the installation cannot be read: %s", error.message)
        told = [Told(figures.MONGODB_ANSWERS, 0.0)]
    return [family_of(each) for each in told]


def _read(engine: Engine) -> Iterator[Told]:
    store = engine.store
    companies = store.companies.ids()
    yield Told(figures.PLAYS, store.play_views.unfinished_of_all(companies))
    yield Told(figures.QUEUE_AGE, store.play_views.longest_new(companies))
    yield Told(figures.OLDEST_DUE, store.plays.longest_due())
    yield Told(figures.RETENTION_OVERDUE, behind(store, engine.settings).overdue_seconds)
    age = store.leaders.seconds_since(SCHEDULER)
    if age is not None:
        yield Told(figures.LEADER_AGE, age)
    depths = engine.bell.depths(LANES)
    if depths is not None:
        yield Told(figures.QUEUE_DEPTH, depths)
