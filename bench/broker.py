"""A RabbitMQ that a run uses must serve nobody else: its queues would be emptied by the wrong workers."""

import pika

from bench.faults import Wrong
from bench.stage import queue_names
from flow8.broker.parameters import FAULTS, parameters_of


def check(url: str) -> None:
    """See that none of the queues of a run has messages or consumers.

    Raises:
        Wrong: one has, or RabbitMQ cannot be reached.
    """
    for queue in queue_names():
        found = _look(url, queue)
        if found is not None and any(found):
            raise Wrong(
                f"Queue '{queue}' of this RabbitMQ is in use ({found[0]} messages, {found[1]} consumers); "
                "give the bench a virtual host of its own: rabbitmqctl add_vhost bench, then amqp://…/bench."
            )


def tidy(url: str) -> None:
    """Remove the queues of a run."""
    connection = _connect(url)
    channel = connection.channel()
    for queue in queue_names():
        channel.queue_delete(queue)
    connection.close()


def _look(url: str, queue: str) -> tuple[int, int] | None:
    connection = _connect(url)
    try:
        declared = connection.channel().queue_declare(queue, passive=True).method
    except pika.exceptions.ChannelClosedByBroker:
        return None
    else:
        return declared.message_count, declared.consumer_count
    finally:
        connection.close()


def _connect(url: str) -> pika.BlockingConnection:
    try:
        return pika.BlockingConnection(parameters_of(url))
    except FAULTS:
        raise Wrong("RabbitMQ does not answer at the address of --broker.") from None
