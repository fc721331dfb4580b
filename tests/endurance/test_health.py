"""Each process says how it is while what it stands on stops, hangs or is full, and is back when killed."""

import time
from collections.abc import Callable, Iterator

import pytest
from pymongo import MongoClient

from bench.rabbitmq import RabbitMq
from tests.support.doors import ROLES, Doors, doors, has_small_disks
from tests.support.sizes import sized
from tests.support.system import until

KILLS = sized(2, 20)
PATIENCE = 15.0
"""The promise is five seconds on a machine that is not busy with other tests; the report tells the time."""
ALIVE = {role: {"status": "alive"} for role in ROLES}

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(240, 1800))]


@pytest.fixture(scope="module")
def flow8(tmp_path_factory: pytest.TempPathFactory, rabbitmq: RabbitMq) -> Iterator[Doors]:
    """One flow8 for all tests here; each leaves it as it found it."""
    with doors(tmp_path_factory.mktemp("doors"), rabbitmq) as made:
        yield made


def stop_mongodb(flow8: Doors) -> Callable[[], object]:
    flow8.mongodb.stop()
    return flow8.restart_mongodb


def hang_mongodb(flow8: Doors) -> Callable[[], object]:
    return flow8.hold_mongodb()


def kill_rabbitmq(flow8: Doors) -> Callable[[], object]:
    flow8.rabbitmq.kill()
    return flow8.rabbitmq.start


def hang_rabbitmq(flow8: Doors) -> Callable[[], object]:
    flow8.rabbitmq.freeze()
    return flow8.rabbitmq.thaw


def fill_disk(flow8: Doors) -> Callable[[], object]:
    if not has_small_disks():
        pytest.skip("a small disk to fill can only be mounted by root")
    return flow8.fill_disk().unlink


def starve_rabbitmq(flow8: Doors) -> Callable[[], object]:
    """It takes what is published and confirms nothing, as with a disk that is full."""
    node, conf = flow8.rabbitmq, flow8.rabbitmq.folder / "node.conf"
    conf.write_text("disk_free_limit.absolute = 900GB\n")
    node.kill()
    node.start()

    def feed() -> None:
        conf.unlink()
        node.kill()
        node.start()

    return feed


OUTAGES = {
    "a MongoDB that hangs": (hang_mongodb, "mongodb"),
    "a MongoDB that stopped": (stop_mongodb, "mongodb"),
    "a RabbitMQ that hangs": (hang_rabbitmq, "broker"),
    "a RabbitMQ that was killed": (kill_rabbitmq, "broker"),
    "a full disk": (fill_disk, "disk"),
    **sized({}, {"a RabbitMQ without room": (starve_rabbitmq, "broker")}),
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_every_process_says_within_five_seconds_that_it_is_not_ready_and_lives(
    flow8: Doors, outage: str
) -> None:
    begin, check = OUTAGES[outage]
    end = begin(flow8)
    try:
        told = flow8.told(check, PATIENCE)
        alive = flow8.lives()
        health = flow8.ask("web", "/health")
    finally:
        end()
    flow8.all_ready()

    assert alive == ALIVE
    assert health is not None
    assert (health.status == 200) == (check != "mongodb")
    _report(f"{outage}: " + ", ".join(f"{role} {told[role][0]:.1f} s ({told[role][1]})" for role in ROLES))


@pytest.mark.parametrize("role", ROLES)
def test_a_process_that_is_killed_is_back_soon_and_says_so_only_when_it_is(flow8: Doors, role: str) -> None:
    took = []
    for number in range(KILLS):
        works = WORK[role](flow8)
        began = time.monotonic()
        flow8.kill(role, number)
        until(lambda: flow8.is_ready(role), 20, f"{role} to be back")
        ready = time.monotonic() - began
        until(works, 20, f"{role} to work")
        took.append((ready, time.monotonic() - began))
        assert flow8.lives() == ALIVE
        time.sleep(sized(0.0, 3.0))
    ready, working = (max(each) for each in zip(*took, strict=True))
    _report(
        f"{role} killed {KILLS} times: ready after {ready:.2f} s, at work after {working:.2f} s at the latest"
    )
    assert working < LIMIT


LIMIT = 20.0
"""The promise of five seconds is for a quiet machine; a report tells what it was here."""


def _answers_requests(flow8: Doors) -> Callable[[], bool]:
    return lambda: flow8.system.api("GET", "flows").status == 200


def _performs_plays(flow8: Doors) -> Callable[[], bool]:
    return lambda: bool(flow8.system.run("orders-report", wait=20)["state"] == "DONE")


def _asks_for_a_key(flow8: Doors) -> Callable[[], bool]:
    return lambda: (answer := flow8.ask("mcp", "/mcp")) is not None and answer.status == 401


def _leads_anew(flow8: Doors) -> Callable[[], bool]:
    def owner() -> str:
        with MongoClient[dict[str, str]](flow8.mongodb.uri) as client:
            found = client["flow8"]["leaders"].find_one({"_id": "scheduler"})
        return "" if found is None else found["owner"]

    before = owner()
    return lambda: owner() != before


WORK = {
    "web": _answers_requests,
    "worker": _performs_plays,
    "scheduler": _leads_anew,
    "mcp": _asks_for_a_key,
}
"""How one sees from outside that each of them does its work."""


def _report(line: str) -> None:
    print(line)  # noqa: T201 - a report
