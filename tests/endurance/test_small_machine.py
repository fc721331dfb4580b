"""The whole of flow8, without its MongoDB, in as little as the documentation promises to be enough."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest
from pymongo import MongoClient

from bench import processes
from bench.ports import free_port
from bench.work import slow_call
from flow8 import bundle
from flow8.errors import Unavailable
from tests.support.cgroups import Box, box
from tests.support.sizes import sized
from tests.support.system import System, call, running, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(240, 600))]

PLAYS: Final = sized(100, 500)
SMALL: Final = (512, sized(2.0, 0.5))
"""Megabytes and cores. With half a core the start alone takes a quarter of a minute."""
WAITING: Final = sized(200, 1_000)
RECOMMENDED: Final = (2_048, 2.0)
CALLERS: Final = 10
FINISH_SECONDS: Final = 240.0
WAIT_SECONDS: Final = sized(5, 20)
"""How long the slow server takes: long enough for the last play to begin before the first has its answer."""
ORDER: Final = {"id": "A-4711", "items": [{"name": "Chair", "price": 25, "qty": 3}]}


@pytest.fixture(scope="module", autouse=True)
def ui() -> None:
    """The web UI as an image has it: built before, outside of the box."""
    try:
        bundle.build(tell)
    except Unavailable as error:
        tell(error.message)  # the plain pages stand in


@pytest.fixture
def slow_server(tmp_path: Path) -> Iterator[str]:
    """The address of a server that answers late, outside of the box."""
    port = free_port()
    command = [sys.executable, "-m", "bench.slow_server", str(port), str(WAIT_SECONDS)]
    server: subprocess.Popen[bytes] = processes.start(command, {}, tmp_path / "slow_server.txt")
    until(lambda: processes.listens(port), 20, "the slow server")
    yield f"http://127.0.0.1:{port}/"
    processes.stop(server)


def accepted(system: System, flow: str, args: dict[str, Any], count: int) -> None:
    """Have so many plays of a flow accepted by the API."""
    with ThreadPoolExecutor(CALLERS) as callers:
        list(callers.map(lambda _: system.run(flow, args=args), range(count)))


def states(uri: str, database: str, flow: str) -> Counter[str]:
    """How many plays of a flow are in which state, as MongoDB has them."""
    with MongoClient[dict[str, Any]](uri) as client:
        flow_id = client[database]["flows"].find_one({"permanentId": flow}, {"_id": 1})
        assert flow_id is not None
        found = client[database]["plays"].find({"flowId": flow_id["_id"]}, {"state": 1})
        return Counter(play["state"] for play in found)


def tell(measured: str) -> None:
    """Say what was measured; pytest shows it with -s."""
    sys.stdout.write(f"{measured}\n")


def taken(used: Box) -> str:
    """What a run took of its box."""
    return (
        f"peak {used.peak_mb:.0f} of {used.megabytes} MB (processes {used.held_mb:.0f} MB at the end), "
        f"{used.cores:g} cores, waited for them in {used.throttled} periods of a tenth of a second"
    )


def test_the_least_machine_is_enough_to_come_up_and_to_perform(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    told = {"MONGODB_URI": mongodb_uri, "MONGODB_DB": database_name}
    with box(*SMALL) as small, running(tmp_path, entering=small.entering, **told) as system:
        accepted(system, "order-triage", ORDER, PLAYS)
        answered = [system.post_order(ORDER).status for _ in range(10)]
        until(
            lambda: states(mongodb_uri, database_name, "order-triage") == {"DONE": PLAYS + 10},
            FINISH_SECONDS,
            "the end of all plays",
        )
        health = call("GET", f"http://127.0.0.1:{system.web}/health")
        tell(f"{PLAYS} plays: {taken(small)}")

        assert answered == [200] * 10
        assert health.json["status"] == "healthy"
        assert (small.killed, "ended (" in system.output) == (0, False)


def test_2_gb_and_two_cores_are_enough_for_all_plays_that_wait_at_once(
    tmp_path: Path, mongodb_uri: str, database_name: str, slow_server: str
) -> None:
    told = {"MONGODB_URI": mongodb_uri, "MONGODB_DB": database_name, "WORKER_THREADS": "600"}
    with (
        box(*RECOMMENDED) as large,
        running(tmp_path, entering=large.entering, OUTBOUND_ALLOW="127.0.0.0/8", **told) as system,
    ):
        system.publish(slow_call("slow", slow_server))
        accepted(system, "slow", {}, WAITING)
        until(
            lambda: states(mongodb_uri, database_name, "slow") == {"DONE": WAITING},
            FINISH_SECONDS,
            "the end of all plays",
        )
        most = int(call("GET", f"{slow_server}most").text)
        tell(f"{most} plays that waited at once: {taken(large)}")

        assert most == WAITING
        assert (large.killed, "ended (" in system.output) == (0, False)
