"""Health tells the truth while MongoDB is away, and comes back by itself."""

import time
from pathlib import Path

import pytest

from flow8 import embedded
from tests.support.system import Answer, System, call, running, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


def test_health_says_when_mongodb_is_away_and_recovers(tmp_path: Path) -> None:
    mongodb = embedded.start(tmp_path / "mongodb")
    with running(tmp_path / "flow8", MONGODB_URI=mongodb.uri) as system:
        healthy = call("GET", _address(system))
        mongodb.stop()
        began = time.monotonic()
        away = until(lambda: _answer(system, 503), 30, "503")
        took = time.monotonic() - began
        mongodb = embedded.start(tmp_path / "mongodb")
        back = until(lambda: _answer(system, 200), 30, "200")
        play = system.run("orders-report", wait=30)
    mongodb.stop()

    assert set(healthy.json) == {"status", "checks", "timestamp"}
    assert healthy.json["checks"] == {"mongodb": "connected", "config": "loaded", "components": "initialized"}
    assert (away.json["status"], away.json["checks"]["mongodb"]) == ("unhealthy", "disconnected")
    assert took < 10
    assert back.json["status"] == "healthy"
    assert play["state"] == "DONE"


def _address(system: System) -> str:
    return f"http://127.0.0.1:{system.web}/health"


def _answer(system: System, status: int) -> Answer | None:
    answer = call("GET", _address(system), seconds=5)
    return answer if answer.status == status else None
