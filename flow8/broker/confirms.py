"""Publishes to RabbitMQ in batches: many messages, then one wait until the broker has confirmed them all.

pika's blocking channel waits for each confirm (about 2,000 messages a second here), so this drives pika's
asynchronous connection, and only while somebody waits for it.
"""

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pika
from dramatiq import Message
from pika.adapters.select_connection import IOLoop

from flow8.broker.parameters import FAULTS, impatient
from flow8.errors import Unavailable

PATIENCE_SECONDS: Final = 10.0
PROBE_SECONDS: Final = 2.0
GOODBYE_SECONDS: Final = 0.1  # of patience
PERSISTENT: Final = pika.BasicProperties(delivery_mode=2)


class ConfirmedPublisher:
    """A `Publisher` of one connection, opened at the first message and again after each failure."""

    def __init__(self, parameters: pika.URLParameters, queue_arguments: Mapping[str, Any]) -> None:
        self._parameters = parameters
        self._arguments = dict(queue_arguments)
        self._line: _Line | None = None

    def publish(self, messages: Sequence[Message[Any]]) -> None:
        """Return when RabbitMQ has confirmed all of them.

        Raises:
            Unavailable: it did not; the next call connects anew.
        """
        try:
            self._line = self._line or _Line(self._parameters, self._arguments)
            self._line.send(messages)
        except FAULTS as problem:
            self.close()
            raise Unavailable(f"RabbitMQ does not confirm: {problem!r}") from problem

    def idle(self) -> None:
        """Answer heartbeats; a connection that broke is dropped."""
        try:
            if self._line is not None:
                self._line.pump()
        except FAULTS:
            self.close()

    def probe(self) -> None:
        """Have one message confirmed, over a connection beside the one in use, in a queue that goes with it.

        Raises:
            Unavailable: it was not, within two seconds.
        """
        try:
            line = _Line(impatient(self._parameters), {}, patience=PROBE_SECONDS)
            try:
                line.send_probe()
            finally:
                line.close()
        except FAULTS as problem:
            raise Unavailable(f"RabbitMQ does not answer: {problem!r}") from problem

    def depths(self, queues: Sequence[str]) -> dict[str, float] | None:
        """How many messages wait in each queue; None when it cannot be told within two seconds."""
        try:
            line = _Line(impatient(self._parameters), {}, patience=PROBE_SECONDS)
            try:
                return {queue: line.depth(queue) for queue in queues}
            finally:
                line.close()
        except FAULTS:
            return None

    def close(self) -> None:
        """Let go of the connection."""
        line, self._line = self._line, None
        if line is not None:
            line.close()


