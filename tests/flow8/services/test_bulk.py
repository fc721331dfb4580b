"""Hands on many plays at once."""

from datetime import timedelta

import pytest

from flow8.domain.access import Actor
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Denied, Invalid, NotFound
from flow8.services import bulk
from flow8.services.bulk import Order, act
from tests.support.audit import entries_of
from tests.support.engines import Stage
from tests.support.factories import a_flow

EVENT = {"ref": "e", "appId": "wait-for-event", "args": {"key": "k"}}


def states_of(stage: Stage, ids: list[str]) -> list[PlayState]:
    return [stage.load(play_id).state for play_id in ids]


@pytest.fixture
def waiting(stage: Stage) -> list[str]:
    """Three plays of one flow that wait."""
    flow = stage.publish(a_flow(EVENT, flow="waits"))
    ids = [stage.accept(flow) for _ in range(3)]
    for play_id in ids:
        perform(stage.engine, play_id)
    return ids


def test_all_plays_that_fit_are_cancelled_and_finished_ones_are_left_alone(
    engine: Engine, admin: Actor, stage: Stage, waiting: list[str]
) -> None:
    done = stage.play(stage.probe("one"))

    result = act(engine, admin, Order("cancel"))
    for play_id in waiting:
        perform(engine, play_id)

    assert (result.count, result.ids, result.refused, result.next) == (3, waiting, [], None)
    assert states_of(stage, waiting) == [PlayState.CANCELLED] * 3
    assert stage.load(done.id).state is PlayState.DONE


def test_a_dry_run_counts_and_changes_nothing(
    engine: Engine, admin: Actor, stage: Stage, waiting: list[str]
) -> None:
    result = act(engine, admin, Order("cancel", dry_run=True))

    assert (result.count, result.ids) == (3, waiting)
    assert [stage.load(play_id).wishes for play_id in waiting] == [[], [], []]
    assert entries_of(engine, admin.company_id) == []


def test_plays_are_chosen_by_state_flow_and_time(
    engine: Engine, admin: Actor, stage: Stage, waiting: list[str]
) -> None:
    other = stage.accept(a_flow(stage.probe("one"), flow="other"))
    began = stage.load(waiting[1]).created_at

    def ids(order: Order) -> list[str]:
        return act(engine, admin, order).ids

    assert ids(Order("cancel", flow="other", dry_run=True)) == [other]
    assert ids(Order("cancel", states=("NEW",), dry_run=True)) == [other]
    assert ids(Order("cancel", states=("DONE",), dry_run=True)) == []
    assert waiting[0] not in ids(Order("cancel", since=began + timedelta(hours=1), dry_run=True))
    assert ids(Order("cancel", until=began - timedelta(hours=1), dry_run=True)) == []


def test_plays_on_hold_are_resumed_together(
    engine: Engine, admin: Actor, stage: Stage, waiting: list[str]
) -> None:
    held = act(engine, admin, Order("hold", flow="waits"))
    for play_id in waiting:
        perform(engine, play_id)
    on_hold = states_of(stage, waiting)

    resumed = act(engine, admin, Order("resume"))
    for play_id in waiting:
        perform(engine, play_id)

    assert (held.count, resumed.count) == (3, 3)
    assert on_hold == [PlayState.ON_HOLD] * 3
    assert states_of(stage, waiting) == [PlayState.WAIT] * 3


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_rerun_of_many_names_the_ones_it_must_not_repeat(
    engine: Engine, admin: Actor, stage: Stage, *, dry_run: bool
) -> None:
    harmless = stage.play(stage.probe("one"))
    paid = stage.play(stage.probe("pay", effect="irreversible"), flow="pays")

    result = act(engine, admin, Order("rerun", dry_run=dry_run))

    made = engine.store.database["plays"].distinct("rerunOf")
    assert (result.count, result.ids) == (1, [harmless.id])
    assert [(each.play_id, each.error.error_code) for each in result.refused] == [
        (paid.id, "IRREVERSIBLE_AGAIN")
    ]
    assert made == ([] if dry_run else [harmless.id])


def test_what_is_over_the_limit_is_left_for_the_next_call(
    engine: Engine, admin: Actor, waiting: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)

    first = act(engine, admin, Order("cancel"))
    second = act(engine, admin, Order("cancel", after=first.next))

    assert (first.ids, first.next) == (waiting[:2], waiting[1])
    assert (second.ids, second.next) == (waiting[2:], None)


def test_it_is_audited_once_with_its_count(engine: Engine, admin: Actor, waiting: list[str]) -> None:
    act(engine, admin, Order("cancel", flow="waits"))

    (entry,) = entries_of(engine, admin.company_id)
    details = entry["details"]
    assert entry["action"] == "plays.bulk"
    assert (details["asked"], details["flow"], details["count"]) == ("cancel", "waits", len(waiting))


def test_what_cannot_be_done_is_refused_before_anything_is_done(
    engine: Engine, admin: Actor, viewer: Actor, waiting: list[str], stage: Stage
) -> None:
    with pytest.raises(Invalid) as refused:
        act(engine, admin, Order("forget", states=("GONE",)))
    with pytest.raises(NotFound):
        act(engine, admin, Order("cancel", flow="nobody"))
    with pytest.raises(Denied):
        act(engine, viewer, Order("cancel"))

    assert [problem.path for problem in refused.value.problems] == ["filter.states[0]", "action"]
    assert [stage.load(play_id).wishes for play_id in waiting] == [[], [], []]


def test_another_company_has_no_hands_on_these_plays(
    engine: Engine, stranger: Actor, waiting: list[str]
) -> None:
    assert waiting
    assert act(engine, stranger, Order("cancel")).count == 0
