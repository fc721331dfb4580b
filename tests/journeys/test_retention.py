"""Retention works by the clock in a running system."""

from pathlib import Path

import pytest

from tests.support.system import System, running, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


def test_an_old_finished_play_goes_and_a_younger_and_an_unfinished_one_stay(tmp_path: Path) -> None:
    settings = {"RETENTION_CLEANUP_INTERVAL": "1s", "RETENTION_FLOWS_CADENCE": "8s"}
    settings["RETENTION_FLOWS_ALL_MIN_ENTRIES"] = "0"
    waiting = {"ref": "later", "appId": "var", "args": {"values": {}}, "deferAfterMs": 3_600_000}
    with running(tmp_path, **settings) as system:
        system.publish({"flow": "waiting", "name": "Waiting", "flowlets": [waiting]})
        unfinished = system.run("waiting")["playId"]
        old = system.run("orders-report", wait=30)["playId"]

        until(lambda: _status(system, old) == 404, 30, "the clean-up")
        young = system.run("orders-report", wait=30)["playId"]

        assert _status(system, young) == 200
        assert _status(system, unfinished) == 200
        assert "removed 1 plays" in system.output


def _status(system: System, play_id: str) -> int:
    return system.api("GET", f"plays/{play_id}").status
