"""A private RabbitMQ node for tests, which they may kill, wipe and start again."""

import os
from collections.abc import Iterator

import pytest

from bench.rabbitmq import RabbitMq, find_program
from tests.support.memory import folder_in_memory


def need_rabbitmq() -> None:
    """Skip what cannot be tested without RabbitMQ, or fail where everything must be tested."""
    if find_program() is None:
        missing = "There is no rabbitmq-server program here."
        if os.environ.get("FLOW8_TEST_ALL") == "1":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMq]:
    """A running node for each file of tests: what one leaves in its queues must not reach another.

    A test that kills it starts it again.
    """
    need_rabbitmq()
    with folder_in_memory(tmp_path_factory.mktemp("rabbitmq")) as folder:
        node = RabbitMq(folder)
        try:
            node.start()
            yield node
        finally:
            node.stop()


@pytest.fixture
def rabbitmq_uri(rabbitmq: RabbitMq) -> str:
    """The address of this file's RabbitMQ."""
    return rabbitmq.uri
