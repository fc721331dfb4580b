"""One scheduler leads; another takes over when it resigns."""

from flow8.store import Store
from scheduler.leader import Leader


def test_one_leads_and_another_follows_when_it_resigns(store: Store) -> None:
    first, second = Leader(store.leaders, "one"), Leader(store.leaders, "two")

    before = [first.leads(), second.leads(), first.leads()]
    first.resign()
    after = [second.leads(), first.leads()]

    assert (before, after) == ([True, False, True], [True, False])
