"""Both brokers as fixtures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.rabbitmq import RabbitMq
from tests.flow8.broker.places import MongodbService, Place, RabbitMqService


class Shared:
    """The session's MongoDB, which a test must not stop."""

    def start(self) -> None:
        raise AssertionError("this test needs the fixture restartable_place")

    def stop(self) -> None:
        raise AssertionError("this test needs the fixture restartable_place")


@pytest.fixture
def mongodb_place(mongodb_uri: str, database_name: str) -> Iterator[Place]:
    place = Place(mongodb_uri, database_name, None, Shared())
    yield place
    place.close()


@pytest.fixture
def rabbitmq_place(rabbitmq: RabbitMq, mongodb_uri: str, database_name: str) -> Iterator[Place]:
    place = Place(mongodb_uri, database_name, rabbitmq.uri, RabbitMqService(rabbitmq))
    yield place
    place.close()


@pytest.fixture
def restartable_mongodb_place(tmp_path: Path, database_name: str) -> Iterator[Place]:
    service = MongodbService(tmp_path)
    service.start()
    place = Place(service.uri, database_name, None, service)
    yield place
    place.close()
    service.stop()


@pytest.fixture(params=["mongodb", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def place(request: pytest.FixtureRequest) -> Place:
    """Each broker in turn."""
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture(params=["restartable_mongodb", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def restartable_place(request: pytest.FixtureRequest) -> Place:
    """Each broker in turn, as one that may be stopped and started."""
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found
