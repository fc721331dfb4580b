"""What happens in plays, told at once to whoever listens. REST is the truth; this only makes it fast.

Events go out in batches, at most every 50 ms for each process, into a capped collection that every process
with listeners tails once. An event may be lost; a waiting caller therefore also looks at the play itself.
"""

import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flow8.clock import iso
from flow8.errors import Unavailable
from flow8.store.database import faults_in_words
from flow8.store.events import Events

Event = dict[str, Any]
Listener = Callable[[Event], None]

BATCH_SECONDS = 0.05
BATCH_EVENTS = 500
BACKLOG = 20_000
ALL_PLAYS = "*"

log = logging.getLogger("live")


class Live:
    """Publishes and listens; its two threads start on first use, so it may be made before a fork."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._outbox: queue.Queue[Event | None] = queue.Queue(BACKLOG)
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._lock = threading.Lock()
        self._publisher: threading.Thread | None = None
        self._tail: threading.Thread | None = None
        self._closing = threading.Event()

    def publish(self, event: Event) -> None:
        """Send an event soon: `playId`, `timestamp`, and more. With a backlog of 20,000 it is dropped."""
        if self._publisher is None:
            with self._lock:
                self._publisher = self._publisher or _started(self._publish_batches)
        try:
            self._outbox.put_nowait(event)
        except queue.Full:
            log.warning("an event of play %s was dropped: too many wait", event.get("playId"))

    @contextmanager
    def listening(self, play_id: str, listener: Listener) -> Iterator[None]:
        """Call `listener` with each event of a play (`*`: of every play) from the tail's thread; be quick."""
        with self._lock:
            self._listeners[play_id].append(listener)
            self._tail = self._tail or _started(self._follow)
        try:
            yield
        finally:
            with self._lock:
                self._listeners[play_id].remove(listener)
                if not self._listeners[play_id]:
                    del self._listeners[play_id]

    def close(self, seconds: float = 2.0) -> None:
        """Send what waits, then stop both threads."""
        self._closing.set()
        if self._publisher is not None:
            self._outbox.put(None)
            self._publisher.join(seconds)
        if self._tail is not None:
            self._tail.join(seconds)

    def _publish_batches(self) -> None:
        while True:
            first = self._outbox.get()
            if not self._closing.is_set():
                self._closing.wait(BATCH_SECONDS)
            batch = [first, *self._waiting()]
            events = [event for event in batch if event is not None]
            if events:
                self._send(events)
            if len(events) < len(batch):
                return

    def _waiting(self) -> list[Event | None]:
        found: list[Event | None] = []
        while len(found) < BATCH_EVENTS:
            try:
                found.append(self._outbox.get_nowait())
            except queue.Empty:
                break
        return found

    def _send(self, events: list[Event]) -> None:
        try:
            with faults_in_words():
                self._events.add(events)
        except Unavailable as error:
            log.warning("%d events were not told: %s", len(events), error.message)

    def _follow(self) -> None:
        while not self._closing.is_set():
            try:
                with faults_in_words():
                    self._hear_until_closed()
            except Unavailable as error:
                log.warning("events are not heard for a moment: %s", error.message)
                self._closing.wait(1.0)

    def _hear_until_closed(self) -> None:
        for event in self._events.tail():
            if self._closing.is_set():
                return
            if event is not None:
                self._tell(event)

    def _tell(self, event: Event) -> None:
        with self._lock:
            listeners = [
                *self._listeners.get(event.get("playId", ""), ()),
                *self._listeners.get(ALL_PLAYS, ()),
            ]
        shown = {**event, "timestamp": iso(event["timestamp"])} if listeners else event
        for listener in listeners:
            listener(shown)


def _started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=f"live{work.__name__}", daemon=True)
    thread.start()
    return thread
