"""Events: told in few documents, the end of a play at once, and nothing breaks when they are lost."""

import threading
import time
from collections.abc import Iterator

import pytest

from flow8 import live as live_module
from flow8.clock import utc_now
from flow8.errors import Unavailable
from flow8.live import ALL_PLAYS, Event, Live
from flow8.store import Store
from flow8.store.database import Document
from flow8.store.events import Events
from tests.support.system import until


class Kept(Events):
    """Keeps the batches that it is given; fails while the test wants it to."""

    def __init__(self) -> None:
        self.batches: list[Document] = []
        self.is_away = False

    def add(self, batch: Document) -> None:
        """Keep a batch."""
        if self.is_away:
            raise Unavailable("MongoDB does not answer, says this test.")
        self.batches.append(batch)

    @property
    def told(self) -> list[str]:
        """The type of each event so far."""
        return [event["type"] for batch in self.batches for event in batch["events"]]


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def live(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """Tells what is not urgent after ten seconds, which no test waits for."""
    monkeypatch.setattr(live_module, "BATCH_SECONDS", 10.0)
    opened = Live(kept)
    yield opened
    opened.close()


@pytest.fixture
def heard(store: Store) -> Iterator[Live]:
    """Events as they are: over MongoDB, and already followed."""
    store.events.ensure()
    opened = Live(store.events)
    with opened.listening("nobody", lambda _: None):
        until(lambda: opened.is_heard, what="the first word from the tail")
        yield opened
    opened.close()


def an_event(kind: str, play_id: str = "p", **more: object) -> Event:
    return {"type": kind, "playId": play_id, "timestamp": utc_now(), **more}


def test_a_listener_hears_of_its_play_in_order_and_of_no_other(heard: Live) -> None:
    mine: list[Event] = []
    all_of_them: list[Event] = []

    with heard.listening("p", mine.append), heard.listening(ALL_PLAYS, all_of_them.append):
        for number in range(3):
            heard.publish(an_event("play:layer:started", seq=number))
            heard.publish(an_event("play:layer:started", "q", seq=number))
        until(lambda: len(all_of_them) == 6)

    assert [(event["playId"], event["seq"]) for event in mine] == [("p", 0), ("p", 1), ("p", 2)]
    assert mine[0]["timestamp"].endswith("Z")


def test_two_listeners_of_a_play_both_hear_and_one_may_leave(heard: Live) -> None:
    first: list[Event] = []
    second: list[Event] = []

    with heard.listening("p", first.append):
        with heard.listening("p", second.append):
            heard.publish(an_event("play:started"))
            until(lambda: second)
        heard.publish(an_event("play:completed"))
        until(lambda: len(first) == 2)

    assert (len(first), len(second)) == (2, 1)


def test_the_end_of_a_play_takes_what_came_before_along_in_one_document(live: Live, kept: Kept) -> None:
    for kind in ("play:layer:started", "play:layer:completed", "play:completed"):
        live.publish(an_event(kind))

    until(lambda: len(kept.told) == 3)

    assert kept.told == ["play:layer:started", "play:layer:completed", "play:completed"]
    assert len(kept.batches) <= 2  # the first may have gone before the others came


@pytest.mark.parametrize("kind", ["play:completed", "play:failed"])
def test_the_end_of_a_play_that_somebody_may_wait_for_does_not_wait(
    live: Live, kept: Kept, kind: str
) -> None:
    live.publish(an_event(kind))

    until(lambda: kept.told == [kind])


def test_the_end_of_a_play_whose_caller_is_answered_here_waits_for_others(live: Live, kept: Kept) -> None:
    live.answered_here.add("p")
    live.publish(an_event("play:completed"))
    live.publish(an_event("play:layer:started", "q"))
    assert kept.told == []

    live.publish(an_event("play:completed", "q"))

    until(lambda: len(kept.told) == 3)
    assert len(kept.batches) == 1


def test_ends_that_follow_each_other_closely_go_together(
    live: Live, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "GAP_SECONDS", 0.5)
    live.publish(an_event("play:completed"))
    until(lambda: kept.batches)

    for _ in range(20):
        live.publish(an_event("play:completed"))
        time.sleep(0.005)
    until(lambda: len(kept.told) == 21)

    assert [len(batch["events"]) for batch in kept.batches] == [1, 20]


def test_closing_sends_what_waits(live: Live, kept: Kept) -> None:
    live.publish(an_event("play:started"))

    live.close()

    assert kept.told == ["play:started"]


def test_many_events_go_in_several_documents(live: Live, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "BATCH_EVENTS", 2)
    for _ in range(5):
        live.publish(an_event("play:started"))

    live.close()

    assert [len(batch["events"]) for batch in kept.batches] == [2, 2, 1]


def test_events_that_cannot_be_told_are_lost_and_later_ones_are_not(
    live: Live, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    kept.is_away = True
    live.publish(an_event("play:completed"))
    until(lambda: "1 events were not told" in caplog.text)

    kept.is_away = False
    live.publish(an_event("play:failed"))

    until(lambda: kept.told == ["play:failed"])


def test_too_many_events_that_wait_are_dropped(
    live: Live, kept: Kept, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live_module, "BACKLOG", 2)
    for kind in ("a", "b", "c"):
        live.publish(an_event(kind))

    live.close()

    assert kept.told == ["a", "b"]
    assert "an event of play p was dropped" in caplog.text


def test_publishing_takes_no_time_while_mongodb_hangs(live: Live, kept: Kept) -> None:
    goes_on = threading.Event()
    kept.add = lambda _: goes_on.wait(5)  # type: ignore[method-assign,assignment]  # it hangs
    began = time.monotonic()

    for _ in range(100):
        live.publish(an_event("play:completed"))

    assert time.monotonic() - began < 1
    goes_on.set()
