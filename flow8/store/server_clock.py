"""The database server's time, as told by this machine's clock and the difference between the two."""

import threading
import time
from datetime import datetime, timedelta

from flow8.clock import utc_now
from flow8.store.database import Documents

MEASURED_EVERY_SECONDS = 60.0
NOISE = timedelta(milliseconds=50)
"""Smaller differences come from the measurement; to follow them would make this clock run backwards."""


class ServerClock:
    """Tells the server's time without asking it each time; wrong by at most half a round trip."""

    def __init__(self, database: Documents) -> None:
        self._database = database
        self._offset = timedelta()
        self._measured = float("-inf")
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The server's time in UTC, in whole milliseconds."""
        if time.monotonic() - self._measured > MEASURED_EVERY_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._measure()
            finally:
                self._lock.release()
        if not self._offset:
            return utc_now()
        moment = utc_now() + self._offset
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def asked(self) -> datetime:
        """The server's time, asked for just now: right even when this machine's clock was put."""
        told: datetime = self._database.command("hello", codec_options=self._database.codec_options)[
            "localTime"
        ]
        return told

    def _measure(self) -> None:
        asked = utc_now()
        told = self.asked()
        answered = utc_now()
        offset = told - (asked + (answered - asked) / 2)
        self._offset = offset if abs(offset) > NOISE else timedelta()
        self._measured = time.monotonic()
