"""One leader for each job, by lease."""

from flow8.store import Store


def test_one_leads_until_its_lease_runs_out_or_it_resigns(store: Store) -> None:
    first = store.leaders.lead("sweep", "one", 30)
    second = store.leaders.lead("sweep", "two", 30)
    again = store.leaders.lead("sweep", "one", 0)
    taken_over = store.leaders.lead("sweep", "two", 30)
    store.leaders.resign("sweep", "two")
    after_resigning = store.leaders.lead("sweep", "three", 30)

    assert (first, second, again, taken_over, after_resigning) == (True, False, True, True, True)


def test_different_jobs_have_different_leaders(store: Store) -> None:
    assert store.leaders.lead("sweep", "one", 30)
    assert store.leaders.lead("retention", "two", 30)


def test_a_job_is_led_while_a_lease_lasts(store: Store) -> None:
    before = store.leaders.is_led("sweep")
    store.leaders.lead("sweep", "one", 30)
    during = store.leaders.is_led("sweep")
    store.leaders.lead("sweep", "one", 0)

    assert (before, during, store.leaders.is_led("sweep")) == (False, True, False)
