"""What /health is told."""

import time
from dataclasses import replace

from config.settings import Settings
from flow8.engine.engine import Engine, open_engine
from flow8.registry import Registry
from flow8.services.health import Health, health, readiness
from flow8.vault import vault_of


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


def test_a_process_that_drains_or_has_wrong_keys_is_not_ready(engine: Engine) -> None:
    engine.vault.verify()
    right = readiness(engine)
    others = replace(engine.settings, encryption_key="ab" * 32)
    wrong = readiness(replace(engine, settings=others, vault=vault_of(others, engine.store)))
    engine.drain()

    assert right == Health(
        healthy=True, checks={"mongodb": "connected", "keys": "right", "process": "serving"}
    )
    assert (wrong.healthy, wrong.checks["keys"]) == (False, "wrong")
    assert (readiness(engine).healthy, readiness(engine).checks["process"]) == (False, "draining")


def test_without_a_database_nobody_knows_about_keys(settings: Settings, registry: Registry) -> None:
    away = open_engine(replace(settings, mongodb_uri="mongodb://127.0.0.1:9/"), registry)

    found = readiness(away)

    assert (found.healthy, found.checks["mongodb"], found.checks["keys"]) == (
        False,
        "disconnected",
        "unknown",
    )
    away.close()
