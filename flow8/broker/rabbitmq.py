"""The Dramatiq broker of workers that are woken through RabbitMQ."""

from typing import Any, Final

import pika
from dramatiq import Message, MessageProxy
from dramatiq.brokers.rabbitmq import RabbitmqBroker, _RabbitmqConsumer
from dramatiq.common import q_name
from dramatiq.errors import ConnectionClosed
from pika.exceptions import AMQPChannelError, AMQPConnectionError

NOT_FOUND: Final = 404


def queue_arguments(*, quorum: bool) -> dict[str, Any]:
    """How queues are declared, by workers and senders alike; RabbitMQ refuses two ways for one queue.

    No dead-letter queue: a message is only a bell, and must not be a record of anything.
    """
    return {"x-queue-type": "quorum" if quorum else "classic"}


class RabbitBroker(RabbitmqBroker):
    """Dramatiq's broker with confirms always on, one queue per lane, no delays and no dead letters.

    Its `enqueue` opens a connection for each thread or greenlet that calls it: send through a `Bell`.
    """

    def __init__(self, parameters: pika.URLParameters, *, quorum: bool = False) -> None:
        super().__init__(confirm_delivery=True, middleware=[])
        self.parameters = parameters
        self._arguments = queue_arguments(quorum=quorum)
        self.rests = False

    @property
    def consumer_class(self) -> type["RabbitConsumer"]:
        """What Dramatiq makes for each queue of a worker."""
        return RabbitConsumer

    def rest(self) -> None:
        """Take no further messages, for a worker that is about to stop; acknowledgements go on."""
        self.rests = True

    def declare_queue(self, queue_name: str, *, ensure: bool = False) -> None:
        """Declare a queue without a delay queue; `ensure` makes it on the server now."""
        name = q_name(queue_name)
        if name not in self.queues:
            self.emit_before("declare_queue", name)
            self.queues.add(name)
            self.queues_pending.add(name)
            self.emit_after("declare_queue", name)
        if ensure:
            self._ensure_queue(name)  # type: ignore[no-untyped-call]  # Dramatiq's own, not annotated

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Send one message and wait until RabbitMQ has confirmed it.

        Raises:
            ValueError: a delay is given; plays wait in MongoDB (`notBefore`).
            dramatiq.ConnectionClosed: RabbitMQ did not confirm.
        """
        if delay is not None:
            raise ValueError("This broker holds no message back: set notBefore on the play.")
        return super().enqueue(message)

    def get_queue_message_counts(self, queue_name: str) -> tuple[int, int, int]:
        """How many messages wait, without those that a consumer holds; delayed and dead ones do not exist."""
        declared = self._declare_queue(queue_name)  # type: ignore[no-untyped-call]  # not annotated
        return declared.method.message_count, 0, 0

    def flush(self, queue_name: str) -> None:
        """Drop the waiting messages of a queue."""
        try:
            self.channel.queue_purge(queue_name)
        except pika.exceptions.ChannelClosedByBroker as problem:
            del self.channel
            if problem.reply_code != NOT_FOUND:
                raise

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:  # noqa: ARG002 - Dramatiq's signature
        return self._arguments

    def _declare_dq_queue(self, queue_name: str) -> None:
        """No delay queue."""

    def _declare_xq_queue(self, queue_name: str) -> None:
        """No dead-letter queue."""


class RabbitConsumer(_RabbitmqConsumer):
    """Dramatiq's consumer, which can be told to rest."""

    def __next__(self) -> MessageProxy | None:
        """The next message, or None when none came within the timeout."""
        if self.broker.rests:
            self._cancel()
        message: MessageProxy | None = super().__next__()  # type: ignore[no-untyped-call]  # not annotated
        return message

    def _cancel(self) -> None:
        try:
            for tag in self.channel.consumer_tags:
                self.channel.basic_cancel(tag)
        except (AssertionError, AMQPConnectionError, AMQPChannelError) as error:
            raise ConnectionClosed(error) from None  # type: ignore[no-untyped-call]  # not annotated
