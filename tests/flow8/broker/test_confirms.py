"""Publishing to RabbitMQ in batches, each confirmed as a whole."""

import logging
import socket
import time
from collections.abc import Callable, Iterator

import pika
import pytest

from bench.ports import free_port
from bench.rabbitmq import RabbitMq
from flow8.broker import confirms
from flow8.broker.confirms import ConfirmedPublisher
from flow8.broker.parameters import parameters_of
from flow8.broker.rabbitmq import queue_arguments
from flow8.errors import Unavailable
from tests.flow8.broker.places import LIMIT, Place, message_for, receive

pytestmark = pytest.mark.rabbitmq

Opens = Callable[..., ConfirmedPublisher]


@pytest.fixture
def open_publisher() -> Iterator[Opens]:
    opened: list[ConfirmedPublisher] = []

    def open_one(url: str | None, *, quorum: bool = False) -> ConfirmedPublisher:
        publisher = ConfirmedPublisher(parameters_of(url or ""), queue_arguments(quorum=quorum))
        opened.append(publisher)
        return publisher

    yield open_one
    for publisher in opened:
        publisher.close()


def _count(place: Place, lane: str = "plays") -> int:
    connection = pika.BlockingConnection(pika.URLParameters(place.broker_url))
    count: int = connection.channel().queue_declare(lane, passive=True).method.message_count
    connection.close()
    return count


def test_a_batch_is_there_when_publishing_returns(rabbitmq_place: Place, open_publisher: Opens) -> None:
    publisher = open_publisher(rabbitmq_place.broker_url)

    publisher.publish([message_for(f"play-{number}") for number in range(1_000)])

    assert _count(rabbitmq_place) == 1_000


def test_one_batch_may_serve_several_lanes(rabbitmq_place: Place, open_publisher: Opens) -> None:
    publisher = open_publisher(rabbitmq_place.broker_url)

    publisher.publish([message_for("one"), message_for("two", "documents"), message_for("three")])

    assert (_count(rabbitmq_place), _count(rabbitmq_place, "documents")) == (2, 1)


def test_confirmed_messages_survive_a_killed_broker(rabbitmq_place: Place, open_publisher: Opens) -> None:
    plays = [f"play-{number}" for number in range(200)]
    open_publisher(rabbitmq_place.broker_url).publish([message_for(play_id) for play_id in plays])

    rabbitmq_place.service.stop()
    rabbitmq_place.service.start()

    consumer = rabbitmq_place.broker().consume("plays", prefetch=50, timeout=2_000)
    assert receive(consumer, 200) == plays
    consumer.close()


def test_a_queue_that_vanished_fails_one_call_and_is_made_anew_by_the_next(
    rabbitmq_place: Place, open_publisher: Opens
) -> None:
    publisher = open_publisher(rabbitmq_place.broker_url)
    publisher.publish([message_for("one")])
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq_place.broker_url))
    connection.channel().queue_delete("plays")
    connection.close()

    with pytest.raises(Unavailable, match="no queue 'plays'"):
        publisher.publish([message_for("two")])
    publisher.publish([message_for("two")])

    assert _count(rabbitmq_place) == 1


def test_quorum_queues_take_batches_as_well(rabbitmq_place: Place, open_publisher: Opens) -> None:
    publisher = open_publisher(rabbitmq_place.broker_url, quorum=True)

    publisher.publish([message_for(f"play-{number}") for number in range(100)])

    assert _count(rabbitmq_place) == 100


def test_a_queue_of_the_other_type_is_named_in_the_failure(
    rabbitmq_place: Place, open_publisher: Opens
) -> None:
    open_publisher(rabbitmq_place.broker_url).publish([message_for("one")])

    with pytest.raises(Unavailable, match="inequivalent arg 'x-queue-type' for queue 'plays'"):
        open_publisher(rabbitmq_place.broker_url, quorum=True).publish([message_for("two")])


def test_an_idle_connection_lives_on_through_its_heartbeats(
    rabbitmq_place: Place, open_publisher: Opens
) -> None:
    publisher = open_publisher(f"{rabbitmq_place.broker_url}?heartbeat=1")
    publisher.publish([message_for("one")])
    line = publisher._line
    until = time.monotonic() + 4  # RabbitMQ closes after two missed heartbeats

    while time.monotonic() < until:
        publisher.idle()
        time.sleep(0.2)
    publisher.publish([message_for("two")])

    assert publisher._line is line
    assert _count(rabbitmq_place) == 2


def test_a_server_that_accepts_and_never_answers_is_given_up_and_left(
    open_publisher: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirms, "PATIENCE_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        publisher = open_publisher(f"amqp://127.0.0.1:{silent.getsockname()[1]}/?stack_timeout=60")

        with pytest.raises(Unavailable, match="does not confirm"):
            publisher.publish([message_for("one")])

        assert is_left(silent.accept()[0])


def test_a_broker_that_hangs_is_left_without_its_good_bye(
    rabbitmq: RabbitMq, rabbitmq_place: Place, open_publisher: Opens
) -> None:
    publisher = open_publisher(rabbitmq_place.broker_url)
    publisher.publish([message_for("one")])
    line = publisher._line
    assert line is not None

    rabbitmq.freeze()
    publisher.close()
    rabbitmq.thaw()

    assert line._connection.is_closed


def is_left(connection: socket.socket) -> bool:
    """Whether the other end of a connection closes it, whatever it said before."""
    with connection:
        connection.settimeout(LIMIT)
        while connection.recv(1_000):
            pass
    return True


def test_a_broker_that_takes_messages_and_never_confirms_is_given_up(
    rabbitmq_place: Place, open_publisher: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = open_publisher(rabbitmq_place.broker_url)
    publisher.publish([message_for("one")])
    monkeypatch.setattr(confirms, "PATIENCE_SECONDS", 0.0)

    with pytest.raises(Unavailable, match="no answer within 0 s"):
        publisher.publish([message_for("two")])


@pytest.mark.parametrize(
    "address",
    [
        "amqp://guest:guest@127.0.0.1:{free}/",
        "amqp://guest:secret@127.0.0.1:{port}/",
        "amqps://127.0.0.1:{port}/",
    ],
)
def test_a_broker_that_cannot_be_used_says_so_without_the_password_or_a_word_of_pikas(
    rabbitmq_place: Place, open_publisher: Opens, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    port = (rabbitmq_place.broker_url or "").rpartition(":")[2].strip("/")
    publisher = open_publisher(address.format(free=free_port(), port=port))
    began = time.monotonic()

    with pytest.raises(Unavailable) as publishing:
        publisher.publish([message_for("one")])
    with pytest.raises(Unavailable) as probing:
        publisher.probe()

    assert time.monotonic() - began < LIMIT
    assert "secret" not in f"{publishing.value}{probing.value}{caplog.text}"
    assert [record for record in caplog.records if record.name.startswith("pika")] == []
