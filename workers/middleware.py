"""What a worker process of ours does when Dramatiq starts and stops it."""

import logging
import os
import threading
import time
from typing import Final

from dramatiq import Broker, Middleware, Worker

from flow8 import memory
from flow8.broker.mongodb import MongodbBroker
from flow8.broker.rabbitmq import RabbitBroker
from flow8.engine.engine import Engine
from flow8.errors import Unavailable
from flow8.health_door import HealthDoor
from workers.channels.ports import Ports

DRAMATIQS_THREADS: Final = 8
"""What Dramatiq takes when its command line says nothing."""
LEAVE_SECONDS: Final = 25.0
"""So long after SIGTERM a worker waits for flowlets; then it gives back the plays of those that still run."""
FINISH_SECONDS: Final = LEAVE_SECONDS - 21.0
"""For so long plays go on; then they are given back between flowlets, which leaves 20 seconds to each."""
EXIT_SECONDS: Final = 26.5
PREPARE_AGAIN_SECONDS: Final = 2.0

log = logging.getLogger("worker")


class Shift(Middleware):
    """One worker process from its first message to its last."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._health = HealthDoor(engine, "worker")
        self._ports = Ports(engine) if engine.settings.worker_channels else None
        self._stop_asked = float("inf")
        self._has_stopped = threading.Event()

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - Dramatiq's signature
        """Take threads and lanes from the settings where the command line says nothing."""
        settings = self.engine.settings
        if worker.worker_threads == DRAMATIQS_THREADS:
            worker.worker_threads = settings.worker_threads
        worker.queue_prefetch = worker.worker_threads  # hoarded messages would wait while others are idle
        worker.consumer_whitelist = worker.consumer_whitelist or set(settings.worker_lanes) or None
        self._health.open()
        if not self._prepared():
            threading.Thread(target=self._prepare_later, name="prepare", daemon=True).start()

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - Dramatiq's signature
        """Open the ports of channels."""
        memory.settle()
        if self._ports is not None:
            self._ports.start()

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - Dramatiq's signature
        """SIGTERM: take no further messages, and see that this process is gone in time."""
        self._stop_asked = time.monotonic()
        if isinstance(broker, MongodbBroker | RabbitBroker):
            broker.rest()  # Dramatiq itself goes on to receive, and hoards until its workers have ended
        if self._ports is not None:
            self._ports.say_good_bye()
        threading.Thread(target=self._watch_the_clock, name="clock", daemon=True).start()

    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - Dramatiq's signature
        """All messages are done or given back: close the ports last, and let running requests end."""
        self._has_stopped.set()
        if self._ports is not None:
            self._ports.close()
            if not self._ports.wait_until_idle(self._left(FINISH_SECONDS)):
                self.engine.drain()
                self._ports.wait_until_idle(self._left(LEAVE_SECONDS))
        self._health.close()
        broker.close()  # Dramatiq does it again, too late for what needs the engine's connections
        self.engine.close()

    def _prepared(self) -> bool:
        try:
            self.engine.store.prepare()
        except Unavailable as error:
            log.warning("waiting for MongoDB: %s", error.message)
            return False
        return True

    def _prepare_later(self) -> None:
        while not self._has_stopped.wait(PREPARE_AGAIN_SECONDS):
            if self._prepared():
                log.info("MongoDB answers.")
                return

    def _watch_the_clock(self) -> None:
        if not self._has_stopped.wait(self._left(FINISH_SECONDS)):
            self.engine.drain()
            if self._ports is not None:
                self._ports.close()
        if not self._has_stopped.wait(self._left(LEAVE_SECONDS)):
            log.warning("Some flowlets did not end in time; other workers take their plays over.")
            threading.Thread(target=self.engine.close, name="leave", daemon=True).start()
        time.sleep(self._left(EXIT_SECONDS))
        os._exit(0)

    def _left(self, seconds: float) -> float:
        return max(0.0, self._stop_asked + seconds - time.monotonic())


def engine_of(broker: Broker) -> Engine:
    """The engine of a worker process.

    Raises:
        LookupError: the broker is not one that `workers.boot` made.
    """
    for middleware in broker.middleware:
        if isinstance(middleware, Shift):
            return middleware.engine
    raise LookupError(
        "start workers as the Procfile says: dramatiq-gevent workers.boot:set_up workers.actors"
    )
