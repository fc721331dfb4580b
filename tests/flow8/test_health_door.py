"""The door of processes that have no other: its pages, and what happens when its port is taken."""

import http.client
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bench.ports import free_ports
from flow8.engine.engine import Engine
from flow8.health_door import PORTS, HealthDoor
from tests.support.system import Answer, call


@contextmanager
def opened(engine: Engine, port: int | None, role: str = "worker") -> Iterator[HealthDoor]:
    """A door at this port, or at one after it."""
    door = HealthDoor(replace(engine, settings=replace(engine.settings, health_port=port)), role)
    door.open()
    yield door
    door.close()


def ask(door: HealthDoor, path: str) -> Answer:
    return call("GET", f"http://127.0.0.1:{door.port}{path}", seconds=5)


def test_it_tells_how_the_process_is(engine: Engine) -> None:
    engine.vault.verify()
    with opened(engine, free_ports(1)[0]) as door:
        answers = [ask(door, path) for path in ("/livez", "/readyz", "/health?x=1")]
        missing = ask(door, "/plays")

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [answer.json["status"] for answer in answers] == ["alive", "ready", "healthy"]
    assert missing.status == 404
    assert "Python" not in str(answers[0].headers)


def test_a_process_that_is_not_ready_says_so_and_lives(engine: Engine) -> None:
    with opened(engine, free_ports(1)[0]) as door:
        engine.drain()
        ready, alive = ask(door, "/readyz"), ask(door, "/livez")

    assert (ready.status, ready.json["checks"]["process"]) == (503, "draining")
    assert alive.status == 200


def test_without_a_port_it_stays_shut(engine: Engine) -> None:
    with opened(engine, None) as door:
        assert door.port is None


def test_two_processes_take_two_ports(engine: Engine) -> None:
    with opened(engine, free_ports(1)[0]) as one, opened(engine, one.port) as other:
        ports, answers = [one.port, other.port], [ask(door, "/livez").status for door in (one, other)]

    assert None not in ports
    assert len(set(ports)) == 2
    assert answers == [200, 200]


def test_when_no_port_is_free_it_says_so_and_the_process_goes_on(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(engine.settings, health_port=free_ports(1)[0], health_host="192.0.2.1")
    door = HealthDoor(replace(engine, settings=settings), "worker")

    with caplog.at_level(logging.WARNING, "health"):
        door.open()
    door.close()

    assert door.port is None
    assert len(caplog.messages) == 1
    assert str((settings.health_port or 0) + PORTS - 1) in caplog.messages[0]


def test_a_client_that_says_nothing_or_nonsense_holds_up_nobody(engine: Engine) -> None:
    with opened(engine, free_ports(1)[0]) as door, socket.create_connection(("127.0.0.1", door.port or 0)):
        broken = http.client.HTTPConnection("127.0.0.1", door.port, timeout=5)
        broken.request("BREW", "/livez")
        refused = broken.getresponse().status
        answered = ask(door, "/livez").status

    assert (refused, answered) == (501, 200)
