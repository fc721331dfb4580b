"""The Dramatiq broker over MongoDB: nothing to install beside the database."""

import threading
import time
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Final

from dramatiq import Broker, Consumer, Message
from dramatiq.errors import QueueJoinTimeout, QueueNotFound

from flow8.broker.faults import as_dramatiq_knows
from flow8.broker.mongodb_consumer import MongodbConsumer, Pace
from flow8.broker.tail import Tail
from flow8.store.queue_jobs import Job, QueueJobs

JOIN_LOOKS_EVERY: Final = 0.05


def job_of(message: Message[Any]) -> Job:
    """A message as a job of the queue."""
    priority = int(message.options.get("priority", 0))
    return Job(message.message_id, message.queue_name, message.encode(), priority)


class MongodbBroker(Broker):
    """Workers that are woken through MongoDB. `queue_jobs` is called at the first use, after any fork.

    A message is held for `pace.visible_seconds`, renewed while its consumer lives; without an
    acknowledgement others get it after that time. A message that Dramatiq rejects is removed.
    """

    def __init__(self, queue_jobs: Callable[[], QueueJobs], *, pace: Pace | None = None) -> None:
        super().__init__(middleware=[])
        self._queue_jobs = queue_jobs
        self._opened: QueueJobs | None = None
        self._opening = threading.Lock()
        self._pace = pace or Pace()
        self._tail = Tail(self._jobs)
        self._consumers = weakref.WeakSet[MongodbConsumer]()
        self._rests = False

    def _jobs(self) -> QueueJobs:
        with self._opening:
            if self._opened is None:
                self._opened = self._queue_jobs()
            return self._opened

    def declare_queue(self, queue_name: str) -> None:
        """Know a queue; MongoDB needs no word of it."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = None
            self.emit_after("declare_queue", queue_name)

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Store one message and ring for it.

        Raises:
            ValueError: a delay is given; plays wait in MongoDB (`notBefore`).
            dramatiq.errors.QueueNotFound: nobody declared its queue.
            dramatiq.ConnectionClosed: MongoDB does not answer.
        """
        if delay is not None:
            raise ValueError("This broker holds no message back: set notBefore on the play.")
        self._known(message.queue_name)
        self.emit_before("enqueue", message, delay)
        with as_dramatiq_knows():
            self._jobs().put_many([job_of(message)])
        self.emit_after("enqueue", message, delay)
        return message

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 30_000) -> Consumer:
        """A consumer that holds at most `prefetch` messages and gives None after `timeout` milliseconds."""
        self._known(queue_name)
        with as_dramatiq_knows():
            jobs = self._jobs()
        consumer = MongodbConsumer(jobs, self._tail, queue_name, prefetch, timeout / 1000, self._pace)
        self._consumers.add(consumer)
        if self._rests:
            consumer.rest()
        return consumer

    def rest(self) -> None:
        """Take no further messages, for a worker that is about to stop; acknowledgements go on."""
        self._rests = True
        for consumer in list(self._consumers):
            consumer.rest()

    def close(self) -> None:
        """End the tail of bells; the connection belongs to the store."""
        self._tail.close()

    def flush(self, queue_name: str) -> None:
        """Drop every message of a queue, held ones included."""
        with as_dramatiq_knows():
            self._jobs().clear(self._known(queue_name))

    def flush_all(self) -> None:
        """Drop every message of all declared queues."""
        for queue_name in self.get_declared_queues():
            self.flush(queue_name)

    def join(self, queue_name: str, *, timeout: int | None = None) -> None:
        """Wait until the queue has no message, held ones included; for tests.

        Raises:
            dramatiq.errors.QueueJoinTimeout: that took longer than `timeout` milliseconds.
        """
        until = float("inf") if timeout is None else time.monotonic() + timeout / 1000
        pause = threading.Event()
        with as_dramatiq_knows():
            while self._jobs().count(self._known(queue_name)):
                if time.monotonic() >= until:
                    raise QueueJoinTimeout(queue_name)  # type: ignore[no-untyped-call]  # not annotated
                pause.wait(JOIN_LOOKS_EVERY)

    def _known(self, queue_name: str) -> str:
        if queue_name not in self.queues:
            raise QueueNotFound(queue_name)  # type: ignore[no-untyped-call]  # not annotated
        return queue_name


class MongodbPublisher:
    """A `Publisher` into the MongoDB queue: one insert for each batch, and one ring."""

    def __init__(self, queue_jobs: Callable[[], QueueJobs]) -> None:
        self._queue_jobs = queue_jobs

    def publish(self, messages: Sequence[Message[Any]]) -> None:
        """Return when MongoDB has all of them; sending one again changes nothing."""
        self._queue_jobs().put_many([job_of(message) for message in messages])

    def idle(self) -> None:
        """The driver keeps its connections alive itself."""

    def probe(self) -> None:
        """Ping MongoDB."""
        self._queue_jobs().probe()

    def depths(self, queues: Sequence[str]) -> dict[str, float] | None:
        """How many jobs wait in each queue."""
        jobs = self._queue_jobs()
        return {queue: jobs.waiting(queue) for queue in queues}

    def close(self) -> None:
        """The connection belongs to the store."""
