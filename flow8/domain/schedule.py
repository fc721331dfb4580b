"""Schedules: when a flow is due, and what happens to what was due while nobody could play it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from flow8.domain.cron import NotCron, next_after, parse
from flow8.errors import Problem

GRACE: Final = timedelta(seconds=60)
"""Whoever is later than this has missed a firing; a leader that dies is replaced long before."""
LONGEST_INTERVAL: Final = 366 * 24 * 3600
MOST_MISSED: Final = 10_000
"""So many missed firings are counted in one go; more of them are told as several lines."""
MOST_PLAYED: Final = 100
"""So many firings are laid out in one go when all of them are to be played."""


class Misfire(StrEnum):
    """Which of the firings that nobody could play in time are played late: none, the last one, or all."""

    SKIP = "skip"
    ONCE = "once"
    ALL = "all"


class Overlap(StrEnum):
    """Whether a firing is played while the play of the one before it goes on."""

    ALLOW = "allow"
    SKIP = "skip"


class FiringState(StrEnum):
    """What became of a firing: about to be played, played, refused for a reason, or missed."""

    OPEN = "open"
    PLAYED = "played"
    SKIPPED = "skipped"
    MISSED = "missed"


@dataclass(frozen=True)
class Timing:
    """When something is due: by cron in a time zone, every so many seconds from a moment on, or once."""

    cron: str | None = None
    time_zone: str = "UTC"
    interval_seconds: int | None = None
    starts_at: datetime | None = None
    at: datetime | None = None

    def next_after(self, moment: datetime) -> datetime | None:
        """The first due time after a moment, in UTC; None when there is none. Only without problems."""
        if self.cron is not None:
            return next_after(parse(self.cron), ZoneInfo(self.time_zone), moment)
        if self.interval_seconds is not None:
            return self._next_interval(timedelta(seconds=self.interval_seconds), moment)
        return self.at if self.at is not None and self.at > moment else None

    def _next_interval(self, pace: timedelta, moment: datetime) -> datetime:
        start = self.starts_at or datetime.fromtimestamp(0, UTC)
        return start if start > moment else start + ((moment - start) // pace + 1) * pace

    def from_on(self, first: datetime) -> Iterator[datetime]:
        """This due time and all that follow."""
        due: datetime | None = first
        while due is not None:
            yield due
            due = self.next_after(due)

    def upcoming(self, moment: datetime, count: int) -> list[datetime]:
        """The next due times after a moment, so many at most."""
        first = self.next_after(moment)
        return [] if first is None else list(islice(self.from_on(first), count))


@cache
def time_zones() -> frozenset[str]:
    """The names of all IANA time zones that this machine knows."""
    return frozenset(available_timezones())


def timing_problems(timing: Timing) -> list[Problem]:
    """Everything that keeps a timing from being one, each with its field."""
    kinds = {"cron": timing.cron, "intervalSeconds": timing.interval_seconds, "at": timing.at}
    given = [name for name, value in kinds.items() if value is not None]
    problems = [Problem(name, f"stands beside {given[0]}; give only one of them") for name in given[1:]]
    if not given:
        problems.append(Problem("cron", "is missing; give cron, intervalSeconds or at"))
    if timing.cron is not None:
        problems += _cron_problems(timing.cron)
    if timing.time_zone not in time_zones():
        problems.append(Problem("timeZone", "must be the name of an IANA time zone such as Europe/Berlin"))
    if timing.interval_seconds is not None and not 1 <= timing.interval_seconds <= LONGEST_INTERVAL:
        problems.append(Problem("intervalSeconds", f"must be from 1 to {LONGEST_INTERVAL}"))
    if timing.starts_at is not None and timing.interval_seconds is None:
        problems.append(Problem("startsAt", "belongs to schedules with intervalSeconds only"))
    return problems


def _cron_problems(text: str) -> list[Problem]:
    try:
        parse(text)
    except NotCron as error:
        return [Problem("cron", sentence) for sentence in error.sentences]
    return []


@dataclass(frozen=True)
class Due:
    """One firing; or, when they were missed, a run of `count` of them from `at` until `until`."""

    at: datetime
    until: datetime
    count: int = 1
    missed: bool = False


def plan(
    timing: Timing, misfire: Misfire, first: datetime, now: datetime
) -> tuple[list[Due], datetime | None]:
    """What to do with all that is due from `first` until now, in its order, and what is due next.

    There may be too much for one go: then what is due next is due already.
    """
    most = MOST_PLAYED if misfire is Misfire.ALL else MOST_MISSED
    times = list(islice(_until(timing, first, now), most))
    rest = timing.next_after(times[-1]) if times else first
    is_all = rest is None or rest > now
    late = [due for due in times if due < now - GRACE]
    in_time = times[len(late) :]
    if misfire is Misfire.ALL:
        late, in_time = [], times
    elif misfire is Misfire.ONCE and late and (in_time or is_all):
        late, in_time = late[:-1], [late[-1], *in_time]
    missed = [Due(late[0], late[-1], len(late), missed=True)] if late else []
    return [*missed, *(Due(due, due) for due in in_time)], rest


def _until(timing: Timing, first: datetime, now: datetime) -> Iterator[datetime]:
    for due in timing.from_on(first):
        if due > now:
            return
        yield due
