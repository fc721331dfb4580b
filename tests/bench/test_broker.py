"""A RabbitMQ that serves somebody is left alone, and one that served the bench is left as it was."""

import pika
import pytest

from bench import broker
from bench.faults import Wrong
from bench.stage import queue_names

pytestmark = pytest.mark.rabbitmq


@pytest.fixture
def connection(rabbitmq_uri: str) -> pika.BlockingConnection:
    return pika.BlockingConnection(pika.URLParameters(rabbitmq_uri))


def test_a_queue_with_messages_is_not_touched(rabbitmq_uri: str, connection: pika.BlockingConnection) -> None:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.queue_declare("plays", durable=True)
    channel.basic_publish("", "plays", b"somebody's")

    with pytest.raises(Wrong, match="Queue 'plays' of this RabbitMQ is in use"):
        broker.check(rabbitmq_uri)

    channel.queue_delete("plays")
    connection.close()


def test_a_server_without_such_queues_will_do_and_has_none_afterwards(
    rabbitmq_uri: str, connection: pika.BlockingConnection
) -> None:
    broker.check(rabbitmq_uri)
    channel = connection.channel()
    for name in queue_names():
        channel.queue_declare(name, durable=True)

    broker.tidy(rabbitmq_uri)

    for name in queue_names():
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="NOT_FOUND"):
            connection.channel().queue_declare(name, passive=True)
    connection.close()
