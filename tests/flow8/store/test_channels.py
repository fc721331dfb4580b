"""Channels in the store: ports that nobody shares, changes that nobody overwrites."""

import threading

import pytest

from flow8.clock import utc_now
from flow8.errors import Conflict, Unavailable
from flow8.ids import new_id
from flow8.store import Store
from flow8.store.channels import Channel, Route
from tests.support.factories import COMPANY, OTHER_COMPANY


def a_channel(slug: str, company_id: str = COMPANY) -> Channel:
    return Channel(new_id(), company_id, slug, slug, "http", "public", None, False, utc_now())


def test_the_lowest_free_port_is_given_across_companies(store: Store) -> None:
    channels = [store.channels.create(a_channel("a")), store.channels.create(a_channel("b", OTHER_COMPANY))]

    ports = [store.channels.enable_on_free_port(channel, range(7701, 7704)).port for channel in channels]

    assert ports == [7701, 7702]


def test_channels_enabled_at_once_get_different_ports(store: Store) -> None:
    channels = [store.channels.create(a_channel(f"c{number}")) for number in range(8)]
    threads = [
        threading.Thread(target=store.channels.enable_on_free_port, args=(channel, range(7701, 7709)))
        for channel in channels
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(channel.port for channel in store.channels.enabled(["http"])) == list(range(7701, 7709))


def test_without_a_free_port_the_setting_to_change_is_named(store: Store) -> None:
    store.channels.enable_on_free_port(store.channels.create(a_channel("a")), [7701])

    with pytest.raises(Unavailable, match="CHANNEL_PORT_RANGE"):
        store.channels.enable_on_free_port(store.channels.create(a_channel("b")), [7701])


def test_a_route_comes_back_as_it_was_added(store: Store) -> None:
    channel = store.channels.create(a_channel("a"))
    route = Route("r1", "orders", ("f1",), "POST", "/orders/{id}", None, "Takes an order.", "async", 5.0)

    store.channels.add_route(channel, route)

    found = store.channels.get(COMPANY, "a")
    assert found is not None
    assert (found.routes, found.rev) == ((route,), 2)


def test_of_two_changes_of_the_same_channel_the_second_is_told(store: Store) -> None:
    channel = store.channels.create(a_channel("a"))
    store.channels.set_enabled(channel, enabled=False)

    with pytest.raises(Conflict):
        store.channels.set_enabled(channel, enabled=True)
