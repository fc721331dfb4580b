"""Which route of a channel a request means."""

from dataclasses import replace

import pytest

from flow8.errors import NotFound
from flow8.ingress.route import WrongMethod, match
from tests.support.channels import a_channel, a_route


def test_a_route_is_found_with_the_parameters_of_its_path() -> None:
    order = a_route(name="order", path="/orders/{id}")
    channel = a_channel(a_route(), order)

    found = match(channel, "POST", "/orders/A%2F1")

    assert (found.route, found.params) == (order, {"id": "A/1"})


def test_an_unknown_path_is_not_found() -> None:
    with pytest.raises(NotFound) as caught:
        match(a_channel(), "POST", "/invoices")

    assert caught.value.error_code == "ROUTE_NOT_FOUND"


def test_a_wrong_method_names_the_right_ones() -> None:
    channel = a_channel(a_route(), a_route(http_method="GET"))

    with pytest.raises(WrongMethod) as caught:
        match(channel, "DELETE", "/orders")

    assert caught.value.allowed == ("GET", "POST")


def test_a_disabled_route_is_not_served() -> None:
    with pytest.raises(NotFound):
        match(a_channel(a_route(enabled=False)), "POST", "/orders")


def test_a_changed_channel_is_read_anew() -> None:
    channel = a_channel()
    match(channel, "POST", "/orders")

    changed = replace(channel, rev=2, routes=(a_route(path="/new"),))

    assert match(changed, "POST", "/new").params == {}
    with pytest.raises(NotFound):
        match(changed, "POST", "/orders")


def test_a_route_that_cannot_be_read_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    channel = a_channel(a_route(name="broken", path="no-slash"), a_route())

    found = match(channel, "POST", "/orders")

    assert found.route.name == "orders"
    assert "route 'broken'" in caplog.text
