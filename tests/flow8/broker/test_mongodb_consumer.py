"""How a consumer of the MongoDB queue turns to the database: seldom, in batches, and in time."""

import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from dramatiq import Consumer
from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from flow8.broker.mongodb import MongodbBroker
from flow8.broker.mongodb_consumer import MongodbConsumer, Pace
from flow8.store.queue_jobs import Job, QueueJobs
from tests.flow8.broker.places import LIMIT, Place, receive
from tests.support.system import until

NEVER = 3_600.0
SOON = 5.0  # a quarter of what a consumer would wait by itself
WITHOUT_POLLING = Pace(poll=NEVER)


class Commands(CommandListener):
    """Counts what goes to MongoDB: (command, collection)."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        name = event.command_name
        self.counts[name, str(event.command.get("collection" if name == "getMore" else name))] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Not counted."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Not counted."""

    def looks(self) -> int:
        """How often somebody looked into the queue."""
        return self.counts["find", "queue_jobs"]


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def watched_jobs(mongodb_place: Place, commands: Commands) -> Iterator[QueueJobs]:
    """The queue through a client whose commands are counted."""
    client: MongoClient[dict[str, object]] = MongoClient(
        mongodb_place.mongodb_uri, tz_aware=True, event_listeners=[commands]
    )
    yield QueueJobs(client[mongodb_place.database_name])
    client.close()


def _consumer(
    jobs: QueueJobs, pace: Pace, *, prefetch: int = 10, timeout: int = 20_000
) -> tuple[Consumer, MongodbBroker]:
    broker = MongodbBroker(lambda: jobs, pace=pace)
    broker.declare_queue("plays")
    return broker.consume("plays", prefetch=prefetch, timeout=timeout), broker


def test_an_idle_consumer_is_woken_by_the_bell_and_does_not_poll(
    mongodb_place: Place, watched_jobs: QueueJobs, commands: Commands
) -> None:
    consumer, broker = _consumer(watched_jobs, WITHOUT_POLLING)
    received: list[str] = []
    thread = threading.Thread(target=lambda: received.extend(receive(consumer, 1)))
    thread.start()
    _let_it_fall_asleep(commands)
    looks_while_idle = commands.looks()

    mongodb_place.rings("one")

    thread.join(LIMIT)
    assert received == ["one"]
    assert looks_while_idle <= 2  # the first look, and one for the rings of the past
    assert commands.looks() == looks_while_idle + 1
    consumer.close()
    broker.close()


def test_a_job_whose_bell_was_lost_is_found_by_looking(mongodb_place: Place) -> None:
    consumer, broker = _consumer(mongodb_place.jobs, Pace(poll=0.1))
    broker._tail.close()
    mongodb_place.rings("one")

    assert receive(consumer, 1) == ["one"]
    consumer.close()


def test_many_messages_cost_few_commands(
    mongodb_place: Place, watched_jobs: QueueJobs, commands: Commands
) -> None:
    plays = [f"play-{number}" for number in range(400)]
    mongodb_place.rings(*plays)

    consumer, broker = _consumer(watched_jobs, WITHOUT_POLLING, prefetch=100)
    received = receive(consumer, 400)
    consumer.close()
    broker.close()

    assert received == plays
    assert mongodb_place.jobs.count("plays") == 0
    assert commands.looks() + commands.counts["update", "queue_jobs"] <= 50
    assert commands.counts["delete", "queue_jobs"] <= 25


def test_acknowledged_messages_are_removed_together_and_soon_though_no_others_come(
    mongodb_place: Place, watched_jobs: QueueJobs, commands: Commands
) -> None:
    mongodb_place.rings("one", "two", "three")
    consumer, broker = _consumer(watched_jobs, WITHOUT_POLLING)
    held = [next(consumer) for _ in range(3)]
    waiting = threading.Thread(target=lambda: next(consumer))
    waiting.start()
    _let_it_fall_asleep(commands)

    for message in held:
        assert message is not None
        consumer.ack(message)

    until(lambda: mongodb_place.jobs.count("plays") == 0, seconds=SOON)
    assert commands.counts["delete", "queue_jobs"] == 1
    mongodb_place.rings("four")
    waiting.join(LIMIT)
    consumer.close()
    broker.close()


def _let_it_fall_asleep(commands: Commands) -> None:
    """Wait until the bells have been silent for a while, those of the past included."""
    heard = commands.counts["getMore", "queue_bells"]
    until(lambda: commands.counts["getMore", "queue_bells"] >= heard + 2)


def test_it_holds_no_more_than_its_prefetch(mongodb_place: Place) -> None:
    mongodb_place.rings("one", "two", "three")
    consumer, broker = _consumer(mongodb_place.jobs, Pace(), prefetch=2, timeout=200)
    first = next(consumer)
    assert first is not None
    assert next(consumer) is not None
    third_too_early = next(consumer)

    consumer.ack(first)
    third = next(consumer)

    assert third_too_early is None
    assert third is not None
    assert third.args == ("three",)
    consumer.close()
    broker.close()


