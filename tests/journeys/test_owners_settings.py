"""Settings of the documentation that only a whole flow8 shows: timeouts, fewer processes, absent defaults."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.support.system import System, call, running

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
TIMEOUT_SECONDS = 1
LONGER = 2.5
"""What takes so much longer than a timeout that one which cut it would be seen."""
FLOW = {
    "flow": "slow",
    "name": "Slow",
    "flowlets": [{"ref": "wait", "appId": "delay", "args": {"milliseconds": int(LONGER * 1000)}}],
}
CHANNEL = {
    "channel": "slow",
    "kind": "http",
    "authMode": "public",
    "routes": [{"httpMethod": "POST", "path": "/slow", "flow": "slow", "timeoutSeconds": 30}],
}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A flow8 with settings that are hard on it."""
    with running(
        tmp_path_factory.mktemp("settings"),
        READ_TIMEOUT_SECONDS=str(TIMEOUT_SECONDS),
        WRITE_TIMEOUT_SECONDS=str(TIMEOUT_SECONDS),
        GOMAXPROCS="1",
        WORKER_PROCESSES="4",
        WEB_CONCURRENCY="4",
        DEFAULT_STORAGE_COMPONENT="nowhere",
    ) as started:
        yield started


def test_timeouts_of_senders_and_receivers_cut_no_wait_no_sync_route_and_no_socket(system: System) -> None:
    made = system.api(
        "POST",
        "flows/import?publish=true",
        f"{json.dumps(FLOW)}\n---\n{json.dumps(CHANNEL)}".encode(),
        **YAML,
    ).json
    port = made["channels"][0]["port"]
    ticket = system.api("POST", "auth/ws-ticket").json["ticket"]
    with connect(f"ws://127.0.0.1:{system.web}/api/v1/ws?ticket={ticket}") as socket:
        socket.send(json.dumps({"sub": "plays"}))

        waited = system.run("slow", wait=20)
        routed = call("POST", f"http://127.0.0.1:{port}/slow", {})
        later = system.run("slow", wait=20)
        told = heard(socket)

    assert (waited["state"], routed.status, later["state"]) == ("DONE", 200, "DONE")
    assert {waited["playId"], later["playId"]} <= told


YAML = {"Content-Type": "application/yaml"}


def heard(socket: Any) -> set[str]:
    """The plays that a socket tells of until it says nothing more for a while."""
    plays = set()
    try:
        while True:
            plays.add(json.loads(socket.recv(timeout=2)).get("playId", ""))
    except TimeoutError:
        return plays


def test_gomaxprocs_caps_how_many_processes_there_are(system: System) -> None:
    masters = [line for line in system.output.splitlines() if "Booting worker with pid" in line]

    assert len(masters) == 1
    assert "worker.2" not in system.output


def test_a_default_component_that_is_absent_is_told_once_and_stops_nothing(system: System) -> None:
    told = [
        line for line in system.output.splitlines() if "DEFAULT_STORAGE_COMPONENT names 'nowhere'" in line
    ]
    doctor = system.cli("doctor")

    assert len(told) == 1
    assert " WARN scheduler " in told[0]
    assert doctor.returncode == 0
    assert "DEFAULT_STORAGE_COMPONENT names 'nowhere'" in doctor.stdout
