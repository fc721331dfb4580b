"""Kept connections."""

import gc
import http.client
import socket
import time
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from flow8.kit.outbound import pool as pools
from flow8.kit.outbound.pool import MAX_IDLE, Line, Pool

LINE = Line("http", "example.com", ip_address("1.1.1.1"), 80)

Wire = http.client.HTTPConnection


class Wires:
    """Makes connections whose other end a test holds."""

    def __init__(self) -> None:
        self.ends: list[socket.socket] = []
        self.made: list[Wire] = []

    def make(self) -> tuple[Wire, socket.socket]:
        ours, theirs = socket.socketpair()
        wire = http.client.HTTPConnection("example.com")
        wire.sock = ours
        self.ends += [ours, theirs]
        return wire, theirs


@pytest.fixture
def wires() -> Iterator[Wires]:
    made = Wires()
    yield made
    for end in made.ends:
        end.close()


def is_closed(wire: Wire) -> bool:
    return wire.sock is None


def test_a_kept_connection_is_handed_out_once(wires: Wires) -> None:
    pool, (wire, _) = Pool(), wires.make()

    pool.give(LINE, wire)

    assert pool.take(LINE) is wire
    assert pool.take(LINE) is None


@pytest.mark.parametrize(
    "other",
    [
        Line("https", "example.com", ip_address("1.1.1.1"), 80),
        Line("http", "other.example", ip_address("1.1.1.1"), 80),
        Line("http", "example.com", ip_address("1.0.0.1"), 80),
        Line("http", "example.com", ip_address("1.1.1.1"), 81),
    ],
)
def test_a_connection_serves_only_the_address_it_was_judged_for(wires: Wires, other: Line) -> None:
    pool, (wire, _) = Pool(), wires.make()
    pool.give(LINE, wire)

    assert pool.take(other) is None


def test_a_connection_that_the_server_closed_is_not_handed_out(wires: Wires) -> None:
    pool, (dead, end), (alive, _) = Pool(), wires.make(), wires.make()
    pool.give(LINE, alive)
    pool.give(LINE, dead)
    end.close()

    assert pool.take(LINE) is alive
    assert is_closed(dead)


def test_a_connection_with_words_nobody_asked_for_is_not_handed_out(wires: Wires) -> None:
    pool, (wire, end) = Pool(), wires.make()
    end.send(b"HTTP/1.1 200 OK\r\n\r\n")
    pool.give(LINE, wire)

    assert pool.take(LINE) is None


def test_only_so_many_are_kept_and_the_oldest_go_first(wires: Wires) -> None:
    pool = Pool()
    given = [wires.make()[0] for _ in range(MAX_IDLE + 2)]

    for wire in given:
        pool.give(LINE, wire)

    assert [is_closed(wire) for wire in given] == [True, True] + [False] * MAX_IDLE


def test_old_ones_go_when_another_is_given(wires: Wires, monkeypatch: pytest.MonkeyPatch) -> None:
    pool, (old, _), (new, _) = Pool(), wires.make(), wires.make()
    monkeypatch.setattr(pools, "IDLE_SECONDS", 0.05)
    pool.give(LINE, old)
    too_old = time.monotonic() + 0.06
    while time.monotonic() < too_old:
        time.sleep(0.005)
    monkeypatch.setattr(pools, "IDLE_SECONDS", 60.0)

    pool.give(LINE, new)

    assert (is_closed(old), is_closed(new)) == (True, False)


def test_a_pool_that_is_gone_leaves_no_connection_open(wires: Wires) -> None:
    pool, (wire, _) = Pool(), wires.make()
    pool.give(LINE, wire)

    del pool
    gc.collect()

    assert is_closed(wire)
