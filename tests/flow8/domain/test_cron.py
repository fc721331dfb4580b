"""Cron: what its five fields mean, and which moments that are in zones whose clocks change."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flow8.domain.cron import NotCron, next_after, parse
from tests.support.cron import MINUTE, minute_by_minute

BERLIN = ZoneInfo("Europe/Berlin")


def due(text: str, after: str, count: int = 1, zone: ZoneInfo = BERLIN) -> list[str]:
    """The next due times as the clock on the wall shows them."""
    cron, moment, found = parse(text), datetime.fromisoformat(after), []
    for _ in range(count):
        following = next_after(cron, zone, moment)
        assert following is not None
        moment = following
        found.append(moment.astimezone(zone).isoformat(timespec="minutes"))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * * * *", "2026-06-10T12:01+02:00"),
        ("*/15 * * * *", "2026-06-10T12:15+02:00"),
        ("5-59/20 * * * *", "2026-06-10T12:05+02:00"),
        ("0 9 * * *", "2026-06-11T09:00+02:00"),
        ("30 8,14 * * *", "2026-06-10T14:30+02:00"),
        ("0 0 1 * *", "2026-07-01T00:00+02:00"),
        ("0 0 1 JAN *", "2027-01-01T00:00+01:00"),
        ("0 0 29 2 *", "2028-02-29T00:00+01:00"),
        ("0 9 * * mon-fri", "2026-06-11T09:00+02:00"),
        ("0 9 * * 0", "2026-06-14T09:00+02:00"),
        ("0 9 * * 7", "2026-06-14T09:00+02:00"),
        ("0 9 * * sat-sun", "2026-06-13T09:00+02:00"),
        ("0 9 * * fri-7", "2026-06-12T09:00+02:00"),
        ("0 9 20 * fri", "2026-06-12T09:00+02:00"),
        ("0 9 */2 * fri", "2026-06-19T09:00+02:00"),
    ],
)
def test_each_field_means_what_cron_users_expect(text: str, expected: str) -> None:
    assert due(text, "2026-06-10T12:00:30+02:00") == [expected]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ["must have five fields: minute, hour, day of the month, month, weekday"]),
        ("* * * *", ["must have five fields: minute, hour, day of the month, month, weekday"]),
        ("@daily", ["must have five fields: minute, hour, day of the month, month, weekday"]),
        ("60 * * * *", ["the minute '60' must be from 0 to 59"]),
        (
            "-1 24 0 13 8",
            [
                "the minute '-1' must be *, a number, a range such as 1-5, or */5 or 1-5/2",
                "the hour '24' must be from 0 to 23",
                "the day of the month '0' must be from 1 to 31",
                "the month '13' must be from 1 to 12, or jan to dec",
                "the weekday '8' must be from 0 to 7, or sun to sat",
            ],
        ),
        ("5/10 * * * *", ["the minute '5/10' must be *, a number, a range such as 1-5, or */5 or 1-5/2"]),
        ("*/0 * * * *", ["the step of the minute '*/0' must be from 1 to 59"]),
        ("* 5-3 * * *", ["the hour '5-3' must go from a smaller number to a larger one"]),
        (
            "* * * * \u0661",
            ["the weekday '\u0661' must be *, a number, a range such as 1-5, or */5 or 1-5/2"],
        ),
        ("0 0 31 2,4 *", ["names a day that no year has"]),
        ("0 0 30 feb *", ["names a day that no year has"]),
        ("*," * 200 + "* * * * *", ["must have five fields: minute, hour, day of the month, month, weekday"]),
    ],
)
def test_what_is_wrong_is_told_of_each_field(text: str, sentences: list[str]) -> None:
    with pytest.raises(NotCron) as refused:
        parse(text)

    assert list(refused.value.sentences) == sentences


def test_a_time_that_the_clocks_skip_is_due_once_when_they_have() -> None:
    assert due("30 2 * * *", "2026-03-28T03:00+01:00", 3) == [
        "2026-03-29T03:00+02:00",
        "2026-03-30T02:30+02:00",
        "2026-03-31T02:30+02:00",
    ]
    assert due("0,20,40 2,3 * * *", "2026-03-28T12:00+01:00", 4) == [
        "2026-03-29T03:00+02:00",
        "2026-03-29T03:20+02:00",
        "2026-03-29T03:40+02:00",
        "2026-03-30T02:00+02:00",
    ]


def test_a_time_that_comes_twice_is_due_the_first_time() -> None:
    assert due("30 2 * * *", "2026-10-24T12:00+02:00", 2) == [
        "2026-10-25T02:30+02:00",
        "2026-10-26T02:30+01:00",
    ]
    assert due("30 2 * * *", "2026-10-25T02:10+01:00") == ["2026-10-26T02:30+01:00"]


def test_what_is_due_every_hour_goes_by_the_time_that_passes() -> None:
    assert due("0 * * * *", "2026-03-29T00:30+01:00", 3) == [
        "2026-03-29T01:00+01:00",
        "2026-03-29T03:00+02:00",
        "2026-03-29T04:00+02:00",
    ]
    assert due("*/30 * * * *", "2026-10-25T01:45+02:00", 6) == [
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:30+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T02:30+01:00",
        "2026-10-25T03:00+01:00",
        "2026-10-25T03:30+01:00",
    ]


def test_a_change_of_half_an_hour_and_a_day_that_never_was_are_no_exceptions() -> None:
    lord_howe, apia = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia")

    assert due("15 2 * * *", "2026-10-03T12:00+10:30", 2, lord_howe) == [
        "2026-10-04T02:30+11:00",
        "2026-10-05T02:15+11:00",
    ]
    assert due("0 9 * * *", "2011-12-29T12:00-10:00", 3, apia) == [
        "2011-12-31T00:00+14:00",
        "2011-12-31T09:00+14:00",
        "2012-01-01T09:00+14:00",
    ]


def a_text(chance: random.Random) -> str:
    """A cron expression that looks at hours around the changes of the clocks."""
    minute = chance.choice(["*", "*/15", "0", "30", "7,45", "10-20/5"])
    hour = chance.choice(["*", "*", "*/2", "1-3", "2", "0", "23", "0-4", "3"])
    day, weekday = chance.choice(["*", "*", "25-31", "1"]), chance.choice(["*", "*", "sun", "1-6"])
    return f"{minute} {hour} {day} * {weekday}"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_it_agrees_with_who_looks_at_every_minute(zone: str, month: int) -> None:
    chance, there = random.Random(f"{zone}{month}"), ZoneInfo(zone)
    changes = [
        day
        for day in (datetime(2026, month, each, tzinfo=UTC) for each in range(1, 30))
        if day.astimezone(there).utcoffset() != (day + timedelta(days=1)).astimezone(there).utcoffset()
    ]
    for day in changes or [datetime(2026, month, 5, tzinfo=UTC)]:
        start, end = day - timedelta(days=1), day + timedelta(days=2)
        for text in {a_text(chance) for _ in range(6)}:
            moment, found = start - MINUTE, list[datetime]()
            while (following := next_after(parse(text), there, moment)) is not None and following < end:
                found.append(moment := following)
            assert found == minute_by_minute(text, there, start, end), text
