"""Schedules as they are kept: changed by people at one rev, moved on by the leader with the largest token."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flow8.domain.schedule import Misfire, Overlap, Timing
from flow8.ids import new_id
from flow8.store import Store
from flow8.store.schedules import Schedule
from tests.support.factories import COMPANY, OTHER_COMPANY

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def a_schedule(store: Store, **changes: Any) -> Schedule:
    """One that is due at noon."""
    made = Schedule(
        id=new_id(),
        company_id=COMPANY,
        name="ticks",
        flow_id="f" * 24,
        timing=Timing(cron="0 * * * *"),
        misfire=Misfire.ALL,
        overlap=Overlap.SKIP,
        args={"a.b": [{"$c": 2**70}]},
        version=3,
        enabled=True,
        due_at=NOON,
        created_at=NOON,
        updated_at=NOON,
        updated_by="ada",
    )
    made = replace(made, **changes)
    store.schedules.create(made.company_id, made)
    return made


def test_a_schedule_is_kept_as_it_is(store: Store) -> None:
    made = a_schedule(store)
    timings = [Timing(interval_seconds=5, starts_at=NOON), Timing(at=NOON, time_zone="Asia/Tokyo")]
    others = [a_schedule(store, timing=timing) for timing in timings]

    assert [store.schedules.get(COMPANY, each.id) for each in (made, *others)] == [made, *others]
    assert store.schedules.get(OTHER_COMPANY, made.id) is None
    assert store.schedules.flow_of(COMPANY, made.id) == made.flow_id
    assert store.schedules.flow_of(OTHER_COMPANY, made.id) is None


def test_lists_are_of_one_company_of_one_flow_or_of_some(store: Store) -> None:
    mine = [a_schedule(store, name=name, flow_id=name * 24) for name in ("b", "a", "c")]
    a_schedule(store, company_id=OTHER_COMPANY)

    def names(**which: Any) -> tuple[list[str], int]:
        found, total = store.schedules.page(COMPANY, skip=0, size=2, **which)
        return [each.name for each in found], total

    assert names() == (["a", "b"], 3)
    assert names(flow_id="c" * 24) == (["c"], 1)
    assert names(within={mine[0].flow_id, mine[2].flow_id}) == (["b", "c"], 2)
    assert names(within={mine[0].flow_id}, flow_id="c" * 24) == ([], 0)
    assert names(within=frozenset()) == ([], 0)


def test_a_change_leaves_to_the_leader_when_it_is_due_unless_it_says_so(store: Store) -> None:
    made = a_schedule(store)
    assert store.schedules.move_on(made, 5, LATER)

    renamed = store.schedules.change(COMPANY, made, replace(made, name="other"))
    assert renamed is not None
    assert (renamed.name, renamed.due_at, renamed.rev, renamed.fence) == ("other", LATER, 2, 5)
    assert store.schedules.change(COMPANY, made, replace(made, name="third")) is None
    off = store.schedules.change(COMPANY, renamed, replace(renamed, enabled=False, due_at=None))
    assert off is not None
    assert (off.enabled, off.due_at, off.rev) == (False, None, 3)


def test_only_the_leader_with_the_largest_token_moves_on_what_it_read(store: Store) -> None:
    made, schedules = a_schedule(store), store.schedules

    assert schedules.hold(made, 5)
    assert not schedules.hold(made, 4)
    assert not schedules.move_on(made, 4, LATER)
    assert schedules.move_on(made, 5, LATER)
    assert not schedules.move_on(made, 6, LATER + timedelta(hours=1)), "it was read before it was moved on"
    moved = schedules.get(COMPANY, made.id)
    assert moved is not None
    assert schedules.move_on(moved, 6, None)
    assert schedules.due(made.id, LATER) is None


def test_what_is_due_is_found_first_due_first(store: Store) -> None:
    late, soon = a_schedule(store, due_at=LATER), a_schedule(store)
    a_schedule(store, due_at=None)
    other = a_schedule(store, due_at=NOON - timedelta(hours=1), company_id=OTHER_COMPANY)

    assert list(store.schedules.due_by(LATER, 10)) == [other.id, soon.id, late.id]
    assert store.schedules.due_by(NOON, 1) == {other.id: other.due_at}
    assert store.schedules.due(late.id, NOON) is None
    assert store.schedules.due(soon.id, NOON) == soon


def test_one_that_was_changed_is_neither_switched_off_nor_removed_unseen(store: Store) -> None:
    made = a_schedule(store)
    assert store.schedules.change(COMPANY, made, made)

    assert not store.schedules.switch_off(made)
    assert not store.schedules.remove(COMPANY, made.id, rev=1)
    assert not store.schedules.remove(OTHER_COMPANY, made.id)
    assert store.schedules.remove(COMPANY, made.id, rev=2)
