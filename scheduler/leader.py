"""Of however many schedulers run, one works at a time."""

import logging

from flow8.errors import Unavailable
from flow8.store.database import faults_in_words
from flow8.store.leaders import Leaders

JOB = "scheduler"
LEASE_SECONDS = 15.0

log = logging.getLogger("scheduler")


class Leader:
    """This process's claim to lead; asked before each chore, which also lengthens it."""

    def __init__(self, leaders: Leaders, owner: str) -> None:
        self._leaders = leaders
        self._owner = owner
        self._led = False

    def leads(self) -> bool:
        """Whether this process leads now. When its lease ran out, whoever asks first takes over."""
        try:
            with faults_in_words():
                leads = self._leaders.lead(JOB, self._owner, LEASE_SECONDS)
        except Unavailable as error:
            log.warning("nobody can lead: %s", error.message)
            leads = False
        if leads != self._led:
            log.info("this process %s", "leads now" if leads else "leads no more")
        self._led = leads
        return leads

    def resign(self) -> None:
        """Let another process lead at once."""
        try:
            with faults_in_words():
                self._leaders.resign(JOB, self._owner)
        except Unavailable as error:
            log.warning("the lead runs out by itself: %s", error.message)
