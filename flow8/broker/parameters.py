"""How we connect to RabbitMQ."""

import copy
import logging
from typing import Any, Final

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException

from flow8.errors import Invalid

HEARTBEAT_SECONDS: Final = 60  # processes on gevent may be busy for seconds; a dead TCP peer shows earlier
BLOCKED_SECONDS: Final = 30
SOCKET_SECONDS: Final = 5
OPEN_SECONDS: Final = 8  # shorter than a publisher's patience, so that pika tidies up itself
FAULTS: Final = (pika.exceptions.AMQPError, AMQPConnectorException, OSError, AssertionError)
"""What pika raises when RabbitMQ is away, refuses us, speaks something else, or breaks off in between."""


def parameters_of(url: str) -> pika.URLParameters:
    """Connection parameters of an `amqp://` or `amqps://` address; what its query sets stays as it is.

    Raises:
        Invalid: it cannot be read. The message never repeats it, because it holds a password.
    """
    try:
        parameters = pika.URLParameters(url)
    except (ValueError, TypeError):
        raise Invalid(
            "BROKER_URL cannot be read: write it as amqp://user:password@host:5672/vhost, "
            "with / @ : # in user and password as %2F %40 %3A %23."
        ) from None
    _set_unless_given(parameters, url, "heartbeat", HEARTBEAT_SECONDS)
    _set_unless_given(parameters, url, "blocked_connection_timeout", BLOCKED_SECONDS)
    _set_unless_given(parameters, url, "socket_timeout", SOCKET_SECONDS)
    _set_unless_given(parameters, url, "stack_timeout", OPEN_SECONDS)
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # it reports each failed attempt; we say it once
    return parameters


def impatient(parameters: pika.URLParameters) -> pika.URLParameters:
    """The same, for a question that two seconds must answer."""
    quick = copy.copy(parameters)
    quick.connection_attempts = 1
    quick.socket_timeout = 2
    quick.stack_timeout = 2
    quick.blocked_connection_timeout = 2
    return quick


def _set_unless_given(parameters: Any, url: str, name: str, value: float) -> None:
    if f"{name}=" not in url.partition("?")[2]:
        setattr(parameters, name, value)
