"""Takes jobs from the MongoDB queue in batches and hands them to Dramatiq one by one."""

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from dramatiq import Consumer, Message, MessageProxy
from dramatiq.errors import DecodeError

from flow8.broker.faults import as_dramatiq_knows
from flow8.broker.tail import Tail
from flow8.ids import new_id
from flow8.store.queue_jobs import QueueJobs

RENEWALS_PER_HOLD: Final = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often a consumer turns to MongoDB, in seconds."""

    visible: float = 30.0
    """How long a job is held without a renewal."""
    poll: float = 1.0
    """How often it looks for jobs that no bell told it of, and for those that others did not renew."""
    ack: float = 0.1
    """Acknowledged jobs are removed together, at most this long afterwards."""
    gap: float = 0.02
    """Between two claims, unless a quarter of the prefetch is free: claims are wanted in batches."""


class MongodbConsumer(Consumer):
    """One queue's messages. Dramatiq iterates it in one thread and acknowledges from many.

    Raises `dramatiq.ConnectionClosed` when MongoDB does not answer; Dramatiq then starts a new one.
    """

    def __init__(
        self, jobs: QueueJobs, tail: Tail, queue: str, prefetch: int, timeout: float, pace: Pace
    ) -> None:
        self._jobs, self._tail, self._queue = jobs, tail, queue
        self._prefetch, self._timeout, self._pace = prefetch, timeout, pace
        self._owner = new_id()
        self._batch = max(1, prefetch // 4)
        self._ready: deque[MessageProxy] = deque()
        self._lock = threading.Lock()
        self._held: set[str] = set()
        self._done: list[str] = []
        self._done_since = 0.0
        self._wake = threading.Event()
        self._may_wait = True  # jobs that nobody holds
        self._rests = False
        self._claim_at = self._poll_at = self._renew_at = 0.0
        tail.listen(self, queue, self._rung)

    def _rung(self) -> None:
        self._may_wait = True
        self._wake.set()

    def __next__(self) -> MessageProxy | None:
        """The next message, or None when none came within the timeout."""
        until = time.monotonic() + self._timeout
        while not self._ready:
            self._wake.clear()  # before looking: what comes while we look wakes the wait below
            self._turn(time.monotonic())
            now = time.monotonic()
            if not self._ready and now >= until:
                return None
            if not self._ready:
                self._wake.wait(max(0.0, min([until, *self._next_turns()]) - now))
        return self._ready.popleft()

    def _turn(self, now: float) -> None:
        with as_dramatiq_knows():
            if self._held and now >= self._renew_at:
                self._renew(now)
            if self._free() and now >= self._poll_at:
                self._look_for_overdue(now)
            if self._may_claim(now):
                self._remove_done()
                self._claim()
            elif self._done and now >= self._done_since + self._pace.ack:
                self._remove_done()

    def _next_turns(self) -> Iterator[float]:
        """When the next turn has something to do, unless a wake comes first."""
        if self._held:
            yield self._renew_at
        if self._done:
            yield self._done_since + self._pace.ack
        if self._free():
            yield self._poll_at
            if self._may_wait:
                yield self._claim_at

    def _free(self) -> int:
        return 0 if self._rests else self._prefetch - len(self._held)

    def _may_claim(self, now: float) -> bool:
        free = self._free()
        return self._may_wait and (free >= self._batch or (free > 0 and now >= self._claim_at))

    def _claim(self) -> None:
        self._may_wait = False  # before looking: a ring while we look counts for the next turn
        wanted = self._free()
        taken = self._jobs.claim(self._queue, self._owner, wanted, self._pace.visible)
        now = time.monotonic()
        self._claim_at = now + self._pace.gap
        if not self._held:
            self._renew_at = now + self._pace.visible / RENEWALS_PER_HOLD
        with self._lock:
            self._held.update(job.id for job in taken)
        for job in taken:
            self._hand_over(job.id, job.payload)
        if len(taken) == wanted:  # and otherwise leave it alone: the bell may have set it meanwhile
            self._may_wait = True

    def _hand_over(self, job_id: str, payload: bytes) -> None:
        try:
            message: Message[Any] = Message.decode(payload)
        except DecodeError:
            log.warning("Message %s of queue %s cannot be read and is removed.", job_id, self._queue)
            self._settle(job_id)
        else:
            self._ready.append(MessageProxy(message))

    def _look_for_overdue(self, now: float) -> None:
        self._poll_at = now + self._pace.poll
        self._jobs.give_back_overdue(self._queue)
        self._may_wait = True

    def _renew(self, now: float) -> None:
        self._renew_at = now + self._pace.visible / RENEWALS_PER_HOLD
        with self._lock:
            held = list(self._held)
        self._jobs.renew(self._owner, held, self._pace.visible)

    def _remove_done(self) -> None:
        with self._lock:
            done, self._done = self._done, []
        if done:
            self._jobs.remove_many(done)

    def ack(self, message: MessageProxy) -> None:
        """The message is done; it is removed with the next batch."""
        self._settle(message.message_id)

    def nack(self, message: MessageProxy) -> None:
        """The message cannot be done; it is removed as well, because the play is stored elsewhere."""
        log.warning("Message %s of queue %s was rejected and is removed.", message.message_id, self._queue)
        self._settle(message.message_id)

    def _settle(self, job_id: str) -> None:
        with self._lock:
            self._held.discard(job_id)
            self._done.append(job_id)
            is_first = len(self._done) == 1
            if is_first:
                self._done_since = time.monotonic()
        if is_first or self._free() % self._batch == 0:
            self._wake.set()

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Let others have these messages at once."""
        ids = [message.message_id for message in messages]
        with self._lock:
            self._held.difference_update(ids)
        self._give_back(ids)

    def _give_back(self, ids: list[str]) -> None:
        if not ids:
            return
        with as_dramatiq_knows():
            self._jobs.give_back(self._queue, self._owner, ids)

    def rest(self) -> None:
        """Take no further messages. Those which it holds stay held until they are done, or it is closed."""
        self._rests = True

    def close(self) -> None:
        """Remove what is done and give back what is not, running messages included."""
        self._tail.leave(self)
        with self._lock:
            held, self._held = list(self._held), set()
        with as_dramatiq_knows():
            self._remove_done()
        self._give_back(held)
