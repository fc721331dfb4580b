"""What was read a moment ago and may be used again, so that a busy door need not ask MongoDB each time."""

import time
from collections.abc import Callable, Hashable
from typing import Final, TypeVar, cast

FRESH_SECONDS: Final = 0.5
"""What another process changed is seen within this time: a revoked key must be refused within a second."""
MOST: Final = 1000

T = TypeVar("T")

_NEVER: Final = (float("-inf"), None)


class Fresh:
    """Values by key, each kept for half a second. That something is not there is never kept."""

    def __init__(self, seconds: float = FRESH_SECONDS) -> None:
        self._seconds = seconds
        self._kept: dict[Hashable, tuple[float, object]] = {}

    def get(self, key: Hashable, read: Callable[[], T | None]) -> T | None:
        """The value of a key; read now, unless that was a moment ago."""
        now, kept = time.monotonic(), self._kept
        read_at, value = kept.get(key, _NEVER)
        if now - read_at < self._seconds:
            return cast("T", value)
        found = read()
        if found is not None:
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = (now, found)
        return found

    def forget(self) -> None:
        """Read everything anew: this process changed something. What is being read just now is not kept."""
        self._kept = {}
