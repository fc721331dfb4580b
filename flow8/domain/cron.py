"""Cron: five fields that name minutes of local time, and the moments that these are in a time zone.

An expression that names every hour goes by the time that passes. Any other goes by the clock on the wall:
what falls into an hour that the clocks skip is due once when they have, and what falls into one that they
repeat is due the first time only.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
MOST_DAYS: Final = 366 * 9
"""So far apart are two due days at most: the 29th of February is left out once in a century."""
LONGEST: Final = 200
HOURS_OF_A_DAY: Final = 24
SUNDAY: Final = 7
"""Another name of 0, so that a range may end with it."""

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

_PART: Final = re.compile(
    r"(?P<all>\*)(?:/(?P<pace>\d{1,9}))?|(?P<a>\w+)(?:-(?P<b>\w+)(?:/(?P<step>\d{1,9}))?)?", re.ASCII
)


class NotCron(ValueError):
    """A text that is no cron expression; each of `sentences` says of a field what is wrong with it."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def number(self, word: str) -> int:
        """The number of a word, by its name or as it stands."""
        if word.lower() in self.names:
            return self.names.index(word.lower()) + self.low
        if not (word.isascii() and word.isdigit() and self.low <= int(word) <= self.high):
            also = f", or {self.names[0]} to {self.names[-1]}" if self.names else ""
            raise NotCron(f"the {self.name} '{word}' must be from {self.low} to {self.high}{also}")
        return int(word)


_FIELDS: Final = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, MONTHS),
    _Field("weekday", 0, SUNDAY, WEEKDAYS),
)


@dataclass(frozen=True)
class Cron:
    """Minutes and hours in their order, and which days: by both their fields, or by `either` of the two."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def names_day(self, day: date) -> bool:
        """Whether it names any minute of a day."""
        by_date, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and (by_date or by_week if self.either else by_date and by_week)

    def first_from(self, wall: datetime) -> datetime | None:
        """The first minute that it names, this one or a later one; None when it never names any."""
        day, earliest = wall.date(), (wall.hour, wall.minute)
        for _ in range(MOST_DAYS):
            if self.names_day(day):
                for hour in self.hours:
                    for minute in self.minutes:
                        if (hour, minute) >= earliest:
                            return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - on a wall
            day, earliest = day + DAY, (0, 0)
        return None


@lru_cache(maxsize=1000)
def parse(text: str) -> Cron:
    """What a text of five fields says: minute, hour, day of the month, month, weekday.

    Raises:
        NotCron: it says of each field what is wrong with it.
    """
    words = text.split()
    if len(text) > LONGEST or len(words) != len(_FIELDS):
        raise NotCron("must have five fields: minute, hour, day of the month, month, weekday")
    found: list[frozenset[int]] = []
    wrong: list[str] = []
    for field, word in zip(_FIELDS, words, strict=True):
        try:
            found.append(_numbers(field, word))
        except NotCron as error:
            wrong += error.sentences
    if wrong:
        raise NotCron(*wrong)
    minutes, hours, days, months, weekdays = found
    either = not words[2].startswith("*") and not words[4].startswith("*")
    week = frozenset(number % SUNDAY for number in weekdays)
    made = Cron(tuple(sorted(minutes)), tuple(sorted(hours)), days, months, week, either)
    if made.first_from(datetime(2000, 1, 1)) is None:  # noqa: DTZ001 - any day will do
        raise NotCron("names a day that no year has")
    return made


def _numbers(field: _Field, text: str) -> frozenset[int]:
    return frozenset(number for part in text.split(",") for number in _range(field, part))


def _range(field: _Field, part: str) -> range:
    match = _PART.fullmatch(part)
    if match is None:
        raise NotCron(f"the {field.name} '{part}' must be *, a number, a range such as 1-5, or */5 or 1-5/2")
    step = int(match["pace"] or match["step"] or 1)
    if not 1 <= step <= field.high:
        raise NotCron(f"the step of the {field.name} '{part}' must be from 1 to {field.high}")
    if match["all"]:
        return range(field.low, field.high + 1, step)
    first = field.number(match["a"])
    last = first if match["b"] is None else field.number(match["b"])
    if field.high == SUNDAY and last == 0 and first > last:
        last = SUNDAY
    if first > last:
        raise NotCron(f"the {field.name} '{part}' must go from a smaller number to a larger one")
    return range(first, last + 1, step)


def next_after(cron: Cron, zone: tzinfo, moment: datetime) -> datetime | None:
    """The first moment after this one that is due, in UTC."""
    whole = moment.astimezone(UTC).replace(second=0, microsecond=0)
    passes = len(cron.hours) == HOURS_OF_A_DAY
    return _as_time_passes(cron, zone, whole + MINUTE) if passes else _by_the_wall(cron, zone, whole)


def _by_the_wall(cron: Cron, zone: tzinfo, moment: datetime) -> datetime | None:
    wall = cron.first_from(_wall(zone, moment) + MINUTE)
    while wall is not None:
        due = moment_of(wall, zone)
        if due > moment:
            return due
        wall = cron.first_from(wall + MINUTE)
    return None


def moment_of(wall: datetime, zone: tzinfo) -> datetime:
    """When the clock on the wall first shows this, or, if it never does, when it was put past it; in UTC."""
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(zone, first) == wall:
        return first
    return _change(zone, wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first)


def _as_time_passes(cron: Cron, zone: tzinfo, moment: datetime) -> datetime | None:
    """From one change of the clocks to the next, with the offset that holds there."""
    while wall := cron.first_from(_wall(zone, moment)):
        due = moment + (wall - _wall(zone, moment))
        change = _next_change(zone, moment, due)
        if change is None:
            return due
        moment = change
    return None


def _next_change(zone: tzinfo, start: datetime, end: datetime) -> datetime | None:
    while start < end:
        soon = min(start + DAY, end)
        if _offset(zone, soon) != _offset(zone, start):
            return _change(zone, start, soon)
        start = soon
    return None


def _change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """The first minute between the two at which the clocks go as they do `after`."""
    while after - before > MINUTE:
        middle = before + (after - before) // MINUTE // 2 * MINUTE
        if _offset(zone, middle) == _offset(zone, after):
            after = middle
        else:
            before = middle
    return after


def _wall(zone: tzinfo, moment: datetime) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _offset(zone: tzinfo, moment: datetime) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
