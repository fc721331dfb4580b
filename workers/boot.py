"""Makes a process of Dramatiq's a worker of ours: `dramatiq-gevent workers.boot:set_up workers.actors`."""

import multiprocessing
import sys

import dramatiq
import gevent

from config import logging as log_lines
from config.settings import Settings, SettingsError, from_environment
from flow8.broker.choose import open_broker
from flow8.engine.engine import open_engine
from flow8.errors import Flow8Error
from flow8.supervise import end_with_parent
from workers.middleware import Shift


def set_up() -> None:
    """Set Dramatiq's broker.

    Dramatiq calls this in each worker process, after the fork and before it imports the actors, which bind to
    the broker of that moment. Wrong settings end the process with one list of them.
    """
    master = multiprocessing.parent_process()
    end_with_parent(None if master is None else master.pid)
    try:
        settings = from_environment()
        log_lines.set_up(settings, "worker")
        dramatiq.set_broker(broker_of(settings))
    except (SettingsError, Flow8Error) as error:
        sys.exit(str(error))


def broker_of(settings: Settings) -> dramatiq.Broker:
    """The broker of a worker process, and the engine behind it.

    Not in Dramatiq's `after_process_boot`, where a failure is logged and the process goes on without.

    Raises:
        Invalid: the settings name no database or broker, or the catalogue is broken.
    """
    engine = open_engine(settings)
    engine.spawn = gevent.spawn  # a greenlet without the clothes of a thread
    broker = open_broker(settings.broker_url, lambda: engine.store.queue_jobs, quorum=settings.broker_quorum)
    broker.add_middleware(Shift(engine))
    return broker
