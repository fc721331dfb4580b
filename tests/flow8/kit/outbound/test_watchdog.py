"""The deadline of a connection."""

import socket
import time

from flow8.kit.outbound.watchdog import Watchdog


def test_a_read_that_hangs_ends_when_the_time_is_over() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        started = time.monotonic()

        with Watchdog(ours, started + 0.1) as dog:
            data = ours.recv(1)

        assert (data, dog.bit) == (b"", True)
        assert 0.09 < time.monotonic() - started < 2


def test_a_connection_in_time_is_left_alone() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with Watchdog(ours, time.monotonic() + 60) as dog:
            theirs.send(b"x")
            ours.recv(1)

        theirs.send(b"y")
        assert (ours.recv(1), dog.bit) == (b"y", False)


def test_a_connection_that_is_closed_already_is_no_trouble() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    ours.close()

    dog = Watchdog(ours, 0)
    dog._bite()

    assert dog.bit
