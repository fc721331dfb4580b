"""What is done by the clock: how often, and what. One line for each chore."""

from collections.abc import Callable
from dataclasses import dataclass

from config.settings import Settings
from flow8.engine.engine import Engine
from flow8.engine.rescue import sweep
from flow8.services import audit_minutes, notices, snapshots
from flow8.services.retention import CleanUps

SWEEP_SECONDS = 3.0


@dataclass(frozen=True)
class Chore:
    """Something the leader does every so many seconds."""

    name: str
    seconds: float
    work: Callable[[Engine], object]


def chores(settings: Settings) -> list[Chore]:
    """Every chore there is."""
    return [
        Chore("sweep", SWEEP_SECONDS, sweep),
        Chore("retention", settings.retention_cleanup_interval.total_seconds(), CleanUps().run),
        Chore("audit", audit_minutes.EVERY_SECONDS, audit_minutes.keep_minute),
        Chore("notices", notices.EVERY_SECONDS, notices.tell_due),
        Chore("snapshots", snapshots.EVERY_SECONDS, snapshots.take_nightly),
    ]
