"""What an engine is given when its workers take turns: a clock that stands still, pauses where it would wait.

The store is the real one over a real MongoDB, told the time of that clock.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.errors import AutoReconnect

from flow8.broker.bell import Bell
from flow8.domain.play import Lease, Play
from flow8.engine.held import Held
from flow8.live import Event, Live
from flow8.store import Store
from flow8.store.plays import Change, Plays
from flow8.store.server_clock import ServerClock
from tests.support.turns import BREAK, HAS_WRITTEN, LOOKS, WAITS, WRITES, pause


class StillClock(ServerClock):
    """The server's time, when a test says what it is."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 4, 4, 10, tzinfo=UTC)

    def now(self) -> datetime:
        """The time."""
        return self.moment

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)


class AtStillTime:
    """A collection for which `$$NOW` is the time of a clock. `calls` counts all that was asked but reads."""

    def __init__(self, collection: Any, clock: ServerClock) -> None:
        self._collection, self._clock = collection, clock
        self.calls = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._collection, name)
        self.calls += name not in ("find", "find_one")
        return lambda *args, **options: method(*map(self._told, args), **options)

    def _told(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._told(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self._told(part) for part in value]
        return self._clock.now() if value == "$$NOW" else value


@dataclass
class Written:
    """One call of `write`: whose, whether it was taken, and the play before and after it."""

    lease: Lease
    taken: bool
    before: Any
    after: Any


class PausingPlays(Plays):
    """The plays; every write may be refused by a broken connection, or its answer be lost."""

    def __init__(
        self, store: Store, clock: ServerClock, writes: list[Written], note: Callable[[Lease | None], None]
    ) -> None:
        super().__init__(store.database, store.payloads, store.iterations, clock)
        self._plays: Any = AtStillTime(store.database["plays"], clock)
        self._writes, self._note = writes, note

    @property
    def changes(self) -> int:
        """How often the plays may have changed."""
        return int(self._plays.calls)

    def claim(self, play_id: str, owner: str) -> Play | None:
        """Claim, and note under which lease whoever did so goes on."""
        play = super().claim(play_id, owner)
        if play is not None:
            self._note(play.lease)
        return play

    def write(self, play: Play, change: Change) -> bool:
        """Pause, write, and pause before anybody learns of it."""
        if pause(WRITES) == BREAK:
            raise AutoReconnect("nothing arrived")
        assert play.lease is not None
        before = self._plays.find_one({"_id": play.id})
        taken = super().write(play, change)
        self._writes.append(Written(play.lease, taken, before, self._plays.find_one({"_id": play.id})))
        if pause(HAS_WRITTEN) == BREAK:
            raise AutoReconnect("the answer is lost")
        return taken


class PausingHeld(Held):
    """The list of held plays; its beat beats when it is told to."""

    def __init__(self, plays: Plays) -> None:
        super().__init__(plays, apart=lambda _beat: None)
        self._own_plays = plays

    def is_woken(self, play: Play) -> bool:
        """Pause, since this is asked once in each step of a performance."""
        pause(LOOKS)
        return super().is_woken(play)

    def beat(self) -> None:
        """What is done every few seconds."""
        self.turn(self._own_plays, renews=True)


class Draining(threading.Event):
    """Whether a worker drains. Nobody waits in it: that is a turn for others."""

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - the signature of an event
        """Pause."""
        pause(WAITS)
        return self.is_set()


class PausingQueue:
    """A queue of the standard library; to wait for it is a turn for others."""

    Empty = queue.Empty

    class SimpleQueue(queue.SimpleQueue[Any]):
        """As a performance uses it."""

        def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002 - its signature
            """The next thing; with a timeout, after a turn of others there may still be none."""
            while self.empty():
                pause(WAITS)
                if timeout is not None and self.empty():
                    raise queue.Empty
            return super().get(block)


class Rings(Bell):
    """A broker that holds what was rung until somebody takes it or it is wiped."""

    def __init__(self) -> None:
        self.rung: dict[str, str] = {}

    def ring(self, play_id: str, lane: str, *, priority: int = 0) -> None:  # noqa: ARG002 - the bell's signature
        """Remember it."""
        self.rung[play_id] = lane


class Told(Live):
    """Remembers the events that are told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        """Remember it."""
        self.events.append(event)
