"""When a failed flowlet is tried again."""

import pytest

from flow8.domain.flow import Retry
from flow8.domain.retry import delay_ms, may_retry


def a_retry(**fields: object) -> Retry:
    return Retry.model_validate(fields)


@pytest.mark.parametrize(
    ("count", "attempts", "allowed"),
    [(0, 1, False), (1, 1, True), (1, 2, False), (3, 3, True), (3, 4, False), (100, 100, True)],
)
def test_count_is_the_number_of_tries_after_the_first(count: int, attempts: int, allowed: bool) -> None:  # noqa: FBT001 - a table
    assert may_retry(a_retry(count=count), attempts) is allowed


@pytest.mark.parametrize(
    ("fields", "attempt", "factor", "milliseconds"),
    [
        ({}, 1, 1.2, 1000),
        ({}, 5, 0.8, 1000),
        ({"delayMs": 0, "backoffMultiplier": 10}, 50, 1.2, 0),
        ({"delayMs": 200, "backoffMultiplier": 2}, 1, 1.0, 200),
        ({"delayMs": 200, "backoffMultiplier": 2}, 2, 1.0, 400),
        ({"delayMs": 200, "backoffMultiplier": 2}, 4, 1.0, 1600),
        ({"delayMs": 200, "backoffMultiplier": 2, "maxDelayMs": 500}, 4, 1.0, 500),
        ({"delayMs": 1000, "jitter": True}, 1, 0.8, 800),
        ({"delayMs": 1000, "jitter": True}, 1, 1.2, 1200),
        ({"delayMs": 1000, "jitter": False}, 1, 1.2, 1000),
        ({"delayMs": 1000, "jitter": True, "maxDelayMs": 1100}, 1, 1.2, 1100),
        ({"delayMs": 333, "backoffMultiplier": 1.5}, 2, 1.0, 500),
        ({"delayMs": 86_400_000, "backoffMultiplier": 10}, 100, 1.0, 3_600_000),
    ],
)
def test_the_delay_grows_from_try_to_try_up_to_its_limit(
    fields: dict[str, object], attempt: int, factor: float, milliseconds: int
) -> None:
    assert delay_ms(a_retry(**fields), attempt, factor) == milliseconds
