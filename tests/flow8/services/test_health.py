"""What /health and /readyz are told, whatever is down or hangs."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

from config.settings import Settings
from flow8.clock import utc_now
from flow8.domain.play import Origin
from flow8.engine.engine import Engine, open_engine
from flow8.engine.start import StartRequest, start
from flow8.registry import Registry
from flow8.services.checks import CHECKS, Check
from flow8.services.health import ANSWER_SECONDS, Health, Lookout
from flow8.vault import vault_of
from tests.support.engines import Stage
from tests.support.factories import a_flow

READY = {
    "mongodb": "connected",
    "broker": "confirms",
    "indexes": "present",
    "migrations": "done",
    "keys": "right",
    "disk": "writable",
    "scheduler": "nobody leads",
    "plays": "rung",
    "process": "serving",
}


def words(engine: Engine, role: str = "web") -> dict[str, str]:
    """What a process that never looked before finds."""
    return Lookout(engine, role).readiness().checks


def test_all_is_well(engine: Engine) -> None:
    expected = {"mongodb": "connected", "config": "loaded", "components": "initialized"}

    assert Lookout(engine, "web").health() == Health(healthy=True, checks=expected)


def test_a_database_that_is_away_is_told_within_three_seconds(settings: Settings, registry: Registry) -> None:
    away = open_engine(replace(settings, mongodb_uri="mongodb://127.0.0.1:9/"), registry)
    lookout, started = Lookout(away, "web"), time.monotonic()

    found, ready = lookout.health(), lookout.readiness()

    assert time.monotonic() - started < 2 * 3
    assert (found.healthy, found.checks["mongodb"]) == (False, "disconnected")
    assert (ready.healthy, ready.checks["mongodb"]) == (False, "disconnected")
    assert ready.checks["keys"] in ("unknown", "no answer")
    away.close()


def test_an_empty_catalogue_is_not_healthy(engine: Engine) -> None:
    found = Lookout(replace(engine, registry=Registry({}, {})), "web").health()

    assert (found.healthy, found.checks["components"]) == (False, "missing")


def test_every_check_is_well(engine: Engine) -> None:
    engine.vault.verify()

    assert Lookout(engine, "web").readiness() == Health(healthy=True, checks=READY)
    assert list(READY) == [check.name for check in CHECKS]


def test_a_process_that_drains_or_has_wrong_keys_is_not_ready(engine: Engine) -> None:
    engine.vault.verify()
    others = replace(engine.settings, encryption_key="ab" * 32)
    wrong = Lookout(replace(engine, settings=others, vault=vault_of(others, engine.store)), "web")
    lookout = Lookout(engine, "web")
    before = lookout.readiness().healthy
    engine.drain()

    assert before
    assert (wrong.readiness().healthy, wrong.readiness().checks["keys"]) == (False, "wrong")
    assert (lookout.readiness().healthy, lookout.readiness().checks["process"]) == (False, "draining")


def test_without_a_scheduler_only_the_scheduler_is_not_ready(engine: Engine) -> None:
    before = {
        role: Lookout(engine, role).readiness().healthy for role in ("web", "worker", "scheduler", "mcp")
    }
    engine.store.leaders.lead("scheduler", "one", 30)

    assert before == {"web": True, "worker": True, "scheduler": False, "mcp": True}
    assert Lookout(engine, "scheduler").readiness().healthy


def test_a_play_that_nobody_rang_for_is_seen(engine: Engine, stage: Stage) -> None:
    engine.store.leaders.lead("scheduler", "one", 30)
    play = start(engine, StartRequest(stage.publish(a_flow()), {}, Origin("test"))).play_id
    plays = engine.store.database["plays"]

    plays.update_one({"_id": play}, {"$set": {"dueAt": utc_now() - timedelta(seconds=50)}})
    soon = words(engine, "scheduler")["plays"]
    plays.update_one({"_id": play}, {"$set": {"dueAt": utc_now() - timedelta(seconds=70)}})
    late = Lookout(engine, "scheduler").readiness()

    assert (soon, late.checks["plays"], late.healthy) == ("rung", "late", False)


def test_a_missing_index_is_seen(engine: Engine) -> None:
    engine.store.database["plays"].drop_index("due")
    found = words(engine)["indexes"]
    engine.store.prepare()

    assert (found, words(engine)["indexes"]) == ("missing", "present")


def test_a_data_directory_that_is_gone_is_seen(engine: Engine) -> None:
    engine.settings.data_dir.rmdir()

    found = Lookout(engine, "web").readiness()

    assert (found.healthy, found.checks["disk"]) == (False, "not writable")


def test_nothing_is_left_in_the_data_directory(engine: Engine) -> None:
    words(engine)

    assert list(engine.settings.data_dir.iterdir()) == []


def test_what_hangs_holds_up_nobody_and_is_not_asked_twice(engine: Engine) -> None:
    begun, hangs = [], threading.Event()

    def hang(_: Engine) -> str:
        begun.append(1)
        hangs.wait(30)
        return "well"

    checks = [Check("hung", "well", hang), Check("quick", "well", lambda _: "well")]
    lookout, started = Lookout(engine, "web", checks), time.monotonic()
    threads = [threading.Thread(target=lookout.readiness) for _ in range(20)]
    for thread in threads:
        thread.start()
    found = lookout.readiness()
    took = time.monotonic() - started
    hangs.set()
    for thread in threads:
        thread.join()

    assert took < 2 * ANSWER_SECONDS
    assert (found.healthy, found.checks) == (False, {"hung": "no answer", "quick": "well"})
    assert len(begun) == 1
    assert lookout.readiness().healthy


def test_a_word_is_good_for_half_a_second(engine: Engine) -> None:
    begun: list[int] = []

    def count(_: Engine) -> str:
        begun.append(1)
        return "well"

    lookout = Lookout(engine, "web", [Check("counted", "well", count)])

    for _ in range(50):
        lookout.readiness()

    assert len(begun) == 1


def test_a_check_that_breaks_is_not_well(engine: Engine) -> None:
    def broken(_: Engine) -> str:
        raise RuntimeError("no")

    found = Lookout(engine, "web", [Check("broken", "well", broken)]).readiness()

    assert (found.healthy, found.checks) == (False, {"broken": "no answer"})
