"""Long work lets others run and ends in time."""

import pytest

from flow8.kit import Failed, breathe, paced
from flow8.kit.testing import FakeContext


def test_all_items_come_through() -> None:
    assert list(paced(range(2500), FakeContext(), every=1000)) == list(range(2500))


def test_work_ends_when_the_time_is_over() -> None:
    seen: list[int] = []

    with pytest.raises(Failed, match="execution timeout") as failed:
        seen.extend(paced(iter(range(10**9)), FakeContext(seconds=0.05), every=100))

    assert (failed.value.final, failed.value.code) == (False, "TIMEOUT")


def test_a_breath_in_time_is_free() -> None:
    breathe(FakeContext(seconds=60))
