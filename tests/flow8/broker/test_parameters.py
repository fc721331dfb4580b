"""How we connect to RabbitMQ."""

import pytest

from flow8.broker.parameters import impatient, parameters_of
from flow8.errors import Invalid


def test_an_address_gets_heartbeats_and_limits_for_waiting() -> None:
    parameters = parameters_of("amqp://me:word@rabbit:5673/house")

    assert (parameters.host, parameters.port, parameters.virtual_host) == ("rabbit", 5673, "house")
    assert parameters.heartbeat == 60
    assert parameters.blocked_connection_timeout == 30
    assert (parameters.socket_timeout, parameters.stack_timeout) == (5, 8)


def test_what_the_address_says_itself_stays() -> None:
    parameters = parameters_of("amqp://rabbit/?heartbeat=10&socket_timeout=1.5")

    assert parameters.heartbeat == 10
    assert parameters.socket_timeout == 1.5


def test_a_question_with_little_time_leaves_the_others_their_patience() -> None:
    parameters = parameters_of("amqp://rabbit/")

    quick = impatient(parameters)

    assert (quick.host, quick.stack_timeout, quick.socket_timeout) == ("rabbit", 2, 2)
    assert parameters.stack_timeout == 8


@pytest.mark.parametrize(
    "address",
    ["amqp://me:pa/ss@rabbit:5672/", "amqp://user@rabbit/", "amqp://rabbit/?speed=high", "amqp://rabbit:x/"],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(Invalid, match="BROKER_URL") as refused:
        parameters_of(address)

    assert "pa/ss" not in str(refused.value)
    assert refused.value.__cause__ is None
