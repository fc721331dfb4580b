"""Whether retention falls behind is told from what the last clean-up left."""

from datetime import timedelta

import pytest

from flow8.clock import utc_now
from flow8.engine.engine import Engine
from flow8.services import retention
from flow8.services.retention import CleanUps, clean_up
from flow8.services.retention_behind import Behind, behind
from flow8.store.retention_runs import Run
from tests.support.aged import DAY, an_old_play, lasting

MINUTE = timedelta(minutes=1)


def told(engine: Engine) -> Behind:
    return behind(engine.store, engine.settings)


def note(engine: Engine, ago: timedelta, caught_up: timedelta | None, oldest: timedelta | None) -> None:
    now = utc_now()
    moments = [None if each is None else now - each for each in (caught_up, oldest)]
    engine.store.retention_runs.note(Run(now - ago, 1.0, 0, 0, 0, *moments))


def test_nothing_is_overdue_before_the_first_clean_up_and_after_a_whole_one(engine: Engine) -> None:
    assert told(engine) == Behind(0.0, False, None)
    an_old_play(engine, 100 * DAY)

    clean_up(engine)

    assert (told(engine).overdue_seconds, told(engine).is_behind) == (0.0, False)
    assert told(engine).told == "old plays go in time"


@pytest.mark.parametrize(
    ("ago", "caught_up", "oldest", "minutes", "bad"),
    [
        (MINUTE, MINUTE, None, 0, False),
        (9 * MINUTE, 9 * MINUTE, None, 0, False),
        (MINUTE, 3 * MINUTE, 5 * MINUTE, 5, False),
        (MINUTE, 30 * MINUTE, 25 * MINUTE, 30, True),
        (MINUTE, MINUTE, 40 * MINUTE, 40, True),
        (20 * MINUTE, 20 * MINUTE, None, 20, True),
    ],
)
def test_how_long_the_oldest_waits_and_when_that_is_bad(
    engine: Engine,
    ago: timedelta,
    caught_up: timedelta,
    oldest: timedelta | None,
    minutes: int,
    bad: bool,  # noqa: FBT001 - a column of the table
) -> None:
    note(engine, ago, caught_up, oldest)

    found = told(engine)

    assert (round(found.overdue_seconds / 60), found.is_behind) == (minutes, bad)


def test_a_clean_up_that_runs_out_of_time_says_what_is_left_and_the_next_one_goes_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lean, clean_ups = lasting(engine), CleanUps()
    for number in range(4):
        an_old_play(lean, 100 * DAY, flow_id=f"{number:024x}")
    monkeypatch.setattr(retention, "longest_seconds", lambda _: 0.0)

    assert clean_ups.run(lean).plays == 0

    found = told(lean)
    assert found.is_behind
    assert abs(found.overdue_seconds - 10 * 86_400) < 60
    assert "retention is behind: old plays wait for" in caplog.text
    monkeypatch.undo()
    clean_ups.run(lean)
    assert told(lean).overdue_seconds == 0.0
