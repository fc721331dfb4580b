"""The bell: says to workers that a play is due, without making anybody wait for the broker."""

import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Final

from dramatiq import Message

from flow8.broker.publisher import Publisher
from flow8.errors import Unavailable
from flow8.ids import new_id

ACTOR: Final = "perform"
BATCH: Final = 500
WAITING_LIMIT: Final = 10_000
IDLE_SECONDS: Final = 5.0
GATHER_SECONDS: Final = 0.002
"""One batch follows another after so long at the soonest; a lone ring goes at once."""
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0

log = logging.getLogger(__name__)


class Bell:
    """Rings for plays from one thread per process, which starts at the first ring.

    A broker that is away costs one warning. Rings wait for it in memory, one for each play and lane and at
    most `WAITING_LIMIT`; what does not fit, or still waits when the process ends, the sweep rings again.
    """

    def __init__(self, open_publisher: Callable[[], Publisher]) -> None:
        self._open_publisher = open_publisher
        self._start_afresh()
        _after_fork(self)

    def _start_afresh(self) -> None:
        self._changed = threading.Condition()
        self._is_rung = threading.Event()
        self._waiting: dict[tuple[str, str], int] = {}
        self._in_hand = 0
        self._thread: threading.Thread | None = None
        self._closed = False
        self._gives_up_at = float("inf")
        self._is_away = False
        self._publisher = self._open_publisher()

    def ring(self, play_id: str, lane: str, *, priority: int = 0) -> None:
        """Have a worker of `lane` look at the play; returns at once and never raises.

        Of two waiting plays the one with the lower `priority` goes first in the MongoDB queue; RabbitMQ
        keeps the order of arrival.
        """
        if self._closed or len(self._waiting) >= WAITING_LIMIT:
            return
        self._waiting[play_id, lane] = priority
        if self._thread is None or not self._thread.is_alive():
            self._start()
        self._is_rung.set()

    def _start(self) -> None:
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()

    def flush(self, seconds: float) -> bool:
        """Wait until the broker has every ring so far; False when that takes longer than `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._in_hand, seconds)

    def close(self, seconds: float = 5.0) -> None:
        """Send what waits, for at most `seconds`, and ring no more."""
        with self._changed:
            self._closed = True
            self._gives_up_at = time.monotonic() + seconds
            self._is_rung.set()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def probe(self) -> None:
        """Ask the broker for a sign of life.

        Raises:
            Unavailable: it gave none within about two seconds.
        """
        self._publisher.probe()

    @property
    def waiting(self) -> int:
        """How many rings the broker has not confirmed."""
        return len(self._waiting) + self._in_hand

    def depths(self, lanes: Sequence[str]) -> dict[str, float] | None:
        """How many messages wait in the queue of each lane; None when the broker cannot tell now."""
        return self._publisher.depths(lanes)

    def _run(self) -> None:
        while (batch := self._next_batch()) is not None:
            if batch:
                self._publish(batch)
                time.sleep(GATHER_SECONDS)
            else:
                self._publisher.idle()
        self._publisher.close()

    def _next_batch(self) -> list[Message[Any]] | None:
        if not self._waiting and not self._closed:
            self._is_rung.wait(IDLE_SECONDS)
        self._is_rung.clear()
        with self._changed:
            if self._closed and (not self._waiting or time.monotonic() >= self._gives_up_at):
                return None
            keys = list(self._waiting)[:BATCH]
            self._in_hand = len(keys)
            return [_message(play_id, lane, self._waiting.pop((play_id, lane))) for play_id, lane in keys]

    def _publish(self, batch: list[Message[Any]]) -> None:
        pause = 0.0  # the first failure may be a connection that died unseen, so try once more at once
        while not self._published(batch, is_sure=pause > 0) and self._waits(pause):
            pause = min(max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE)
        with self._changed:
            self._in_hand = 0
            self._changed.notify_all()

    def _published(self, batch: list[Message[Any]], *, is_sure: bool) -> bool:
        try:
            self._publisher.publish(batch)
        except Unavailable as problem:
            if is_sure and not self._is_away:
                self._is_away = True
                log.warning("The broker is away; plays are stored and are rung again. %s", problem)
            return False
        if self._is_away:
            self._is_away = False
            log.info("The broker is back.")
        return True

    def _waits(self, pause: float) -> bool:
        until = min(time.monotonic() + pause, self._gives_up_at)
        with self._changed:
            while (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
                until = min(until, self._gives_up_at)
        return time.monotonic() < self._gives_up_at


def _message(play_id: str, lane: str, priority: int) -> Message[Any]:
    options = {"priority": priority} if priority else {}
    return Message(
        queue_name=lane,
        actor_name=ACTOR,
        args=(play_id,),
        kwargs={},
        options=options,
        message_id=new_id(),
    )


def _after_fork(bell: Bell) -> None:
    """Give a forked child a bell of its own: threads and connections do not come along."""
    known = weakref.ref(bell)

    def start_afresh() -> None:
        inherited = known()
        if inherited is not None:
            inherited._start_afresh()  # noqa: SLF001 - the second half of its own constructor

    os.register_at_fork(after_in_child=start_afresh)
