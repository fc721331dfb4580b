"""When a failed flowlet is tried again."""

from flow8.domain.flow import Retry


def may_retry(retry: Retry, attempts: int) -> bool:
    """Whether another attempt is allowed after this many; `count` counts the tries after the first."""
    return attempts <= retry.count


def delay_ms(retry: Retry, attempt: int, factor: float) -> int:
    """Milliseconds to wait after attempt number `attempt` (from 1) failed.

    `factor` (0.8-1.2, drawn by the caller) spreads retries that failed together; it counts only when the
    author asked for jitter. Never more than `maxDelayMs`.
    """
    wait = retry.delay_ms * retry.backoff_multiplier ** (attempt - 1)
    if retry.jitter:
        wait *= factor
    return round(min(wait, retry.max_delay_ms))
