"""What all channel ports of a process share."""

import time
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


def test_a_request_waits_a_moment_for_a_slot() -> None:
    slots, leave, got = Slots(1), Event(), Event()
    first = gevent.spawn(hold, slots, leave)
    gevent.sleep(0)

    def wait() -> None:
        with slots.one(5):
            got.set()

    second = gevent.spawn(wait)
    gevent.sleep(0.05)
    assert not got.is_set()
    leave.set()
    for each in (first, second):
        each.get(timeout=5)

    assert got.is_set()
    assert slots.taken == 0


def test_whoever_waits_longest_is_next_and_nobody_overtakes() -> None:
    slots, leave, order = Slots(1), Event(), list[int]()

    def take(number: int) -> None:
        with slots.one(5, queue=3):
            order.append(number)
            gevent.sleep(0)

    first = gevent.spawn(hold, slots, leave)
    gevent.sleep(0)
    waiting = [gevent.spawn(take, number) for number in range(3)]
    gevent.sleep(0)
    leave.set()
    first.join()
    waiting.append(gevent.spawn(take, 3))
    gevent.joinall(waiting, timeout=5, raise_error=True)

    assert order == [0, 1, 2, 3]
    assert slots.taken == 0


def test_the_queue_has_an_end() -> None:
    slots, leave = Slots(1), Event()
    requests = [gevent.spawn(hold, slots, leave) for _ in range(2)]
    gevent.sleep(0)
    began = time.monotonic()

    with pytest.raises(Unavailable), slots.one(5):
        pass

    assert time.monotonic() - began < 4
    leave.set()
    gevent.joinall(requests, timeout=5, raise_error=True)
    assert slots.taken == 0


def test_a_play_that_ends_lets_the_next_one_in() -> None:
    slots, over = Slots(1), Event()
    with slots.one():
        slots.spawn(over.wait)
    gevent.sleep(0)
    gevent.spawn_later(0.05, over.set)

    with slots.one(5):
        assert slots.taken == 1

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
    until(lambda: known.find(flow.company_id, flow.id) == disabled, 30, "a fresh look")


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
