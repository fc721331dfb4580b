"""Where messages go in these tests: a real MongoDB or a real RabbitMQ, under one face."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import pika
from dramatiq import Broker, Consumer, Message
from pymongo import MongoClient

from bench.rabbitmq import RabbitMq
from flow8 import embedded
from flow8.broker.bell import Bell
from flow8.broker.choose import open_bell, open_broker
from flow8.broker.mongodb import MongodbBroker
from flow8.broker.mongodb_consumer import Pace
from flow8.domain.lanes import LANES
from flow8.store.database import Documents
from flow8.store.queue_jobs import QueueJobs

HERE: Final = Path(__file__).parent
QUICK: Final = Pace(visible=2.0, poll=0.2)
LIMIT: Final = 20.0


class Service(Protocol):
    """A server that a test may stop and start again."""

    def stop(self) -> None: ...

    def start(self) -> None: ...


class MongodbService:
    """A MongoDB of one test, with its files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.uri = embedded.uri_of(folder)
        self._server: embedded.Embedded | None = None

    def start(self) -> None:
        self._server = embedded.start(self._folder, mongod=os.environ.get("FLOW8_MONGOD"))

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None


class RabbitMqService:
    """The session's RabbitMQ; it is killed, because a confirmed message must survive that."""

    def __init__(self, node: RabbitMq) -> None:
        self._node = node

    def start(self) -> None:
        self._node.start()

    def stop(self) -> None:
        self._node.kill()


class Place:
    """One broker, empty at first, and what a test opens on it."""

    def __init__(
        self, mongodb_uri: str, database_name: str, broker_url: str | None, service: Service
    ) -> None:
        self.mongodb_uri, self.database_name, self.broker_url = mongodb_uri, database_name, broker_url
        self.service = service
        self._client: MongoClient[dict[str, object]] = MongoClient(
            mongodb_uri, tz_aware=True, serverSelectionTimeoutMS=500
        )
        self._opened: list[Callable[[], object]] = []
        self.jobs = QueueJobs(self.database)
        if broker_url:
            _delete_queues(broker_url)
        else:
            self.jobs.ensure_indexes()

    @property
    def database(self) -> Documents:
        return self._client[self.database_name]

    def broker(self) -> Broker:
        """A broker as a worker opens it, with times that tests can wait for."""
        opened = open_broker(self.broker_url, lambda: self.jobs)
        if isinstance(opened, MongodbBroker):
            opened._pace = QUICK
        self._opened.append(opened.close)
        return opened

    def bell(self) -> Bell:
        opened = open_bell(self.broker_url, lambda: self.jobs)
        self._opened.append(lambda: opened.close(2))
        return opened

    def rings(self, *play_ids: str, lane: str = "plays") -> None:
        """Ring for these plays, confirmed."""
        bell = self.bell()
        for play_id in play_ids:
            bell.ring(play_id, lane)
        assert bell.flush(LIMIT)

    def start_process(self, command: list[str], **more: str) -> subprocess.Popen[str]:
        """A child process that knows this place; the test's end ends it."""
        environment = {
            **os.environ,
            "FLOW8_TEST_MONGODB_URI": self.mongodb_uri,
            "FLOW8_TEST_DATABASE": self.database_name,
            "FLOW8_TEST_BROKER_URL": self.broker_url or "",
            "PYTHONPATH": os.pathsep.join([str(HERE), str(Path.cwd())]),
            "dramatiq_restart_delay": "200",
            **more,
        }
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._opened.append(lambda: _end(process))
        return process

    def close(self) -> None:
        for close in reversed(self._opened):
            close()
        if not self.broker_url:
            self._client.drop_database(self.database_name)
        self._client.close()


def python(script: str) -> list[str]:
    """The command that runs a script of this folder."""
    return [sys.executable, str(HERE / script)]


def receive(consumer: Consumer, count: int, seconds: float = LIMIT) -> list[str]:
    """Take `count` messages within `seconds`, acknowledge each, and tell their plays in order."""
    until = time.monotonic() + seconds
    plays: list[str] = []
    while len(plays) < count and time.monotonic() < until:
        message = next(consumer)
        if message is not None:
            plays.append(message.args[0])
            consumer.ack(message)
    return plays


def message_for(play_id: str, lane: str = "plays") -> Message[object]:
    """A message as the bell makes it."""
    return Message(queue_name=lane, actor_name="perform", args=(play_id,), kwargs={}, options={})


def _delete_queues(url: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    for lane in LANES:
        connection.channel().queue_delete(lane)
    connection.close()


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # a killed Dramatiq master leaves its children behind
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
