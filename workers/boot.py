"""Makes a process of Dramatiq's a worker of ours: `dramatiq-gevent workers.boot:set_up workers.actors`."""

import multiprocessing
import sys
import time
from collections.abc import Callable

import dramatiq
import gevent

from config import logging as log_lines
from config.settings import Settings, SettingsError, from_environment
from flow8.broker.choose import open_broker
from flow8.engine.engine import open_engine
from flow8.engine.held import STALLED_SECONDS, Held
from flow8.errors import Flow8Error
from flow8.files import room
from flow8.store import open_store
from flow8.supervise import end_with_parent
from flow8.vault import master
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


def in_a_thread_of_the_system(work: Callable[[], None]) -> None:
    """Run `work` beside the loop: no greenlet can hold it up."""
    gevent.get_hub().threadpool.spawn(work)


class Pulse:
    """Tells from any thread whether this process's loop still turns."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._timer = gevent.get_hub().loop.timer(1.0, 1.0, ref=False)
        self._timer.start(self._beat)

    def _beat(self) -> None:
        self._last = time.monotonic()

    def beats(self) -> bool:
        """Whether the loop turned lately."""
        return time.monotonic() - self._last < STALLED_SECONDS


def broker_of(settings: Settings) -> dramatiq.Broker:
    """The broker of a worker process, and the engine behind it.

    Not in Dramatiq's `after_process_boot`, where a failure is logged and the process goes on without.

    Raises:
        Invalid: the settings name no database or broker, or the catalogue is broken.
        WrongKeys: the encryption keys are not those of this database.
    """
    master.in_native_thread = room.in_native_thread = gevent.get_hub().threadpool.apply
    engine = open_engine(settings)
    engine.vault.verify_at_start()
    engine.spawn = gevent.spawn  # a greenlet without the clothes of a thread
    engine.held = Held(
        engine.store.plays,
        apart=in_a_thread_of_the_system,
        open_plays=lambda: open_store(settings).plays,
        is_awake=Pulse().beats,
    )
    broker = open_broker(settings.broker_url, lambda: engine.store.queue_jobs, quorum=settings.broker_quorum)
    broker.add_middleware(Shift(engine))
    return broker
