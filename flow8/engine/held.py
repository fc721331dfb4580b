"""The plays that this process holds, and the beat that keeps their leases alive."""

import logging
import threading
import time

from flow8.domain.play import Lease, Play
from flow8.errors import Unavailable
from flow8.store.database import faults_in_words
from flow8.store.plays import Plays

BEAT_SECONDS = 10.0
LOOK_SECONDS = 1.0

log = logging.getLogger("engine")


class Held:
    """A list of (play, token). Its beat renews by that list, never by owner, so a lost lease stays lost."""

    def __init__(self, plays: Plays) -> None:
        self._plays = plays
        self._leases: dict[str, Lease] = {}
        self._wakes: dict[str, int] = {}
        self._lock = threading.Lock()
        self._beat: threading.Thread | None = None
        self._closing = threading.Event()

    def __len__(self) -> int:
        return len(self._leases)

    def add(self, play: Play) -> None:
        """Keep the lease of a play alive from now on."""
        if play.lease is None:
            return
        with self._lock:
            self._leases[play.id] = play.lease
            if self._beat is None:
                self._beat = threading.Thread(target=self._beat_on, name="beat", daemon=True)
                self._beat.start()

    def remove(self, play: Play) -> None:
        """Let go of a play, if this very lease is held."""
        with self._lock:
            if self._leases.get(play.id) == play.lease:
                self._leases.pop(play.id, None)
                self._wakes.pop(play.id, None)

    def is_woken(self, play: Play) -> bool:
        """Whether somebody left a wish since the play was last heard; known within about a second."""
        return self._wakes.get(play.id, play.wake) > play.wake

    def close(self) -> None:
        """Stop the beat."""
        self._closing.set()

    def _beat_on(self) -> None:
        beat_at = time.monotonic() + BEAT_SECONDS
        while not self._closing.wait(LOOK_SECONDS):
            try:
                with faults_in_words():
                    self._look()
                    if time.monotonic() >= beat_at:
                        self._renew()
                        beat_at = time.monotonic() + BEAT_SECONDS
            except Unavailable as error:
                log.warning("leases were not renewed: %s", error.message)

    def _look(self) -> None:
        with self._lock:
            held = list(self._leases)
        wakes = self._plays.wakes(held) if held else {}
        with self._lock:
            self._wakes = {play_id: wake for play_id, wake in wakes.items() if play_id in self._leases}

    def _renew(self) -> None:
        with self._lock:
            held = dict(self._leases)
        if not held:
            return
        for play_id in self._plays.renew(held.values(), list(held)):
            with self._lock:
                if self._leases.get(play_id) == held[play_id]:
                    del self._leases[play_id]
                    log.warning("the lease of play %s is lost; another worker has it", play_id)
