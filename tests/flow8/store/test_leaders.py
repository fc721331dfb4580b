"""One leader for each job, by lease."""

import time

from flow8.store import Store
from flow8.store.leaders import LONG_AGO


def test_one_leads_until_its_lease_runs_out_or_it_resigns(store: Store) -> None:
    first = store.leaders.lead("sweep", "one", 30)
    second = store.leaders.lead("sweep", "two", 30)
    again = store.leaders.lead("sweep", "one", 0)
    taken_over = store.leaders.lead("sweep", "two", 30)
    store.leaders.resign("sweep", "two")
    after_resigning = store.leaders.lead("sweep", "three", 30)

    found = (first, second, again, taken_over, after_resigning)
    assert [token is not None for token in found] == [True, False, True, True, True]


def test_different_jobs_have_different_leaders(store: Store) -> None:
    assert store.leaders.lead("sweep", "one", 30)
    assert store.leaders.lead("retention", "two", 30)


def test_a_job_is_led_while_a_lease_lasts(store: Store) -> None:
    before = store.leaders.is_led("sweep")
    store.leaders.lead("sweep", "one", 30)
    during = store.leaders.is_led("sweep")
    store.leaders.lead("sweep", "one", 0)

    assert (before, during, store.leaders.is_led("sweep")) == (False, True, False)


def test_each_lead_has_a_larger_token_than_those_before_it(store: Store) -> None:
    first = [store.leaders.lead("sweep", "one", seconds) for seconds in (30, 30, 0)]
    second = store.leaders.lead("sweep", "two", 30)
    store.leaders.hand_over("sweep", "one")
    kept = store.leaders.lead("sweep", "three", 30)
    store.leaders.hand_over("sweep", "two")
    third = store.leaders.lead("sweep", "three", 30)

    assert len(set(first)) == 1
    assert kept is None
    assert (first[0] or 0) < (second or 0) < (third or 0)


def test_tokens_rise_when_the_clock_is_put_back_and_when_the_record_is_lost(store: Store) -> None:
    ahead = 2**50
    store.database["leaders"].insert_one({"_id": "sweep", "owner": None, "until": LONG_AGO, "token": ahead})
    before = store.leaders.lead("sweep", "one", 0)
    after = store.leaders.lead("sweep", "two", 30)
    first = store.leaders.lead("other", "one", 30)
    store.database["leaders"].delete_one({"_id": "other"})
    time.sleep(0.002)
    second = store.leaders.lead("other", "two", 30)

    assert (before, after) == (ahead + 1, ahead + 2)
    assert (first or 0) < (second or 0)
