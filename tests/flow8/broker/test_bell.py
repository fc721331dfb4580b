"""How the bell treats its callers and its broker, with a publisher that does as the test says."""

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from dramatiq import Message

from flow8.broker import bell as bell_module
from flow8.broker.bell import Bell
from flow8.errors import Unavailable
from tests.flow8.broker.places import LIMIT
from tests.support.system import until


class Publisher:
    """Keeps what it is given; fails as often as the test wants, and waits while the test wants."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.messages: list[Message[Any]] = []
        self.failures = 0
        self.attempts = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.is_closed = False
        self.idles = 0
        self.bug: Exception | None = None

    def publish(self, messages: Sequence[Message[Any]]) -> None:
        self.attempts += 1
        self.may_go_on.wait(LIMIT)
        if self.bug is not None:
            raise self.bug
        if self.failures > 0:
            self.failures -= 1
            raise Unavailable("The broker of this test is away.")
        self.messages += messages
        self.batches.append([message.args[0] for message in messages])

    def idle(self) -> None:
        self.idles += 1

    def probe(self) -> None:
        if self.failures:
            raise Unavailable

    def depths(self, queues: Sequence[str]) -> dict[str, float] | None:
        return dict.fromkeys(queues, 0.0)

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def bell(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bell]:
    monkeypatch.setattr(bell_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(bell_module, "LONGEST_PAUSE", 0.02)
    opened = Bell(lambda: publisher)
    yield opened
    publisher.may_go_on.set()
    opened.close(LIMIT)


def _said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.levelname for record in caplog.records if record.name == bell_module.__name__]


def _let_it_hold_one(bell: Bell, publisher: Publisher) -> None:
    """Make the thread wait in its first batch, so that what follows gathers."""
    publisher.may_go_on.clear()
    bell.ring("held", "plays")
    until(lambda: publisher.attempts == 1)


def test_rings_that_gather_are_published_together(bell: Bell, publisher: Publisher) -> None:
    _let_it_hold_one(bell, publisher)
    for play_id in ("one", "two", "three"):
        bell.ring(play_id, "plays")

    publisher.may_go_on.set()

    assert bell.flush(LIMIT)
    assert publisher.batches == [["held"], ["one", "two", "three"]]


def test_a_lone_ring_goes_at_once_and_those_soon_after_it_together(
    bell: Bell, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "GATHER_SECONDS", 2.0)
    bell.ring("lone", "plays")
    until(lambda: publisher.batches == [["lone"]], 1.9)

    for play_id in ("one", "two", "three"):
        bell.ring(play_id, "plays")

    assert bell.flush(LIMIT)
    assert publisher.batches == [["lone"], ["one", "two", "three"]]


def test_a_play_that_waits_already_is_not_rung_twice(bell: Bell, publisher: Publisher) -> None:
    _let_it_hold_one(bell, publisher)
    for lane in ("plays", "plays", "documents"):
        bell.ring("one", lane)

    publisher.may_go_on.set()

    assert bell.flush(LIMIT)
    lanes = [(message.args[0], message.queue_name) for message in publisher.messages[1:]]
    assert lanes == [("one", "plays"), ("one", "documents")]


def test_a_play_whose_ring_is_under_way_is_rung_again(bell: Bell, publisher: Publisher) -> None:
    _let_it_hold_one(bell, publisher)

    bell.ring("held", "plays")
    publisher.may_go_on.set()

    assert bell.flush(LIMIT)
    assert publisher.batches == [["held"], ["held"]]


def test_a_priority_travels_with_the_message(bell: Bell, publisher: Publisher) -> None:
    bell.ring("plain", "plays")
    bell.ring("urgent", "plays", priority=-5)

    assert bell.flush(LIMIT)

    assert [message.options for message in publisher.messages] == [{}, {"priority": -5}]


def test_ringing_returns_while_the_broker_hangs(bell: Bell, publisher: Publisher) -> None:
    _let_it_hold_one(bell, publisher)

    bell.ring("one", "plays")

    assert not bell.flush(0.01)
    assert publisher.batches == []


def test_more_rings_than_fit_are_left_to_the_sweep(
    bell: Bell, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "WAITING_LIMIT", 3)
    _let_it_hold_one(bell, publisher)

    for play_id in ("one", "two", "three", "four"):
        bell.ring(play_id, "plays")
    publisher.may_go_on.set()

    assert bell.flush(LIMIT)
    assert publisher.batches == [["held"], ["one", "two", "three"]]


def test_a_big_heap_goes_out_in_batches(
    bell: Bell, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "BATCH", 2)
    _let_it_hold_one(bell, publisher)

    for play_id in ("one", "two", "three"):
        bell.ring(play_id, "plays")
    publisher.may_go_on.set()

    assert bell.flush(LIMIT)
    assert publisher.batches == [["held"], ["one", "two"], ["three"]]


def test_one_failure_is_tried_again_without_a_word(
    bell: Bell, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    publisher.failures = 1

    bell.ring("one", "plays")

    assert bell.flush(LIMIT)
    assert publisher.batches == [["one"]]
    assert _said(caplog) == []


def test_an_outage_is_told_once_at_its_beginning_and_once_at_its_end(
    bell: Bell, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    publisher.failures = 5
    bell.ring("one", "plays")
    assert bell.flush(LIMIT)
    publisher.failures = 5
    bell.ring("two", "plays")

    assert bell.flush(LIMIT)

    assert publisher.batches == [["one"], ["two"]]
    assert _said(caplog) == ["WARNING", "INFO", "WARNING", "INFO"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_our_own_does_not_silence_the_bell(bell: Bell, publisher: Publisher) -> None:
    publisher.bug = KeyError("a mistake")
    bell.ring("lost", "plays")
    thread = bell._thread
    assert thread is not None
    thread.join(LIMIT)

    publisher.bug = None
    bell.ring("one", "plays")

    assert bell.flush(LIMIT)
    assert publisher.batches == [["one"]]


def test_without_rings_the_connection_is_kept_alive(
    bell: Bell, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "IDLE_SECONDS", 0.02)

    bell.ring("one", "plays")

    until(lambda: publisher.idles >= 3)
    assert publisher.batches == [["one"]]


def test_closing_sends_what_waits(bell: Bell, publisher: Publisher) -> None:
    _let_it_hold_one(bell, publisher)
    bell.ring("one", "plays")
    threading.Timer(0.05, publisher.may_go_on.set).start()

    bell.close(LIMIT)

    assert publisher.batches == [["held"], ["one"]]
    assert publisher.is_closed


def test_closing_gives_up_when_its_time_is_over(bell: Bell, publisher: Publisher) -> None:
    publisher.failures = 1_000_000
    bell.ring("one", "plays")

    bell.close(0.2)

    until(lambda: publisher.is_closed)
    assert publisher.batches == []


def test_a_closed_bell_rings_no_more(bell: Bell, publisher: Publisher) -> None:
    bell.close(LIMIT)

    bell.ring("one", "plays")

    assert bell.flush(LIMIT)
    assert publisher.attempts == 0


def test_a_forked_child_has_a_bell_of_its_own(bell: Bell, publisher: Publisher) -> None:
    _let_it_hold_one(bell, publisher)

    child = os.fork()
    if child == 0:
        publisher.may_go_on = threading.Event()
        publisher.may_go_on.set()
        bell.ring("one", "plays")
        os._exit(0 if bell.flush(LIMIT) and publisher.batches == [["one"]] else 1)

    assert os.waitpid(child, 0)[1] == 0
