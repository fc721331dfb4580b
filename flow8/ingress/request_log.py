"""Notes what channels are asked, for the last 50 requests of each: gathered, and written once a second."""

import logging
import threading
from typing import Final

from flow8.clock import utc_now
from flow8.errors import Unavailable
from flow8.ingress.answers import PLAY_HEADER
from flow8.ingress.exchange import Answer, Inbound
from flow8.store.channel_requests import KEPT, ChannelRequest, ChannelRequests
from flow8.store.channels import Channel
from flow8.store.database import faults_in_words

WRITE_SECONDS: Final = 1.0
LONGEST_PATH: Final = 200

log = logging.getLogger("channels")


class RequestLog:
    """The requests of one process. Its thread starts on first use, so it may be made before a fork."""

    def __init__(self, requests: ChannelRequests, door: str) -> None:
        self._requests = requests
        self._door = door
        self._rows: dict[tuple[str, str], list[ChannelRequest]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    def note(self, channel: Channel, inbound: Inbound, answer: Answer, seconds: float) -> None:
        """Note a request without its query, its headers and its body, which may hold secrets."""
        play_id, code = answer.headers.get(PLAY_HEADER), answer.error
        self.note_one(channel, inbound, answer.status, seconds, play_id=play_id, error=code)

    def note_one(
        self,
        channel: Channel,
        inbound: Inbound,
        status: int,
        seconds: float,
        *,
        play_id: str | None = None,
        error: str | None = None,
    ) -> None:
        """Note what was answered in so many words."""
        row = ChannelRequest(
            at=utc_now(),
            method=inbound.method[:LONGEST_PATH],
            path=inbound.path[:LONGEST_PATH],
            status=status,
            duration_ms=round(seconds * 1000),
            ip=inbound.ip,
            door=self._door,
            play_id=play_id,
            error=error,
        )
        with self._lock:
            rows = self._rows.setdefault((channel.company_id, channel.id), [])
            rows.append(row)
            del rows[:-KEPT]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="request-log", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Write what was noted."""
        self._closing.set()
        self._write()

    def _run(self) -> None:
        while not self._closing.wait(WRITE_SECONDS):
            self._write()

    def _write(self) -> None:
        with self._lock:
            rows, self._rows = self._rows, {}
        if not rows:
            return
        try:
            with faults_in_words():
                self._requests.add(rows)
        except Unavailable as error:
            log.debug("requests of %d channels were not noted: %s", len(rows), error.message)