def test_a_free_place_is_filled_soon_though_the_rest_of_the_prefetch_is_busy(mongodb_place: Place) -> None:
    mongodb_place.rings(*[f"play-{number}" for number in range(9)])
    consumer, broker = _consumer(mongodb_place.jobs, Pace(poll=NEVER, gap=0.3), prefetch=8)
    held = [next(consumer) for _ in range(8)]
    assert held[0] is not None
    began = time.monotonic()

    consumer.ack(held[0])

    assert receive(consumer, 1) == ["play-8"]
    assert time.monotonic() - began < SOON
    consumer.close()
    broker.close()


def test_an_acknowledgement_wakes_a_consumer_whose_places_were_all_taken(
    mongodb_place: Place, watched_jobs: QueueJobs, commands: Commands
) -> None:
    mongodb_place.rings("one", "two")
    consumer, broker = _consumer(watched_jobs, WITHOUT_POLLING, prefetch=1)
    held = next(consumer)
    assert held is not None
    received: list[str] = []
    waiting = threading.Thread(target=lambda: received.extend(receive(consumer, 1)))
    waiting.start()
    _let_it_fall_asleep(commands)

    consumer.ack(held)

    until(lambda: received == ["two"], seconds=SOON)
    waiting.join(LIMIT)
    consumer.close()
    broker.close()


def test_what_it_holds_when_it_closes_is_free_long_before_it_would_be_overdue(mongodb_place: Place) -> None:
    mongodb_place.rings("one", "two")
    first, broker = _consumer(mongodb_place.jobs, Pace(visible=NEVER), prefetch=2)
    assert next(first) is not None

    first.close()

    second = broker.consume("plays", prefetch=2, timeout=2_000)
    assert receive(second, 2) == ["one", "two"]
    second.close()
    broker.close()


def test_what_it_does_not_renew_in_time_others_get(mongodb_place: Place) -> None:
    mongodb_place.rings("one")
    silent, silent_broker = _consumer(mongodb_place.jobs, Pace(visible=0.3))
    assert next(silent) is not None

    other, other_broker = _consumer(mongodb_place.jobs, Pace(poll=0.1))

    assert receive(other, 1) == ["one"]
    other.close()
    silent.close()
    silent_broker.close()
    other_broker.close()


def test_overdue_jobs_are_found_however_often_the_bell_rings(mongodb_place: Place) -> None:
    mongodb_place.rings("overdue")
    assert mongodb_place.jobs.claim("plays", "someone who died", 1, 0.1)
    consumer, broker = _consumer(mongodb_place.jobs, Pace(poll=0.2))
    bell = mongodb_place.bell()
    received: set[str] = set()

    def ring_and_receive() -> bool:
        bell.ring(f"play-{len(received)}", "plays")
        received.update(receive(consumer, 1))
        return "overdue" in received

    until(ring_and_receive)
    consumer.close()
    broker.close()


def test_a_message_that_cannot_be_read_is_removed_with_a_word(
    mongodb_place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    mongodb_place.jobs.put_many([Job("broken", "plays", b"{")])
    mongodb_place.rings("one")
    consumer, broker = _consumer(mongodb_place.jobs, Pace())

    assert receive(consumer, 1) == ["one"]

    consumer.close()
    broker.close()
    assert mongodb_place.jobs.count("plays") == 0
    assert "Message broken of queue plays cannot be read" in caplog.text


def test_a_rejected_message_leaves_a_word(mongodb_place: Place, caplog: pytest.LogCaptureFixture) -> None:
    mongodb_place.rings("one")
    consumer, broker = _consumer(mongodb_place.jobs, Pace())
    message = next(consumer)
    assert message is not None

    consumer.nack(message)

    consumer.close()
    broker.close()
    assert f"Message {message.message_id} of queue plays was rejected" in caplog.text


def test_messages_given_back_by_hand_are_free_before_the_consumer_closes(mongodb_place: Place) -> None:
    mongodb_place.rings("one", "two")
    first, first_broker = _consumer(mongodb_place.jobs, Pace(), prefetch=2)
    one, two = next(first), next(first)
    assert one is not None
    assert two is not None

    first.requeue([two])

    second, second_broker = _consumer(mongodb_place.jobs, Pace(), timeout=300)
    assert receive(second, 1) == ["two"]
    assert next(second) is None
    for consumer in (first, second):
        consumer.close()
    first_broker.close()
    second_broker.close()


def test_what_an_earlier_consumer_handed_out_a_later_one_can_finish(mongodb_place: Place) -> None:
    mongodb_place.rings("one")
    earlier, broker = _consumer(mongodb_place.jobs, Pace())
    message = next(earlier)
    assert message is not None
    later = broker.consume("plays", timeout=300)
    assert isinstance(later, MongodbConsumer)

    later.ack(message)
    assert next(later) is None

    assert mongodb_place.jobs.count("plays") == 0
    later.close()
    earlier.close()
    broker.close()