class _Line:
    """One connection and its one channel in confirm mode. Every method may raise `FAULTS`."""

    def __init__(
        self,
        parameters: pika.URLParameters,
        queue_arguments: Mapping[str, Any],
        patience: float | None = None,
    ) -> None:
        self._arguments = queue_arguments
        self._given = patience
        self._known: set[str] = set()
        self._sent = 0
        self._unconfirmed: set[int] = set()
        self._problem: Exception | None = None
        self._channel: Any = None
        self._is_ready = False
        self._loop = IOLoop()
        self._loop.activate_poller()
        self._connection = pika.SelectConnection(
            parameters,
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._opened),
            on_open_error_callback=self._ended,
            on_close_callback=self._ended,
            custom_ioloop=self._loop,
        )
        try:
            self._run_until(lambda: self._is_ready)
        except FAULTS:
            self.close()
            raise

    @property
    def _patience(self) -> float:
        return PATIENCE_SECONDS if self._given is None else self._given

    def _opened(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._ended)
        channel.add_on_return_callback(self._returned)
        channel.confirm_delivery(self._confirmed, callback=self._set_ready)

    def _set_ready(self, _frame: object = None) -> None:
        self._is_ready = True

    def _ended(self, _what: object, problem: Exception) -> None:
        self._problem = self._problem or problem

    def _returned(self, _channel: object, method: Any, _properties: object, _body: bytes) -> None:
        self._problem = pika.exceptions.AMQPChannelError(f"there is no queue {method.routing_key!r}")

    def _confirmed(self, frame: Any) -> None:
        confirmed = frame.method
        if isinstance(confirmed, pika.spec.Basic.Nack):
            self._problem = pika.exceptions.AMQPChannelError("the broker refused a message")
        elif confirmed.multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > confirmed.delivery_tag}
        else:
            self._unconfirmed.discard(confirmed.delivery_tag)

    def send(self, messages: Sequence[Message[Any]]) -> None:
        """Publish all and return when the broker has confirmed all."""
        self.pump()
        for queue in {message.queue_name for message in messages} - self._known:
            self._declare(queue)
        for message in messages:
            self._channel.basic_publish(
                "", message.queue_name, message.encode(), properties=PERSISTENT, mandatory=True
            )
            self._sent += 1
            self._unconfirmed.add(self._sent)
        self._run_until(lambda: not self._unconfirmed)

    def _declare(self, queue: str) -> None:
        self._is_ready = False
        self._channel.queue_declare(queue, durable=True, arguments=self._arguments, callback=self._set_ready)
        self._run_until(lambda: self._is_ready)
        self._known.add(queue)

    def send_probe(self) -> None:
        """Publish to a queue of this connection alone, and return when the broker confirmed it."""
        named: list[str] = []
        self._channel.queue_declare(
            "", exclusive=True, auto_delete=True, callback=lambda frame: named.append(frame.method.queue)
        )
        self._run_until(lambda: bool(named))
        # A RabbitMQ without room still confirms the first message of a connection, and blocks it then.
        for _ in range(2):
            self._channel.basic_publish("", named[0], b"", mandatory=True)
            self._sent += 1
            self._unconfirmed.add(self._sent)
            self._run_until(lambda: not self._unconfirmed)

    def depth(self, queue: str) -> float:
        """How many messages wait in a queue."""
        found: list[float] = []
        self._channel.queue_declare(
            queue, passive=True, callback=lambda frame: found.append(frame.method.message_count)
        )
        self._run_until(lambda: bool(found))
        return found[0]

    def pump(self) -> None:
        """Read what has arrived and send heartbeats that are due, without waiting."""
        self._loop.call_later(0, _nothing)
        self._loop.poll()
        self._loop.process_timeouts()
        self._raise_problem()

    def _run_until(self, is_done: Callable[[], bool]) -> None:
        until = time.monotonic() + self._patience
        timer = self._loop.call_later(self._patience, _nothing)
        while not is_done() and time.monotonic() < until:
            self._raise_problem()
            self._loop.poll()
            self._loop.process_timeouts()
        self._loop.remove_timeout(timer)
        self._raise_problem()
        if not is_done():
            raise pika.exceptions.AMQPConnectionError(f"no answer within {self._patience:g} s")

    def _raise_problem(self) -> None:
        if self._problem is not None:
            raise self._problem

    def close(self) -> None:
        """Say good-bye when the broker still listens, and free the sockets."""
        with contextlib.suppress(*FAULTS):
            if self._connection.is_open:
                self._connection.close()
                self._wait_for_goodbye()
        with contextlib.suppress(*FAULTS):
            self._hang_up()
        self._loop.close()

    def _wait_for_goodbye(self) -> None:
        seconds = GOODBYE_SECONDS * self._patience
        until = time.monotonic() + seconds
        while not self._connection.is_closed and time.monotonic() < until:
            self._loop.call_later(seconds, _nothing)
            self._loop.poll()
            self._loop.process_timeouts()

    def _hang_up(self) -> None:
        """Free the socket of a connection that is not over yet: pika would go on waiting for the broker."""
        transport = self._connection._transport  # noqa: SLF001 - nothing public ends it at once
        if transport is not None:
            transport.abort()
            self._loop.process_timeouts()


def _nothing() -> None:
    """Let a poll of the loop end in time."""
