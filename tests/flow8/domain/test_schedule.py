"""Schedules: when a timing is due, what is wrong with one, and what to do with what was missed."""

from datetime import UTC, datetime, timedelta

import pytest

from flow8.domain.schedule import (
    MOST_MISSED,
    MOST_PLAYED,
    Due,
    Misfire,
    Timing,
    plan,
    timing_problems,
)

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOURLY = Timing(cron="0 * * * *")
EACH_SECOND = Timing(interval_seconds=1, starts_at=NOON)


def test_the_next_due_times_of_each_kind() -> None:
    once = Timing(at=NOON + 5 * SECOND)

    assert HOURLY.upcoming(NOON, 2) == [NOON + timedelta(hours=1), NOON + timedelta(hours=2)]
    assert EACH_SECOND.upcoming(NOON - 90 * SECOND, 2) == [NOON, NOON + SECOND]
    assert EACH_SECOND.upcoming(NOON, 1) == [NOON + SECOND]
    assert EACH_SECOND.upcoming(NOON + 3.5 * SECOND, 1) == [NOON + 4 * SECOND]
    assert once.upcoming(NOON, 5) == [NOON + 5 * SECOND]
    assert once.upcoming(NOON + 5 * SECOND, 5) == []


def test_an_interval_counts_the_time_that_passes_whatever_the_clocks_do() -> None:
    start = datetime(2026, 3, 28, 22, tzinfo=UTC)
    daily = Timing(interval_seconds=86_400, starts_at=start, time_zone="Europe/Berlin")

    assert daily.upcoming(start, 2) == [start + timedelta(days=1), start + timedelta(days=2)]


@pytest.mark.parametrize(
    ("timing", "paths"),
    [
        (Timing(), ["cron"]),
        (Timing(cron="x"), ["cron"]),
        (Timing(cron="99 99 * * *", time_zone="Mars/Base"), ["cron", "cron", "timeZone"]),
        (Timing(cron="* * * * *", interval_seconds=5), ["intervalSeconds"]),
        (Timing(interval_seconds=0, at=NOON), ["at", "intervalSeconds"]),
        (Timing(interval_seconds=10**9), ["intervalSeconds"]),
        (Timing(at=NOON, starts_at=NOON), ["startsAt"]),
        (Timing(at=NOON, time_zone="../etc/passwd"), ["timeZone"]),
        (Timing(at=NOON, time_zone=""), ["timeZone"]),
        (Timing(cron="* * * * *", time_zone="Europe/Berlin"), []),
        (Timing(interval_seconds=1, starts_at=NOON), []),
        (Timing(at=NOON), []),
    ],
)
def test_every_problem_of_a_timing_names_its_field(timing: Timing, paths: list[str]) -> None:
    assert [problem.path for problem in timing_problems(timing)] == paths


def test_what_is_due_now_or_a_moment_ago_is_played() -> None:
    for misfire in Misfire:
        found, following = plan(EACH_SECOND, misfire, NOON + SECOND, NOON + 3.5 * SECOND)

        assert found == [Due(NOON + n * SECOND, NOON + n * SECOND) for n in (1, 2, 3)]
        assert following == NOON + 4 * SECOND


def test_nothing_is_done_before_it_is_due() -> None:
    assert plan(HOURLY, Misfire.ALL, NOON, NOON - SECOND) == ([], NOON)


def test_a_gap_is_made_up_for_by_its_rule() -> None:
    first, hour = NOON + timedelta(hours=1), timedelta(hours=1)
    now = NOON + timedelta(hours=4, minutes=30)

    skipped, _ = plan(HOURLY, Misfire.SKIP, first, now)
    once, _ = plan(HOURLY, Misfire.ONCE, first, now)
    everything, following = plan(HOURLY, Misfire.ALL, first, now)

    assert skipped == [Due(first, first + 3 * hour, 4, missed=True)]
    assert once == [Due(first, first + 2 * hour, 3, missed=True), Due(first + 3 * hour, first + 3 * hour)]
    assert everything == [Due(first + n * hour, first + n * hour) for n in range(4)]
    assert following == NOON + 5 * hour


def test_one_that_is_late_and_one_that_is_not_are_told_apart() -> None:
    first, hour = NOON + timedelta(hours=1), timedelta(hours=1)
    now = first + hour + 59 * SECOND

    assert plan(HOURLY, Misfire.SKIP, first, now)[0] == [
        Due(first, first, 1, missed=True),
        Due(first + hour, first + hour),
    ]
    assert plan(HOURLY, Misfire.ONCE, first, now)[0] == [
        Due(first, first),
        Due(first + hour, first + hour),
    ]


def test_a_single_moment_is_over_afterwards() -> None:
    once = Timing(at=NOON)

    assert plan(once, Misfire.ONCE, NOON, NOON + timedelta(days=3)) == ([Due(NOON, NOON)], None)
    assert plan(once, Misfire.SKIP, NOON, NOON + timedelta(days=3)) == (
        [Due(NOON, NOON, 1, missed=True)],
        None,
    )


def test_a_long_gap_is_made_up_for_in_several_goes() -> None:
    now, first = NOON + timedelta(days=1), NOON + SECOND

    for misfire in (Misfire.SKIP, Misfire.ONCE):
        found, following = plan(EACH_SECOND, misfire, first, now)
        assert found == [Due(first, NOON + MOST_MISSED * SECOND, MOST_MISSED, missed=True)]
        assert following == NOON + (MOST_MISSED + 1) * SECOND
    found, following = plan(EACH_SECOND, Misfire.ALL, first, now)
    assert (len(found), found[-1].at) == (MOST_PLAYED, NOON + MOST_PLAYED * SECOND)
    assert following == found[-1].at + SECOND


@pytest.mark.parametrize("misfire", Misfire)
def test_every_due_time_is_told_once_however_a_gap_is_cut(misfire: Misfire) -> None:
    now, told = NOON + timedelta(hours=7), 0
    following: datetime | None = NOON + SECOND
    played = []
    while following is not None and following <= now:
        found, following = plan(EACH_SECOND, misfire, following, now)
        told += sum(each.count for each in found)
        played += [each.at for each in found if not each.missed]

    assert told == 7 * 3600
    assert played == sorted(set(played))
    assert len(played) == {Misfire.SKIP: 61, Misfire.ONCE: 62, Misfire.ALL: 7 * 3600}[misfire]
