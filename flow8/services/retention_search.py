"""Finds the flows of which plays may go, without asking each flow: only where something changed is looked.

What a clean-up looks at are keys of the index `ended_of_flow`: of plays that grew old since the one before,
and of those that ended since then, which may push an older one out of the newest that always stay. Once an
hour, at the first clean-up of a process, and after a change of policies it looks at all that is old.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from flow8.engine.engine import Engine
from flow8.services.retention_rules import FLOWS_AT_ONCE, Rulebook
from flow8.store.aged_plays import Stretch

WHOLE_SECONDS: Final = 3600.0
SLACK: Final = timedelta(minutes=10)
"""An end may be stored so long after the moment that it names."""
KEYS_AT_ONCE: Final = 200_000
BEGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
TICK: Final = timedelta(milliseconds=1)

Flow = tuple[str, str]
"""The ids of a company and of a flow of it."""


class Search:
    """What one process knows between its clean-ups. It may forget all of it: then it looks at everything."""

    def __init__(self) -> None:
        self._todo: dict[Flow, None] = {}
        self._with_old: set[Flow] = set()
        self._seen: set[Flow] = set()
        self._looked: datetime | None = None
        self._place: datetime | None = None
        self._whole_at = float("-inf")
        self._revs: dict[str, int] = {}

    @property
    def is_over(self) -> bool:
        """Whether every flow was looked at that had to be."""
        return not self._todo and self._place is None

    def begin(self, engine: Engine, book: Rulebook) -> None:
        """A clean-up begins: note the flows where something changed since the one before."""
        if self._looked is not None:
            self._note_changes(engine, book, self._looked)
        is_due = time.monotonic() - self._whole_at > WHOLE_SECONDS
        if book.revs != self._revs or (is_due and self._place is None):
            self._place, self._whole_at, self._revs = BEGIN, time.monotonic(), book.revs
            self._seen = set()
        self._looked = book.now

    def _note_changes(self, engine: Engine, book: Rulebook, looked: datetime) -> None:
        since = looked - SLACK
        for age in book.ages():
            for stretch in _stretches(engine, since - age, book.now - age):
                self._note(stretch.flows)
        if self._with_old:
            for stretch in _stretches(engine, since, book.now):
                self._todo |= dict.fromkeys(stretch.flows & self._with_old)

    def _note(self, flows: set[Flow]) -> None:
        self._todo |= dict.fromkeys(flows)
        self._with_old |= flows
        self._seen |= flows

    def next(self, engine: Engine, book: Rulebook) -> list[Flow]:
        """Some flows of one company that are to be looked at; none when there are no more."""
        while not self._todo and self._place is not None:
            self._look_on(engine, book, self._place)
        if not self._todo:
            return []
        company_id = next(iter(self._todo))[0]
        return list(islice((flow for flow in self._todo if flow[0] == company_id), FLOWS_AT_ONCE))

    def _look_on(self, engine: Engine, book: Rulebook, place: datetime) -> None:
        """Go on with looking at all that is old."""
        stretch = engine.store.aged_plays.stretch(place, book.now - book.ages()[0], KEYS_AT_ONCE)
        self._note(stretch.flows - self._seen)
        self._place = _place_behind(stretch, place)
        if self._place is None:
            self._with_old = self._seen

    def done(self, flows: list[Flow], again: set[Flow]) -> None:
        """These were looked at; those in `again` are not through yet, and come behind all others."""
        for flow in flows:
            self._todo.pop(flow, None)
        self._todo |= dict.fromkeys(again)


def _stretches(engine: Engine, after: datetime, until: datetime) -> Iterator[Stretch]:
    place: datetime | None = after
    while place is not None:
        stretch = engine.store.aged_plays.stretch(place, until, KEYS_AT_ONCE)
        yield stretch
        place = _place_behind(stretch, place)


def _place_behind(stretch: Stretch, place: datetime) -> datetime | None:
    """Where to go on; plays that ended in its last moment may be left, so that comes again."""
    if stretch.last is None or stretch.plays < KEYS_AT_ONCE:
        return None
    return stretch.last if stretch.last > place else place + TICK
