"""Retention: old finished plays and old audit entries go, in batches, by age."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.settings import Settings
from flow8.engine.engine import Engine
from flow8.services.audit_retention import remove_old_entries
from flow8.store.database import faults_in_words

BATCH = 500
LONGEST_SECONDS = 60.0
"""One clean-up stops after this long; what is left goes with the next one."""

log = logging.getLogger("retention")


@dataclass(frozen=True)
class Removed:
    """What one clean-up took away."""

    plays: int
    audit_entries: int


def clean_up(engine: Engine) -> Removed:
    """Remove what is older than its cadence: finished plays with their payloads, and audit entries.

    Raises:
        Unavailable: MongoDB does not answer; what was removed stays removed, the rest goes next time.
    """
    settings, now = engine.settings, engine.store.clock.now()
    age = plays_are_kept_for(settings)
    audit_age = max(settings.retention_audit_cadence, settings.retention_audit_enforced_minimum)
    with faults_in_words():
        removed = Removed(
            plays=_remove_plays(engine, now - age),
            audit_entries=remove_old_entries(engine, now - audit_age),
        )
    if removed.plays or removed.audit_entries:
        log.info("removed %d plays and %d audit entries", removed.plays, removed.audit_entries)
    return removed


def plays_are_kept_for(settings: Settings) -> timedelta:
    """The age up to which no play is ever removed."""
    return max(settings.retention_flows_all_cadence, settings.retention_flows_all_enforced_minimum)


def _remove_plays(engine: Engine, moment: datetime) -> int:
    views, removed, until = engine.store.play_views, 0, time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until and (ids := views.ended_before(moment, BATCH)):
        removed += views.remove(ids)
    return removed
