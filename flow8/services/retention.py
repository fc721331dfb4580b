"""Retention: old finished plays, their files and old audit entries go, in batches, by age."""

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

STALE_SECONDS = 3600.0
"""A file that nobody wrote to for so long arrives no more: who wrote it died."""

log = logging.getLogger("retention")


@dataclass(frozen=True)
class Removed:
    """What one clean-up took away."""

    plays: int
    files: int
    audit_entries: int


def clean_up(engine: Engine) -> Removed:
    """Remove what is older than its cadence: finished plays with all that is theirs, files, audit entries.

    Raises:
        Unavailable: MongoDB does not answer; what was removed stays removed, the rest goes next time.
    """
    settings, now = engine.settings, engine.store.clock.now()
    age = plays_are_kept_for(settings)
    audit_age = max(settings.retention_audit_cadence, settings.retention_audit_enforced_minimum)
    with faults_in_words():
        removed = Removed(
            plays=_remove_plays(engine, now - age),
            files=_remove_files(engine),
            audit_entries=remove_old_entries(engine, now - audit_age),
        )
    if removed.plays or removed.files or removed.audit_entries:
        log.info(
            "removed %d plays, %d files and %d audit entries",
            removed.plays,
            removed.files,
            removed.audit_entries,
        )
    return removed


def plays_are_kept_for(settings: Settings) -> timedelta:
    """The age up to which no play is ever removed."""
    return max(settings.retention_flows_all_cadence, settings.retention_flows_all_enforced_minimum)


def _remove_plays(engine: Engine, moment: datetime) -> int:
    views, removed, until = engine.store.play_views, 0, time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until and (ids := views.ended_before(moment, BATCH)):
        removed += views.remove(ids)
        engine.files.let_go(ids)
    return removed


def _remove_files(engine: Engine) -> int:
    """Files whose plays are gone, also when a process died before it said so, and what nobody took."""
    engine.files.sweep_drafts(STALE_SECONDS)
    removed, until = 0, time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        looked, gone = engine.files.clean_up(BATCH)
        removed += gone
        if looked < BATCH:
            break
    return removed
