"""Counts of plays by time and state."""

from datetime import timedelta
from itertools import pairwise

import pytest

from flow8.clock import utc_now
from flow8.domain.access import Actor
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine
from flow8.errors import Invalid, NotFound
from flow8.ids import id_at, new_id
from flow8.services.histogram import USUAL_BUCKETS, histogram
from flow8.services.play_filter import Filter
from tests.support.engines import Stage
from tests.support.factories import OTHER_COMPANY, a_flow, a_play

EMPTY = "empty"


def put(engine: Engine, company_id: str, minutes: float, state: PlayState, **changes: str) -> None:
    moment = utc_now() - timedelta(minutes=minutes)
    play_id = f"{id_at(moment.timestamp())[:12]}{new_id()[12:]}"
    play = a_play(id=play_id, company_id=company_id, created_at=moment, state=state, **changes)
    engine.store.plays.insert(play, [])


def test_plays_are_counted_by_time_and_state(engine: Engine, admin: Actor) -> None:
    for minutes, state in (
        (5, PlayState.DONE),
        (6, PlayState.DONE),
        (25, PlayState.FAIL),
        (90, PlayState.DONE),
    ):
        put(engine, admin.company_id, minutes, state)
    put(engine, OTHER_COMPANY, 5, PlayState.DONE)
    now = utc_now()

    found = histogram(
        engine, admin, Filter(since=now - timedelta(hours=1), until=now + timedelta(minutes=1)), buckets=4
    )

    assert sum(sum(bucket.counts.values()) for bucket in found.buckets) == 3
    assert [bucket.counts for bucket in found.buckets if bucket.counts] == [{"FAIL": 1}, {"DONE": 2}]
    starts = [bucket.since for bucket in found.buckets]
    assert {later - earlier for earlier, later in pairwise(starts)} == {found.width}
    assert starts[-1] + found.width >= found.until


def test_without_a_time_it_is_the_last_day(engine: Engine, admin: Actor) -> None:
    put(engine, admin.company_id, 60 * 23, PlayState.DONE)
    put(engine, admin.company_id, 60 * 25, PlayState.DONE)

    found = histogram(engine, admin)

    assert (len(found.buckets), found.width) in (
        (USUAL_BUCKETS, timedelta(minutes=30)),
        (USUAL_BUCKETS, timedelta(minutes=30, seconds=1)),
    )
    assert sum(sum(bucket.counts.values()) for bucket in found.buckets) == 1


def test_it_may_be_of_one_flow_and_of_some_states(engine: Engine, admin: Actor, stage: Stage) -> None:
    flow = stage.publish(a_flow(flow=EMPTY))
    put(engine, admin.company_id, 1, PlayState.DONE, flow_id=flow.id)
    put(engine, admin.company_id, 1, PlayState.DONE)

    def count(wanted: Filter) -> int:
        return sum(sum(each.counts.values()) for each in histogram(engine, admin, wanted).buckets)

    assert (count(Filter()), count(Filter(flow=EMPTY)), count(Filter(states=["FAIL"]))) == (2, 1, 0)
    with pytest.raises(NotFound):
        count(Filter(flow="nobody"))


def test_it_counts_by_words_and_trigger_as_the_list_does(engine: Engine, admin: Actor) -> None:
    put(engine, admin.company_id, 1, PlayState.DONE, title="Invoice 7")
    put(engine, admin.company_id, 1, PlayState.DONE, title="Refund 7")

    def count(wanted: Filter) -> int:
        return sum(sum(each.counts.values()) for each in histogram(engine, admin, wanted).buckets)

    assert (count(Filter(text="invoice")), count(Filter(text="7"))) == (1, 2)
    assert (count(Filter(trigger="test")), count(Filter(trigger="web", text="7"))) == (2, 0)


@pytest.mark.parametrize("buckets", [0, 501])
def test_so_many_buckets_are_refused(engine: Engine, admin: Actor, buckets: int) -> None:
    with pytest.raises(Invalid):
        histogram(engine, admin, buckets=buckets)


def test_a_time_that_ends_before_it_begins_is_refused(engine: Engine, admin: Actor) -> None:
    now = utc_now()

    with pytest.raises(Invalid) as refused:
        histogram(engine, admin, Filter(since=now, until=now - timedelta(hours=1), states=["GONE"]))

    assert [problem.path for problem in refused.value.problems] == ["state", "to"]
