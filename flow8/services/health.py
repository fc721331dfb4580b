"""Whether this process can work: what `/health` and `/readyz` answer.

The answer is there within three seconds, whatever hangs: checks are made side by side, none is made twice at
the same time, and none again within half a second. So whoever asks often costs nothing more.
"""

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flow8.clock import utc_now
from flow8.engine.engine import Engine
from flow8.services.checks import CHECKS, MONGODB, Check, word_of

ANSWER_SECONDS: Final = 2.5
FRESH_SECONDS: Final = 0.5
NO_ANSWER: Final = "no answer"

log = logging.getLogger("health")


@dataclass(frozen=True)
class Health:
    """The checks by name, each with its word; `healthy` when all that count are well."""

    healthy: bool
    checks: dict[str, str]


class Lookout:
    """Makes the checks of one process. `role` is which of the four it is."""

    def __init__(self, engine: Engine, role: str, checks: Sequence[Check] = CHECKS) -> None:
        self.role = role
        self._engine = engine
        self._looks = {check.name: _Look(engine, check) for check in checks}

    def health(self) -> Health:
        """What the documentation shows: MongoDB, the settings, the catalogue."""
        [mongodb] = self._words([MONGODB.name]).values()
        initialized = bool(self._engine.registry.modules and self._engine.registry.components)
        return Health(
            healthy=mongodb == MONGODB.well and initialized,
            checks={
                "mongodb": MONGODB.well if mongodb == MONGODB.well else MONGODB.away,
                "config": "loaded",
                "components": "initialized" if initialized else "missing",
            },
        )

    def readiness(self) -> Health:
        """Whether this process should be given work, by every check."""
        words = self._words(list(self._looks))
        healthy = all(
            words[name] == look.check.well
            for name, look in self._looks.items()
            if self.role in look.check.counts_in
        )
        return Health(healthy, words)

    def _words(self, names: list[str]) -> dict[str, str]:
        until = time.monotonic() + ANSWER_SECONDS
        for name in names:
            self._looks[name].begin()
        return {name: self._looks[name].word(until) for name in names}


class _Look:
    """One check as this process makes it."""

    def __init__(self, engine: Engine, check: Check) -> None:
        self.check = check
        self._engine = engine
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._is_running = False
        self._word = NO_ANSWER
        self._good_until = float("-inf")

    def begin(self) -> None:
        """Make the check, unless it is being made, or its last word is still good."""
        with self._lock:
            if self._is_running or time.monotonic() < self._good_until:
                return
            self._is_running = True
            self._is_over.clear()
        threading.Thread(target=self._run, name=f"look-{self.check.name}", daemon=True).start()

    def word(self, until: float) -> str:
        """Its word, if it is there in time."""
        return self._word if self._is_over.wait(max(0.0, until - time.monotonic())) else NO_ANSWER

    def _run(self) -> None:
        word = NO_ANSWER
        try:
            word = word_of(self.check, self._engine)
        except Exception:
            log.exception("the check %s broke", self.check.name)
        finally:
            self._word = word
            self._good_until = time.monotonic() + (
                self.check.keeps if word == self.check.well else FRESH_SECONDS
            )
            with self._lock:
                self._is_running = False
            self._is_over.set()


def shown_health(found: Health) -> dict[str, object]:
    """The answer of `/health`, as the documentation shows it."""
    status = "healthy" if found.healthy else "unhealthy"
    return {"status": status, "checks": found.checks, "timestamp": f"{utc_now():%Y-%m-%dT%H:%M:%SZ}"}


def shown_readiness(found: Health) -> dict[str, object]:
    """The answer of `/readyz`."""
    return {"status": "ready" if found.healthy else "not ready", "checks": found.checks}
