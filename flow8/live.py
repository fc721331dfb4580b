"""What happens in plays, told at once to whoever listens. REST is the truth; this only makes it fast.

Events go out in batches into a capped collection that every process with listeners tails once: one document
for all that happened in this process within 50 ms, or sooner when somebody may wait for the end of a play.
An event may be lost; a waiting caller therefore also looks at the play itself.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flow8.clock import iso, utc_now
from flow8.errors import Unavailable
from flow8.metrics.counters import event_lag, events_dropped
from flow8.store.database import faults_in_words
from flow8.store.events import Events

Event = dict[str, Any]
Listener = Callable[[Event], None]

BATCH_SECONDS = 0.05
GAP_SECONDS = 0.005
"""One batch follows another after so long at the soonest; what ends a quiet time goes at once."""
BATCH_EVENTS = 500
BACKLOG = 20_000
ALL_PLAYS = "*"
ENDS = ("play:completed", "play:failed")

log = logging.getLogger("live")


class Live:
    """Publishes and listens; its two threads start on first use, so it may be made before a fork."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._outbox: deque[Event] = deque()
        self._listeners: dict[str, tuple[Listener, ...]] = {}
        self._lock = threading.Lock()
        self._publisher: threading.Thread | None = None
        self._tail: threading.Thread | None = None
        self._has_news = threading.Event()
        self._is_urgent = threading.Event()
        self._closing = threading.Event()
        self._follows = threading.Event()
        self.answered_here: set[str] = set()
        """Plays whose callers this very process answers: nobody elsewhere waits for their ends."""

    @property
    def is_heard(self) -> bool:
        """Whether this process follows what happens, as it does from shortly after somebody first listens."""
        return self._follows.is_set()

    def until_heard(self, seconds: float) -> bool:
        """Wait for that, so that nothing is missed of what happens after; whether it came to it in time."""
        return self._follows.wait(seconds)

    def publish(self, event: Event) -> None:
        """Send an event soon: `playId`, `timestamp`, and more. With a backlog of 20,000 it is dropped.

        The end of a play goes at once, unless the play is one of `answered_here`.
        """
        if self._publisher is None:
            with self._lock:
                self._publisher = self._publisher or _started(self._publish_batches)
        if len(self._outbox) >= BACKLOG:
            events_dropped.inc()
            log.warning("an event of play %s was dropped: too many wait", event.get("playId"))
            return
        self._outbox.append(event)
        if event.get("type") in ENDS and event["playId"] not in self.answered_here:
            self._is_urgent.set()
        self._has_news.set()

    @contextmanager
    def listening(self, play_id: str, listener: Listener) -> Iterator[None]:
        """Call `listener` with each event of a play (`*`: of every play) from the tail's thread; be quick."""
        with self._lock:
            self._listeners[play_id] = (*self._listeners.get(play_id, ()), listener)
            self._tail = self._tail or _started(self._follow)
        try:
            yield
        finally:
            with self._lock:
                self._leave(play_id, listener)

    def _leave(self, play_id: str, listener: Listener) -> None:
        others = list(self._listeners.pop(play_id))
        others.remove(listener)
        if others:
            self._listeners[play_id] = tuple(others)

    def close(self, seconds: float = 2.0) -> None:
        """Send what waits, then stop both threads."""
        self._closing.set()
        self._has_news.set()
        self._is_urgent.set()
        if self._publisher is not None:
            self._publisher.join(seconds)
        if self._tail is not None:
            self._tail.join(seconds)

    def _publish_batches(self) -> None:
        while not self._closing.is_set():
            self._has_news.wait()
            self._is_urgent.wait(BATCH_SECONDS)
            self._has_news.clear()
            self._is_urgent.clear()
            self._send_all()
            self._closing.wait(GAP_SECONDS)
        self._send_all()

    def _send_all(self) -> None:
        while self._outbox:
            self._send([self._outbox.popleft() for _ in range(min(BATCH_EVENTS, len(self._outbox)))])

    def _send(self, events: list[Event]) -> None:
        try:
            with faults_in_words():
                self._events.add({"events": events})
        except Unavailable as error:
            log.warning("%d events were not told: %s", len(events), error.message)

    def _follow(self) -> None:
        while not self._closing.is_set():
            try:
                with faults_in_words():
                    self._hear_until_closed()
            except Unavailable as error:
                self._follows.clear()
                log.warning("events are not heard for a moment: %s", error.message)
                self._closing.wait(1.0)

    def _hear_until_closed(self) -> None:
        for batch in self._events.tail():
            if self._closing.is_set():
                return
            self._follows.set()
            if batch and batch.get("events"):
                event_lag.observe(max(0.0, (utc_now() - batch["events"][0]["timestamp"]).total_seconds()))
            for event in batch.get("events", ()) if batch else ():
                self._tell(event)

    def _tell(self, event: Event) -> None:
        listeners = self._listeners.get(event.get("playId", ""), ()) + self._listeners.get(ALL_PLAYS, ())
        if listeners:
            shown = {**event, "timestamp": iso(event["timestamp"])}
            for listener in listeners:
                listener(shown)


def _started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=f"live{work.__name__}", daemon=True)
    thread.start()
    return thread
