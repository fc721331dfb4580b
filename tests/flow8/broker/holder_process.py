"""A process that takes messages and never finishes them, so that a test can kill it."""

import os
import signal
import sys

from dramatiq.errors import ConnectionClosed
from pymongo import MongoClient

from flow8.broker.choose import open_broker
from flow8.broker.mongodb import MongodbBroker
from flow8.store.queue_jobs import QueueJobs
from tests.flow8.broker.places import QUICK


def main() -> None:
    """Hold as many messages as the argument says, say so, and wait to be killed."""
    database = MongoClient[dict[str, object]](os.environ["FLOW8_TEST_MONGODB_URI"], tz_aware=True)
    jobs = QueueJobs(database[os.environ["FLOW8_TEST_DATABASE"]])
    broker = open_broker(os.environ["FLOW8_TEST_BROKER_URL"], lambda: jobs)
    if isinstance(broker, MongodbBroker):
        broker._pace = QUICK
    consumer = broker.consume("plays", prefetch=int(sys.argv[1]), timeout=200)
    held = 0
    while held < int(sys.argv[1]):
        held += next(consumer) is not None
    sys.stdout.write("holding\n")
    sys.stdout.flush()
    while signal.sigtimedwait([], 0.1) is None:
        try:
            next(consumer)  # renews what it holds
        except ConnectionClosed:
            return


if __name__ == "__main__":
    main()
