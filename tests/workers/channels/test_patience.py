"""Reads from a client with limits."""

import io
import time
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from gevent import socket

from workers.channels.patience import HEAD_BYTES, HeadTooLarge, PatientReader

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def drip(sender: socket.socket, reader: "io.BufferedReader[Any]") -> None:
    for _ in range(50):
        sender.sendall(b"x")
        gevent.sleep(0.1)
        reader.read(1)


def test_what_a_client_sends_is_read(pair: Pair) -> None:
    reader = io.BufferedReader(PatientReader(pair[0], 5))
    pair[1].sendall(b"one\ntwo\n")
    pair[1].shutdown(socket.SHUT_WR)

    assert (reader.readline(), reader.read()) == (b"one\n", b"two\n")


def test_a_request_has_so_many_seconds_from_its_first_byte(pair: Pair) -> None:
    reader = io.BufferedReader(PatientReader(pair[0], 0.3))
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        drip(pair[1], reader)

    assert 0.2 < time.monotonic() - began < 4


def test_the_next_request_has_its_own_time(pair: Pair) -> None:
    patient = PatientReader(pair[0], 0.2)
    reader = io.BufferedReader(patient)
    pair[1].sendall(b"x")
    assert reader.read(1) == b"x"
    with pytest.raises(TimeoutError):
        reader.read(1)

    patient.await_request()
    pair[1].sendall(b"y")

    assert reader.read(1) == b"y"


def test_a_head_has_a_limit_and_a_body_none(pair: Pair) -> None:
    patient = PatientReader(pair[0], 5)
    reader = io.BufferedReader(patient)
    pair[1].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * HEAD_BYTES)
    pair[1].sendall(b"x" * (HEAD_BYTES + 10_000))

    with pytest.raises(HeadTooLarge):
        reader.read(HEAD_BYTES + 10_000)

    patient.await_request()
    patient.await_body()
    pair[1].sendall(b"y" * (HEAD_BYTES + 1))
    assert len(reader.read(HEAD_BYTES + 1)) == HEAD_BYTES + 1


def test_after_an_answer_little_more_is_waited_for(pair: Pair) -> None:
    patient = PatientReader(pair[0], 60)
    patient.linger(0.1)

    with pytest.raises(TimeoutError):
        io.BufferedReader(patient).read(1)
