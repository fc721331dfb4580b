"""Senders who take too long are not waited for."""

import contextlib
import socket
import time

from web.patience import Patience


def drip(there: socket.socket, seconds: float) -> None:
    """Send a byte now and then, so that no pause is long, until nobody takes any."""
    until = time.monotonic() + seconds
    with contextlib.suppress(BrokenPipeError):
        while time.monotonic() < until:
            there.sendall(b"a")
            time.sleep(0.02)


def test_nothing_more_is_taken_once_the_time_is_over() -> None:
    here, there = socket.socketpair()

    with here, there, Patience().watching(here, 0.6) as reading:
        there.sendall(b"a")
        first = here.recv(10)
        drip(there, 1.5)
        here.settimeout(10)
        while here.recv(10):
            pass

    assert first == b"a"
    assert reading.late
    assert reading.is_over


def test_one_that_says_nothing_is_over_too() -> None:
    here, there = socket.socketpair()

    with here, there, Patience().watching(here, 0.1) as reading:
        try:
            ended = here.recv(10) == b""
        except TimeoutError:
            ended = True

    assert ended
    assert reading.is_over


def test_one_in_time_is_left_alone_and_the_watch_ends() -> None:
    patience = Patience()
    here, there = socket.socketpair()

    with here, there, patience.watching(here, 30) as reading:
        there.sendall(b"a")
        assert here.recv(10) == b"a"

    assert not reading.late
    until = time.monotonic() + 5
    while patience._watches and time.monotonic() < until:
        time.sleep(0.05)
    assert not patience._watches


def test_a_second_reading_is_watched_too() -> None:
    patience = Patience()
    here, there = socket.socketpair()
    other, far = socket.socketpair()

    with here, there, other, far, patience.watching(here, 30) as slow:
        with patience.watching(other, 0.1) as late:
            other.settimeout(10)
            assert other.recv(10) == b""

        assert late.late
        assert not slow.late
