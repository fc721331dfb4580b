"""BROKER_URL and what it opens."""

import dramatiq
import pytest

from flow8.broker.choose import open_bell, open_broker
from flow8.broker.mongodb import MongodbBroker
from flow8.broker.rabbitmq import RabbitBroker
from flow8.domain.lanes import LANES
from flow8.errors import Invalid
from flow8.store.queue_jobs import QueueJobs


def _never() -> QueueJobs:
    raise AssertionError("opened too early")


@pytest.mark.parametrize("unset", [None, ""])
def test_without_an_address_mongodb_is_the_queue_and_nothing_is_opened_yet(unset: str | None) -> None:
    broker = open_broker(unset, _never)

    assert isinstance(broker, MongodbBroker)
    open_bell(unset, _never)


@pytest.mark.parametrize("address", ["amqp://rabbit/", "amqps://rabbit/"])
def test_an_amqp_address_is_rabbitmq_and_nothing_is_opened_yet(address: str) -> None:
    broker = open_broker(address, _never)

    assert isinstance(broker, RabbitBroker)
    assert broker.confirm_delivery
    open_bell(address, _never)


@pytest.mark.parametrize("address", [None, "amqp://rabbit/"])
def test_a_broker_knows_every_lane_and_has_neither_delay_queues_nor_middleware(address: str | None) -> None:
    broker = open_broker(address, _never)

    assert broker.get_declared_queues() == set(LANES)
    assert broker.get_declared_delay_queues() == set()
    assert broker.middleware == []


def test_an_actor_that_asks_dramatiq_for_retries_is_refused() -> None:
    broker = open_broker(None, _never)

    with pytest.raises(ValueError, match="max_retries"):
        dramatiq.actor(broker=broker, max_retries=0)(print)


@pytest.mark.parametrize("address", ["redis://:secret@host/", "rabbit:5672", "AMQP"])
@pytest.mark.parametrize("opened", [open_broker, open_bell])
def test_any_other_address_is_refused_by_name_without_repeating_it(opened: object, address: str) -> None:
    assert callable(opened)

    with pytest.raises(Invalid, match="BROKER_URL") as refused:
        opened(address, _never)

    assert address not in str(refused.value)
