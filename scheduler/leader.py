"""Of however many schedulers run, one works at a time."""

import logging
import time

from flow8.errors import Unavailable
from flow8.store.database import faults_in_words
from flow8.store.leaders import Leaders

JOB = "scheduler"
LEASE_SECONDS = 3.5
"""When a leader is killed, another one leads after so long; it is lengthened every second (`filler.py`)."""
FRESH_SECONDS = 3.0

log = logging.getLogger("scheduler")


class Leader:
    """This process's claim to lead; asked before each chore, which also lengthens it."""

    def __init__(self, leaders: Leaders, owner: str) -> None:
        self._leaders = leaders
        self._owner = owner
        self._token: int | None = None
        self._asked = float("-inf")
        self._is_told = False

    def leads(self) -> bool:
        """Whether this process leads now. When its lease ran out, whoever asks first takes over."""
        asked = time.monotonic()
        try:
            with faults_in_words():
                token = self._leaders.lead(JOB, self._owner, LEASE_SECONDS)
        except Unavailable as error:
            self._tell_once(error)
            token = None
        else:
            self._is_told = False
        if token != self._token:
            log.info("this process %s", "leads no more" if token is None else f"leads now, token {token}")
        self._token, self._asked = token, asked
        return token is not None

    def _tell_once(self, error: Unavailable) -> None:
        """Every chore asks, so each of them would say the same as long as MongoDB is away."""
        if not self._is_told:
            log.warning("nobody can lead: %s", error.message)
        self._is_told = True

    def token(self) -> int | None:
        """What tells this lead from those before and after it; None when another process leads.

        Not asked for each time: a lead that was there a moment ago has not run out.
        """
        if self._token is None or time.monotonic() - self._asked > FRESH_SECONDS:
            self.leads()
        return self._token

    def resign(self) -> None:
        """Let another process lead at once."""
        try:
            with faults_in_words():
                self._leaders.hand_over(JOB, self._owner)
        except Unavailable as error:
            log.warning("the lead runs out by itself: %s", error.message)
