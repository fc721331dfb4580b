"""What our RabbitMQ broker changes about Dramatiq's."""

import pika
import pytest

from flow8.broker.parameters import parameters_of
from flow8.broker.rabbitmq import RabbitBroker
from tests.flow8.broker.places import Place, message_for, receive

pytestmark = pytest.mark.rabbitmq


def _exists(place: Place, queue: str) -> bool:
    connection = pika.BlockingConnection(pika.URLParameters(place.broker_url))
    try:
        connection.channel().queue_declare(queue, passive=True)
    except pika.exceptions.ChannelClosedByBroker:
        return False
    else:
        return True
    finally:
        connection.close()


def test_a_lane_is_one_queue_without_one_for_delays_or_for_the_dead(rabbitmq_place: Place) -> None:
    broker = rabbitmq_place.broker()

    broker.enqueue(message_for("one"))

    assert _exists(rabbitmq_place, "plays")
    assert not _exists(rabbitmq_place, "plays.DQ")
    assert not _exists(rabbitmq_place, "plays.XQ")


def test_quorum_queues_work_for_senders_and_receivers(rabbitmq_place: Place) -> None:
    broker = RabbitBroker(parameters_of(rabbitmq_place.broker_url or ""), quorum=True)
    broker.declare_queue("plays")

    broker.enqueue(message_for("one"))

    consumer = broker.consume("plays", timeout=2_000)
    assert receive(consumer, 1) == ["one"]
    consumer.close()
    broker.close()


def test_a_queue_that_does_not_exist_yet_is_flushed_without_a_fault(rabbitmq_place: Place) -> None:
    broker = rabbitmq_place.broker()

    broker.flush_all()

    broker.enqueue(message_for("one"))
    consumer = broker.consume("plays", timeout=2_000)
    assert receive(consumer, 1) == ["one"]
    consumer.close()


def test_an_enqueued_message_is_confirmed(rabbitmq_place: Place) -> None:
    broker = rabbitmq_place.broker()
    assert isinstance(broker, RabbitBroker)

    for play_id in ("one", "two", "three"):
        broker.enqueue(message_for(play_id))

    assert broker.get_queue_message_counts("plays") == (3, 0, 0)
