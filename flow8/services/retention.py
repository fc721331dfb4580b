"""Retention: old finished plays go with all that is theirs, and files of no play, and old audit entries."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Final

from config.settings import Settings
from flow8.engine.engine import Engine
from flow8.services.audit_retention import remove_old_entries
from flow8.services.retention_behind import behind
from flow8.services.retention_rules import Rulebook, rulebook_of, shares_of
from flow8.services.retention_search import Flow, Search
from flow8.services.retention_strays import Strays
from flow8.store.database import faults_in_words
from flow8.store.retention_runs import Run

BATCH: Final = 250
"""So many plays go at once: with larger batches running plays wait noticeably longer."""
REST: Final = 0.25
"""After each batch a clean-up rests for this part of the time that it took, which is the others' turn."""
MOST_OF_A_FLOW: Final = 20_000
"""After so many plays of one flow it is the turn of others."""
LONGEST_SECONDS: Final = 60.0
PART_OF_INTERVAL: Final = 0.9
"""A clean-up stops before the next one begins, or after a minute; what is left goes with the next."""
STALE_SECONDS: Final = 3600.0
"""A file that nobody wrote to for so long arrives no more: who wrote it died."""
ASKED_FOR_OLDEST: Final = 20

Row = tuple[str, str | None]
"""The ids of a play and of the play that started it."""

log = logging.getLogger("retention")


@dataclass
class Removed:
    """What one clean-up took away."""

    plays: int = 0
    files: int = 0
    audit_entries: int = 0
    strays: int = 0

    def __bool__(self) -> bool:
        return bool(self.plays or self.files or self.audit_entries or self.strays)

    def __str__(self) -> str:
        told = f"{self.plays} plays, {self.files} files and {self.audit_entries} audit entries"
        return f"{told}, {self.strays} strays" if self.strays else told


class CleanUps:
    """The clean-ups of one process. Others may do the same at the same time: what is gone is gone."""

    def __init__(self) -> None:
        self._search = Search()
        self._strays = Strays()

    def run(self, engine: Engine) -> Removed:
        """Remove what the policies let go, for a while; what is left goes next time.

        Raises:
            Unavailable: MongoDB does not answer; what was removed stays removed, the rest goes next time.
        """
        begun, removed = time.monotonic(), Removed()
        until = begun + longest_seconds(engine.settings)
        with faults_in_words():
            book = rulebook_of(engine)
            self._remove_plays(engine, book, until, removed)
            removed.files += _remove_files(engine, until)
            removed.audit_entries = _remove_entries(engine, book)
            removed.strays = self._strays.remove(engine)
            self._note(engine, book, removed, time.monotonic() - begun)
        _tell(engine, removed, time.monotonic() - begun)
        return removed

    def _remove_plays(self, engine: Engine, book: Rulebook, until: float, removed: Removed) -> None:
        self._search.begin(engine, book)
        while not is_late(until) and (flows := self._search.next(engine, book)):
            again, before = set[Flow](), removed.plays
            for rows in _batches(_due(engine, book, flows, again)):
                begun = time.monotonic()
                _remove(engine, rows, removed)
                time.sleep(REST * (time.monotonic() - begun))
                if is_late(until):
                    again.update(flows)
                    break
            # Where all that may go is held by unfinished plays, the next look at everything comes again.
            self._search.done(flows, again if removed.plays > before or is_late(until) else set())

    def _note(self, engine: Engine, book: Rulebook, removed: Removed, seconds: float) -> None:
        is_over = self._search.is_over
        run = Run(
            started_at=book.now,
            seconds=round(seconds, 3),
            plays=removed.plays,
            files=removed.files,
            audit_entries=removed.audit_entries,
            caught_up_at=book.now if is_over else None,
            oldest_due_at=None if is_over else self._oldest_due(engine, book),
        )
        engine.store.retention_runs.note(run)

    def _oldest_due(self, engine: Engine, book: Rulebook) -> datetime | None:
        """When the oldest play became due that is left, of the first flows that are left."""
        found = []
        for company_id, flow_id in self._search.next(engine, book)[:ASKED_FOR_OLDEST]:
            for share in shares_of(engine, book, company_id, [flow_id]):
                ended = engine.store.aged_plays.oldest_end(company_id, share.aged)
                if ended is not None:
                    found.append(ended + share.age)
        return min(found, default=None)


def clean_up(engine: Engine) -> Removed:
    """One clean-up that knows of none before it, and looks at everything. Raises as `CleanUps.run` does."""
    return CleanUps().run(engine)


def is_late(until: float) -> bool:
    """Whether the time of a clean-up is over."""
    return time.monotonic() >= until


def longest_seconds(settings: Settings) -> float:
    """So long a clean-up may take."""
    return max(LONGEST_SECONDS, PART_OF_INTERVAL * settings.retention_cleanup_interval.total_seconds())


def _due(engine: Engine, book: Rulebook, flows: Sequence[Flow], again: set[Flow]) -> Iterator[Row]:
    """The plays of these flows that may go; a flow that has very many of them is put into `again`."""
    for company_id, some in groupby(flows, key=lambda flow: flow[0]):
        for share in shares_of(engine, book, company_id, [flow_id for _, flow_id in some]):
            count = 0
            for row in islice(engine.store.aged_plays.due(company_id, share.aged), MOST_OF_A_FLOW):
                count += 1
                yield row
            if count == MOST_OF_A_FLOW:
                again.add((company_id, share.flow_id))


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _remove(engine: Engine, rows: Sequence[Row], removed: Removed) -> None:
    """Remove plays with all that is theirs, in an order that a crash anywhere in it leaves mendable.

    First their files are due, then payloads, iterations and notices go, then the plays; until then the next
    clean-up finds the plays again, and after that the files.
    """
    store = engine.store
    ids = store.aged_plays.unheld(rows)
    hold_files = engine.files.let_go_soon(ids)
    store.notices.remove_of(ids)
    removed.plays += store.play_views.remove(ids)
    if hold_files:
        engine.files.let_go(ids)
        removed.files += engine.files.clean_up(BATCH)[1]


def _remove_files(engine: Engine, until: float) -> int:
    """Files whose plays are gone, also when a process died before it said so, and what nobody took."""
    engine.files.sweep_drafts(STALE_SECONDS)
    removed = 0
    while True:
        looked, gone = engine.files.clean_up(BATCH)
        removed += gone
        if looked < BATCH or is_late(until):
            return removed


def _remove_entries(engine: Engine, book: Rulebook) -> int:
    removed = 0
    for company_id in engine.store.audit.companies():
        policy = book.of(company_id).audit
        removed += remove_old_entries(engine, company_id, book.now - policy.age, policy.min_entries)
    return removed


def _tell(engine: Engine, removed: Removed, seconds: float) -> None:
    if removed:
        log.info("removed %s", removed)
    found = behind(engine.store, engine.settings)
    if found.is_behind:
        rate = removed.plays / max(seconds, 0.001)
        log.warning("retention is behind: %s; this clean-up removed %.0f a second", found.told, rate)
