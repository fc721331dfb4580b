"""Fail."""

import pytest

from catalogue.modules.control.fail import fail
from flow8.kit import Failed
from flow8.kit.binding import bind
from flow8.kit.testing import FakeContext


def test_it_fails_for_good_with_message_and_code() -> None:
    with pytest.raises(Failed) as failed:
        fail.run(bind(fail, {"message": "No stock is left.", "code": "NO_STOCK"}), FakeContext())

    assert (failed.value.message, failed.value.code, failed.value.final) == (
        "No stock is left.",
        "NO_STOCK",
        True,
    )


def test_a_code_that_is_no_name_is_refused() -> None:
    with pytest.raises(Failed, match="code"):
        bind(fail, {"message": "x", "code": "no stock"})
