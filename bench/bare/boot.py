"""Sets the broker of a bare worker: `dramatiq-gevent bench.bare.boot:set_up bench.bare.actors`."""

import multiprocessing

import dramatiq

from bench.bare.queues import QUEUES
from config.settings import from_environment
from flow8.broker.choose import open_broker
from flow8.store.database import open_database
from flow8.store.queue_jobs import QueueJobs
from flow8.supervise import end_with_parent


def set_up() -> None:
    """Dramatiq calls this in each worker process, before it imports the actors."""
    master = multiprocessing.parent_process()
    end_with_parent(None if master is None else master.pid)
    settings = from_environment()
    broker = open_broker(settings.broker_url, lambda: QueueJobs(open_database(settings)))
    for queue in QUEUES:
        broker.declare_queue(queue)
    dramatiq.set_broker(broker)
