"""The server's time, told without asking each time."""

from datetime import timedelta

from flow8.clock import utc_now
from flow8.store import Store
from flow8.store.server_clock import ServerClock


def test_on_one_machine_the_servers_time_is_this_machines_time(store: Store) -> None:
    before = utc_now()

    told = ServerClock(store.database).now()

    assert before <= told <= utc_now() + timedelta(milliseconds=1)


def test_who_asks_gets_the_servers_time_however_wrong_the_difference_has_become(store: Store) -> None:
    clock = ServerClock(store.database)
    clock.now()
    clock._offset = timedelta(minutes=5)
    before = utc_now()

    told = clock.asked()

    assert before - timedelta(milliseconds=1) <= told <= utc_now() + timedelta(milliseconds=1)
    assert told.tzinfo is not None
