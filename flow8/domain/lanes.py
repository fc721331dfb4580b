"""The lanes: the queues that workers serve."""

from typing import Final

DEFAULT_LANE: Final = "plays"
LANES: Final[tuple[str, ...]] = (DEFAULT_LANE, "documents")
