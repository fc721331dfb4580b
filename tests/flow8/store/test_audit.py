"""The audit record: added to, and cleared by age only."""

from datetime import timedelta

from flow8.clock import utc_now
from flow8.store import Store
from tests.support.factories import COMPANY


def test_entries_go_by_age(store: Store) -> None:
    store.audit.add(COMPANY, action="flow.publish", actor="ana", door="api", ip="10.0.0.1", subject="a-flow")

    kept = store.audit.remove_before(utc_now() - timedelta(days=1))
    gone = store.audit.remove_before(utc_now() + timedelta(days=1))

    assert (kept, gone) == (0, 1)
