"""A RabbitMQ of one's own is there when it speaks AMQP, and nothing else is taken for it."""

import socket
import threading
from pathlib import Path

import pika
import pytest

from bench.faults import Wrong
from bench.rabbitmq import RabbitMq, greeting

SAYS_OTHERWISE = b"HTTP/1.1 400 Bad Request\r\n\r\n"


def answer_once(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(SAYS_OTHERWISE)


def test_whoever_says_something_else_or_nothing_is_not_taken_for_rabbitmq() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        answering = threading.Thread(target=answer_once, args=(server,))
        answering.start()

        assert not greeting(port)
        answering.join()
        assert not greeting(port)


@pytest.mark.rabbitmq
def test_a_node_greets_while_it_runs_and_keeps_its_address(rabbitmq: RabbitMq) -> None:
    port, before = pika.URLParameters(rabbitmq.uri).port, rabbitmq.uri
    assert greeting(port)

    killed = rabbitmq.kill()
    assert not greeting(port)
    rabbitmq.start()

    assert len(killed) == 1
    assert rabbitmq.uri == before
    assert greeting(port)


@pytest.mark.rabbitmq
def test_a_first_start_on_a_taken_port_is_tried_again_on_another(rabbitmq: RabbitMq, tmp_path: Path) -> None:
    node, taken = RabbitMq(tmp_path), pika.URLParameters(rabbitmq.uri).port
    node._ports = range(taken, taken + 3)

    try:
        node.start()

        assert node.uri != rabbitmq.uri
        pika.BlockingConnection(pika.URLParameters(node.uri)).close()
    finally:
        node.stop()


@pytest.mark.rabbitmq
def test_a_later_start_that_fails_says_so(rabbitmq: RabbitMq) -> None:
    rabbitmq.kill()
    port = pika.URLParameters(rabbitmq.uri).port

    with socket.create_server(("127.0.0.1", port)), pytest.raises(Wrong, match="the start of RabbitMQ"):
        rabbitmq.start()

    rabbitmq.start()
    assert greeting(port)
