"""The plays that this process holds, and the beat that keeps their leases alive."""

import logging
import threading
import time
from collections.abc import Callable

from flow8.domain.play import Lease, Play
from flow8.errors import Unavailable
from flow8.store.database import faults_in_words
from flow8.store.plays import Plays

BEAT_SECONDS = 10.0
LOOK_SECONDS = 1.0
STALLED_SECONDS = 300.0
"""A process that does nothing but compute for so long holds no plays any more."""

LATER_SECONDS = 10.0
"""What was let go is taken up again after a pause: a MongoDB that cannot keep up needs one."""

Apart = Callable[[Callable[[], None]], object]

log = logging.getLogger("engine")


def in_a_thread(work: Callable[[], None]) -> None:
    """Run `work` beside the caller."""
    threading.Thread(target=work, name="beat", daemon=True).start()


class Held:
    """A list of (play, token). Its beat renews by that list, never by owner, so a lost lease stays lost.

    `apart` starts the beat and `open_plays` opens what it speaks to, there: in a worker a thread and a
    connection of its own, so that neither a flowlet that computes for long nor a hundred slow calls keep the
    process from saying that it lives. `is_awake` tells whether it does more than that.
    """

    def __init__(
        self,
        plays: Plays,
        *,
        apart: Apart = in_a_thread,
        open_plays: Callable[[], Plays] | None = None,
        is_awake: Callable[[], bool] = lambda: True,
    ) -> None:
        self._apart = apart
        self._open_plays = open_plays or (lambda: plays)
        self._is_awake = is_awake
        self._leases: dict[str, Lease] = {}
        self._let_go: dict[str, Lease] = {}
        self._wakes: dict[str, int] = {}
        self._lock = threading.Lock()
        """For the start of the beat; all else are single steps on a dict."""
        self._beats = False
        self._closing = False

    def __len__(self) -> int:
        return len(self._leases)

    def add(self, play: Play) -> None:
        """Keep the lease of a play alive from now on."""
        if play.lease is None:
            return
        self._leases[play.id] = play.lease
        if not self._beats:
            self._start()

    def remove(self, play: Play) -> None:
        """Let a play's lease run out, or be ended by others, if this very lease is held."""
        if self._leases.get(play.id) == play.lease:
            self._leases.pop(play.id, None)
            self._wakes.pop(play.id, None)

    def let_go(self, play: Play) -> None:
        """End a lease that is held as soon as MongoDB answers again; until then it may run out."""
        if play.lease is not None and self._leases.get(play.id) == play.lease:
            self._let_go[play.id] = play.lease
            self.remove(play)

    def is_woken(self, play: Play) -> bool:
        """Whether somebody left a wish since the play was last heard; known within about a second."""
        return self._wakes.get(play.id, play.wake) > play.wake

    def close(self) -> dict[str, Lease]:
        """Stop the beat; the leases that are still held, by play, which nobody renews any more."""
        self._closing = True
        held, self._leases = self._leases, {}
        return held

    def _start(self) -> None:
        with self._lock:
            if not self._beats:
                self._beats = True
                self._apart(self._beat_on)

    def _beat_on(self) -> None:
        plays, beat_at = self._open_plays(), time.monotonic() + BEAT_SECONDS
        while not self._closing:
            time.sleep(LOOK_SECONDS)
            renews = time.monotonic() >= beat_at and self._is_awake()
            try:
                self.turn(plays, renews=renews)
            except Unavailable as error:
                log.warning("leases were not renewed: %s", error.message)
            except Exception:
                log.exception("the beat broke; it goes on")
            else:
                beat_at = time.monotonic() + BEAT_SECONDS if renews else beat_at

    def turn(self, plays: Plays, *, renews: bool) -> None:
        """One turn of the beat: say that the plays are held, end what was let go, look for wishes.

        Raises:
            Unavailable: MongoDB does not answer.
        """
        with faults_in_words():
            if renews:
                self._renew(plays)
            self._give_back(plays)
            self._look(plays)

    def _look(self, plays: Plays) -> None:
        held = list(self._leases)
        wakes = plays.wakes(held) if held else {}
        self._wakes = {play_id: wake for play_id, wake in wakes.items() if play_id in self._leases}

    def _give_back(self, plays: Plays) -> None:
        leases = dict(self._let_go)
        if leases:
            plays.give_back(leases, LATER_SECONDS)
            for play_id in leases:
                del self._let_go[play_id]

    def _renew(self, plays: Plays) -> None:
        held = dict(self._leases)
        if not held:
            return
        for play_id in plays.renew(held.values(), list(held)):
            if self._leases.get(play_id) == held[play_id]:
                self._leases.pop(play_id, None)
                log.warning("the lease of play %s is lost; another worker has it", play_id)
