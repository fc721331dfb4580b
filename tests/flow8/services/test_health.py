"""What /health is told."""

import time
from dataclasses import replace

from config.settings import Settings
from flow8.engine.engine import Engine, open_engine
from flow8.registry import Registry
from flow8.services.health import Health, health


def test_all_is_well(engine: Engine) -> None:
    expected = {"mongodb": "connected", "config": "loaded", "components": "initialized"}

    assert health(engine) == Health(healthy=True, checks=expected)


def test_a_database_that_is_away_is_told_within_three_seconds(settings: Settings, registry: Registry) -> None:
    away = open_engine(replace(settings, mongodb_uri="mongodb://127.0.0.1:9/"), registry)
    started = time.monotonic()

    found = health(away)

    assert time.monotonic() - started < 3
    assert (found.healthy, found.checks["mongodb"]) == (False, "disconnected")
    away.close()


def test_an_empty_catalogue_is_not_healthy(engine: Engine) -> None:
    bare = replace(engine, registry=Registry({}, {}))

    assert health(bare).healthy is False
    assert health(bare).checks["components"] == "missing"
