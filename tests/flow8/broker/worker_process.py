"""What a `dramatiq-gevent` process of these tests serves: it writes down each play and when it came."""

import functools
import os
import time

import dramatiq
from gevent.monkey import is_module_patched
from pymongo import MongoClient

from flow8.broker.choose import open_broker
from flow8.store.queue_jobs import QueueJobs


def set_up() -> None:
    """Open and set the broker, as workers/boot.py does before actors are imported."""
    client: MongoClient[dict[str, object]] = MongoClient(
        os.environ["FLOW8_TEST_MONGODB_URI"], tz_aware=True, serverSelectionTimeoutMS=5_000
    )
    jobs = QueueJobs(client[os.environ["FLOW8_TEST_DATABASE"]])
    dramatiq.set_broker(open_broker(os.environ["FLOW8_TEST_BROKER_URL"], lambda: jobs))
    dramatiq.actor(actor_name="perform", queue_name="plays")(perform)


def perform(play_id: str) -> None:
    """Write down the play, how this process runs, and the time: a short line, appended in one piece."""
    kind = "gevent" if is_module_patched("threading") else "threads"
    os.write(_out(), f"{play_id} {kind} {time.monotonic()}\n".encode())


@functools.cache
def _out() -> int:
    return os.open(os.environ["FLOW8_TEST_OUT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
