"""One tail of the MongoDB queue's bells per process, shared by its consumers."""

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Final

from flow8.errors import Unavailable
from flow8.store.queue_jobs import QueueJobs

SILENCE_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 1.0

log = logging.getLogger(__name__)


class Tail:
    """Calls its listeners when their queue is rung. Its thread lives as long as somebody listens.

    It only makes consumers fast: while MongoDB is away they find their jobs by looking themselves.
    """

    def __init__(self, open_jobs: Callable[[], QueueJobs]) -> None:
        self._open_jobs = open_jobs
        self._lock = threading.Lock()
        self._listeners: dict[object, tuple[str, Callable[[], object]]] = {}
        self._thread: threading.Thread | None = None
        self._hears = False

    def listen(self, listener: object, queue: str, wake: Callable[[], object]) -> None:
        """Call `wake` at each ring of `queue`, from the tail's thread, until `listener` leaves."""
        with self._lock:
            self._listeners[listener] = (queue, wake)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="bell-tail", daemon=True)
                self._thread.start()

    def leave(self, listener: object) -> None:
        """Call this listener no more; without any the thread ends within `SILENCE_SECONDS`."""
        with self._lock:
            self._listeners.pop(listener, None)

    def close(self) -> None:
        """Call nobody any more and end the thread: at once, unless it waits for MongoDB to come back."""
        with self._lock:
            self._listeners.clear()
            thread = self._thread
        if thread is not None and self._hears:
            with contextlib.suppress(Unavailable):
                self._open_jobs().nudge()
            thread.join(SILENCE_SECONDS)

    def _run(self) -> None:
        pause = threading.Event()
        while self._is_wanted():
            try:
                self._follow()
            except Unavailable as problem:
                log.debug("The tail of bells starts again: %s", problem)
                self._hears = False
                pause.wait(PAUSE_SECONDS)

    def _is_wanted(self) -> bool:
        with self._lock:
            if not self._listeners:
                self._thread = None
            return self._thread is not None

    def _follow(self) -> None:
        with contextlib.closing(self._open_jobs().bells(SILENCE_SECONDS)) as bells:
            for queue in bells:
                self._hears = True
                with self._lock:
                    listeners = list(self._listeners.values())
                if not listeners:
                    return
                for wanted, wake in listeners:
                    if wanted == queue:
                        wake()
