"""What failed and needs somebody: together by reason, without what was rerun, tested or is not one's own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flow8.clock import utc_now
from flow8.domain.access import Actor, Grants, Right
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Denied
from flow8.services import draft_tests
from flow8.services import failures as service
from flow8.services.failures import failures
from flow8.services.rerun import Wanted, rerun
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.ui_plays import FAILING, a_failed_play, copies

CHECK = {
    "ref": "check",
    "appId": "fail",
    "args": {"message": "order '{{ $args.id }}' of {{ $args.n }} is unknown"},
}


def test_plays_that_failed_for_one_reason_stand_together_the_last_one_first(
    engine: Engine, stage: Stage, admin: Actor
) -> None:
    flow = stage.publish(a_flow(CHECK, flow="orders", title="Order {{ $args.id }}"))
    first, last = (stage.accept(flow, {"id": name, "n": len(name)}) for name in ("A", "B-22"))
    for play_id in (first, last):
        perform(engine, play_id)
    other = a_failed_play(stage)

    found = failures(engine, admin)

    billing, orders = found.groups
    assert found.is_all
    assert (billing.flow, billing.ref, billing.count, billing.last_play_id) == (
        "billing",
        "charge_card",
        1,
        other,
    )
    assert (orders.count, orders.last_play_id, orders.last_title) == (2, last, "Order B-22")
    assert (orders.code, orders.message) == ("FAILED", "order 'B-22' of 4 is unknown")
    assert orders.first_at < orders.last_at
    assert {each.id for each in failures(engine, admin).groups} == {billing.id, orders.id}


def test_a_rerun_stands_for_the_play_that_failed(engine: Engine, stage: Stage, admin: Actor) -> None:
    play_id = a_failed_play(stage)
    again = rerun(engine, admin, play_id, Wanted()).play_id

    assert failures(engine, admin).groups == ()
    perform(engine, again)
    [group] = failures(engine, admin).groups
    assert (group.count, group.last_play_id) == (1, again)

    engine.store.database["plays"].update_one({"_id": again}, {"$set": {"state": "CANCELLED"}})
    [group] = failures(engine, admin).groups
    assert group.last_play_id == play_id


def test_old_ones_and_tests_of_drafts_are_not_told_of(engine: Engine, stage: Stage, admin: Actor) -> None:
    play_id = a_failed_play(stage)
    copies(engine, play_id, 3, ago=timedelta(hours=30))
    tested = draft_tests.test_draft(engine, admin, "billing", draft_tests.Trial(args={"id": 1})).play_id
    perform(engine, tested)

    [group] = failures(engine, admin).groups
    assert group.count == 1
    [group] = failures(engine, admin, utc_now() - timedelta(hours=31)).groups
    assert group.count == 4


def test_only_plays_of_flows_that_one_may_see_are_told_of(
    engine: Engine, stage: Stage, viewer: Actor
) -> None:
    a_failed_play(stage)
    hidden = stage.play(*FAILING, flow="hidden", args={"id": 1})
    flow_id = str(engine.store.play_views.flow_of(viewer.company_id, hidden.id))
    some = replace(viewer, rights=frozenset(), grants=Grants(flows={flow_id: frozenset({Right.VIEW})}))

    assert [each.flow for each in failures(engine, some).groups] == ["hidden"]
    with pytest.raises(Denied):
        failures(engine, replace(viewer, rights=frozenset()))


def test_more_than_are_looked_at_is_said(
    engine: Engine, stage: Stage, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_PLAYS", 5)
    copies(engine, a_failed_play(stage), 9)

    found = failures(engine, admin)

    assert (found.is_all, found.groups[0].count) == (False, 5)
