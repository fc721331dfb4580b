"""Wait for an event."""

import pytest

from catalogue.modules.control.wait_for_event import wait_for_event
from flow8.kit import AwaitEvent, Failed
from flow8.kit.binding import bind
from flow8.kit.testing import FakeContext


def test_it_asks_the_engine_to_wait_for_the_key() -> None:
    assert wait_for_event.run(bind(wait_for_event, {"key": "paid"}), FakeContext()) == AwaitEvent(key="paid")


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(Failed, match="key"):
        bind(wait_for_event, {"key": ""})
