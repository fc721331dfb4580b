"""What all channel ports of a process share."""

from dataclasses import replace

import gevent
import pytest
from gevent.event import Event

from flow8.errors import Unavailable
from flow8.store import open_store
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.system import until
from workers.channels.door import KnownFlows, Slots


def hold(slots: Slots, leave: Event) -> None:
    with slots.one():
        leave.wait()


def test_slots_are_given_back_with_the_answer() -> None:
    slots, leave = Slots(2), Event()
    requests = [gevent.spawn(hold, slots, leave) for _ in range(2)]
    gevent.sleep(0)

    with pytest.raises(Unavailable) as caught, slots.one():
        pass

    assert (caught.value.error_code, slots.taken) == ("POOL_FULL", 2)
    leave.set()
    gevent.joinall(requests, raise_error=True)
    assert slots.taken == 0


def test_a_play_counts_until_it_ends_though_its_caller_has_an_answer() -> None:
    slots, over = Slots(1), Event()

    with slots.one():
        slots.spawn(over.wait)
    gevent.sleep(0)

    assert slots.taken == 1
    over.set()
    gevent.sleep(0.01)
    assert slots.taken == 0


def test_a_play_that_ended_before_its_answer_counts_once() -> None:
    slots = Slots(1)

    with slots.one():
        slots.spawn(gevent.sleep, 0)
        gevent.sleep(0.01)
        assert slots.taken == 1

    assert slots.taken == 0


def test_parallel_flowlets_of_a_play_are_no_plays() -> None:
    slots, over = Slots(1), Event()

    with slots.one():
        slots.spawn(lambda: slots.spawn(over.wait))
        gevent.sleep(0.01)

    assert slots.taken == 0
    over.set()


def test_a_known_flow_is_asked_for_again_after_a_while(stage: Stage) -> None:
    flow = stage.publish(a_flow())
    known = KnownFlows(stage.engine, fresh_seconds=0.3)
    known.find(flow.company_id, flow.id)
    disabled = stage.engine.store.flows.save_draft(flow, a_flow(enabled=False), "test")

    at_once = known.find(flow.company_id, flow.id)

    assert at_once == flow
    until(lambda: known.find(flow.company_id, flow.id) == disabled, 5, "a fresh look")


def test_a_flow_of_another_company_is_not_known(stage: Stage) -> None:
    flow = stage.publish(a_flow())

    assert KnownFlows(stage.engine).find("1" * 24, flow.id) is None


def test_a_known_flow_outlives_mongodb_and_an_unknown_one_does_not(stage: Stage) -> None:
    flow, store = stage.publish(a_flow()), open_store(stage.engine.settings)
    known = KnownFlows(replace(stage.engine, store=store), fresh_seconds=0.0)
    known.find(flow.company_id, flow.id)
    store.close()

    assert known.find(flow.company_id, flow.id) == flow
    with pytest.raises(Unavailable):
        known.find(flow.company_id, "0" * 24)
