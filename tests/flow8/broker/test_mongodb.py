"""What the MongoDB broker promises beyond what every broker does."""

import time
from collections import deque

import pytest
from dramatiq import Message
from dramatiq.errors import ConnectionClosed, QueueJoinTimeout, QueueNotFound

from flow8.broker import tail as tail_module
from flow8.broker.mongodb import MongodbBroker, job_of
from flow8.store.queue_jobs import QueueJobs
from tests.flow8.broker.places import LIMIT, Place, message_for, receive


def test_it_opens_the_queue_once_and_not_before_it_is_needed(mongodb_place: Place) -> None:
    opened: list[QueueJobs] = []

    def open_jobs() -> QueueJobs:
        opened.append(mongodb_place.jobs)
        return mongodb_place.jobs

    broker = MongodbBroker(open_jobs)
    broker.declare_queue("plays")
    was_opened_early = bool(opened)
    broker.enqueue(message_for("one"))
    broker.enqueue(message_for("two"))

    assert not was_opened_early
    assert len(opened) == 1


def test_the_lower_priority_number_goes_first_and_equals_keep_their_order(mongodb_place: Place) -> None:
    bell = mongodb_place.bell()
    for play_id, priority in [("late", 5), ("one", 0), ("urgent", -1), ("two", 0)]:
        bell.ring(play_id, "plays", priority=priority)
    assert bell.flush(LIMIT)

    consumer = mongodb_place.broker().consume("plays", prefetch=4, timeout=2_000)

    assert receive(consumer, 4) == ["urgent", "one", "two", "late"]
    consumer.close()


def test_joining_a_queue_waits_for_messages_that_are_held(mongodb_place: Place) -> None:
    broker = mongodb_place.broker()
    broker.enqueue(message_for("one"))
    consumer = broker.consume("plays", timeout=2_000)
    assert next(consumer) is not None

    with pytest.raises(QueueJoinTimeout):
        broker.join("plays", timeout=50)

    consumer.close()


@pytest.mark.parametrize("ask", ["consume", "flush", "join"])
def test_a_queue_that_nobody_declared_is_refused(mongodb_place: Place, ask: str) -> None:
    broker = mongodb_place.broker()

    with pytest.raises(QueueNotFound, match="nowhere"):
        getattr(broker, ask)("nowhere")


def test_a_message_for_a_queue_that_nobody_declared_is_refused(mongodb_place: Place) -> None:
    broker = mongodb_place.broker()

    with pytest.raises(QueueNotFound, match="nowhere"):
        broker.enqueue(message_for("one", lane="nowhere"))


def test_without_mongodb_dramatiq_is_told_in_its_own_words(restartable_mongodb_place: Place) -> None:
    broker = restartable_mongodb_place.broker()
    consumer = broker.consume("plays", timeout=2_000)
    assert next(consumer) is None
    restartable_mongodb_place.service.stop()

    with pytest.raises(ConnectionClosed):
        deque(consumer, maxlen=0)  # iterate until it fails

    with pytest.raises(ConnectionClosed):
        broker.enqueue(message_for("one"))
    restartable_mongodb_place.service.start()


def test_sending_the_same_message_twice_leaves_one(mongodb_place: Place) -> None:
    broker = mongodb_place.broker()
    message = message_for("one")

    broker.enqueue(message)
    broker.enqueue(message)

    assert mongodb_place.jobs.count("plays") == 1


def test_a_closed_broker_leaves_no_thread_behind_and_does_not_wait_for_silence(
    mongodb_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "SILENCE_SECONDS", LIMIT)
    broker = mongodb_place.broker()
    assert isinstance(broker, MongodbBroker)
    consumer = broker.consume("plays", timeout=100)
    assert next(consumer) is None
    thread = broker._tail._thread
    assert thread is not None

    consumer.close()
    began = time.monotonic()
    broker.close()

    assert not thread.is_alive()
    assert time.monotonic() - began < LIMIT / 2


def test_a_message_becomes_a_job_under_its_own_id() -> None:
    message: Message[object] = Message(
        queue_name="plays", actor_name="perform", args=("one",), kwargs={}, options={"priority": 3}
    )

    job = job_of(message)

    assert (job.id, job.queue, job.priority) == (message.message_id, "plays", 3)
    assert Message.decode(job.payload) == message
