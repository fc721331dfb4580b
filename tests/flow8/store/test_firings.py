"""Firings: one for each due time of a schedule, whoever lays it out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flow8.domain.schedule import FiringState
from flow8.ids import new_id
from flow8.store import Store
from flow8.store.firings import Firing
from tests.support.factories import COMPANY, OTHER_COMPANY

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SCHEDULE = "5" * 24


def a_firing(minutes: int, **changes: Any) -> Firing:
    """One that is due so many minutes after noon."""
    due = NOON + minutes * MINUTE
    made = Firing(new_id(), COMPANY, SCHEDULE, "f" * 24, due, FiringState.OPEN, 7, due)
    return replace(made, **changes)


def test_a_due_time_is_laid_out_once_and_nothing_behind_it(store: Store) -> None:
    first = [a_firing(n) for n in range(2)]

    assert store.firings.lay_out(first)
    assert not store.firings.lay_out([a_firing(n) for n in (1, 2)])
    assert store.firings.lay_out([a_firing(1, schedule_id="6" * 24)])
    assert store.firings.open_of(SCHEDULE, 10) == first
    assert store.firings.last_due(COMPANY, SCHEDULE) == NOON + MINUTE
    assert store.firings.last_due(OTHER_COMPANY, SCHEDULE) is None


def test_the_last_due_time_is_the_end_of_a_run_of_missed_ones(store: Store) -> None:
    run = a_firing(0, until=NOON + 9 * MINUTE, count=10, state=FiringState.MISSED, settled_at=NOON)
    store.firings.lay_out([run])

    assert store.firings.last_due(COMPANY, SCHEDULE) == NOON + 9 * MINUTE
    assert store.firings.last_of(COMPANY, SCHEDULE) == run


def test_what_became_of_one_is_written_once(store: Store) -> None:
    firing = a_firing(0)
    store.firings.lay_out([firing])
    played = replace(firing, state=FiringState.PLAYED, play_id="p" * 24, settled_at=NOON)

    store.firings.settle(played)
    store.firings.settle(replace(firing, state=FiringState.SKIPPED, code="OVERLAP", settled_at=NOON))

    assert store.firings.last_of(COMPANY, SCHEDULE) == played
    assert store.firings.open_of(SCHEDULE, 10) == []
    assert store.firings.left_open(10) == []


def test_the_play_before_a_due_time_is_the_last_that_was_played(store: Store) -> None:
    states = (FiringState.PLAYED, FiringState.PLAYED, FiringState.SKIPPED, FiringState.OPEN)
    rows = [a_firing(n, state=state, play_id=f"{n}" * 24) for n, state in enumerate(states)]
    store.firings.lay_out(rows)

    assert store.firings.last_played(COMPANY, SCHEDULE, NOON + 3 * MINUTE) == "1" * 24
    assert store.firings.last_played(COMPANY, SCHEDULE, NOON + MINUTE) == "0" * 24
    assert store.firings.last_played(COMPANY, SCHEDULE, NOON) is None
    assert store.firings.last_played(OTHER_COMPANY, SCHEDULE, NOON + 3 * MINUTE) is None


def test_a_list_goes_on_behind_its_last_line(store: Store) -> None:
    rows = [a_firing(n, state=FiringState.PLAYED if n % 2 else FiringState.SKIPPED) for n in range(5)]
    store.firings.lay_out(rows)
    store.firings.lay_out([a_firing(0, company_id=OTHER_COMPANY, schedule_id="6" * 24)])
    newest = rows[::-1]

    page = store.firings.page
    assert page(COMPANY, SCHEDULE, (), size=2) == newest[:2]
    assert page(COMPANY, SCHEDULE, (), size=9, after=newest[1].id) == newest[2:]
    assert page(COMPANY, SCHEDULE, [FiringState.PLAYED], size=9) == [rows[3], rows[1]]
    assert page(COMPANY, SCHEDULE, [FiringState.PLAYED], size=9, after=rows[3].id) == [rows[1]]
    assert page(OTHER_COMPANY, SCHEDULE, (), size=9) == []
    store.firings.remove_of(OTHER_COMPANY, SCHEDULE)
    assert len(page(COMPANY, SCHEDULE, (), size=9)) == 5


def test_open_firings_are_found_by_the_schedules_that_they_are_of(store: Store) -> None:
    others = [a_firing(n, schedule_id=f"{n}" * 24) for n in (8, 9)]
    store.firings.lay_out([*(a_firing(n) for n in range(3)), *others])

    assert store.firings.left_open(100) == [SCHEDULE, "8" * 24, "9" * 24]
    assert store.firings.left_open(3) == [SCHEDULE]


def test_every_question_is_answered_from_an_index(store: Store) -> None:
    rows = [a_firing(n, schedule_id=f"{n % 50:024d}", state=FiringState.PLAYED) for n in range(2000)]
    store.firings.lay_out(rows)
    found, one = store.database["firings"], f"{7:024d}"

    def examined(wanted: dict[str, Any], sort: list[tuple[str, int]], limit: int) -> int:
        plan = found.find(wanted).sort(sort).limit(limit).explain()
        return int(plan["executionStats"]["totalDocsExamined"])

    mine = {"companyId": COMPANY, "scheduleId": one}
    assert examined(mine, [("dueAt", -1)], 1) == 1
    assert (
        examined({**mine, "state": "played", "dueAt": {"$lt": NOON + 1000 * MINUTE}}, [("dueAt", -1)], 1) == 1
    )
    assert examined({"state": "open"}, [("scheduleId", 1), ("dueAt", 1)], 100) == 0
    assert examined({"state": "open", "scheduleId": one}, [("dueAt", 1)], 100) == 0
