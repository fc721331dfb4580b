"""Whether retention falls behind: since when the oldest play waits that should be gone.

Told from one document that each clean-up leaves; nothing is counted for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from config.settings import Settings
from flow8.store import Store
from flow8.store.retention_runs import Run

LEAST: Final = timedelta(minutes=10)
INTERVALS: Final = 5
"""So many clean-ups may pass before it counts as behind."""


@dataclass(frozen=True)
class Behind:
    """How long the oldest play is overdue that should be gone, 0 without one; and whether that is bad."""

    overdue_seconds: float
    is_behind: bool
    last_run_at: datetime | None

    @property
    def told(self) -> str:
        """In a sentence."""
        if self.last_run_at is None:
            return "no clean-up has run yet"
        if not self.is_behind:
            return "old plays go in time"
        return f"old plays wait for {self.overdue_seconds:.0f} seconds to be removed"


def behind(store: Store, settings: Settings) -> Behind:
    """How retention stands now, by the server's clock.

    Raises:
        Unavailable: MongoDB does not answer.
    """
    run = store.retention_runs.last()
    if run is None:
        return Behind(0.0, False, None)
    now = store.clock.now()
    overdue = _overdue(run, now, allowed(settings))
    return Behind(overdue.total_seconds(), overdue > allowed(settings), run.started_at)


def allowed(settings: Settings) -> timedelta:
    """So long a play may be overdue before somebody should know."""
    return max(LEAST, INTERVALS * settings.retention_cleanup_interval)


def _overdue(run: Run, now: datetime, most: timedelta) -> timedelta:
    """Since when the oldest waits: the last run knows; when none ran for long, what became due since then."""
    silent = now - (run.caught_up_at or run.started_at)
    left = timedelta() if run.oldest_due_at is None else now - run.oldest_due_at
    return max(left, silent if silent > most else timedelta())
