"""What the bell asks of a broker."""

from collections.abc import Sequence
from typing import Any, Protocol

from dramatiq import Message


class Publisher(Protocol):
    """One thread's way of sending. Its methods raise `Unavailable` when the broker cannot be reached."""

    def publish(self, messages: Sequence[Message[Any]]) -> None:
        """Return when the broker has confirmed all of them. After a failure any of them may be there."""

    def idle(self) -> None:
        """Keep the connection alive; to be called every few seconds without messages."""

    def probe(self) -> None:
        """Ask the broker for a sign of life over a way of its own; any thread may call it."""

    def depths(self, queues: Sequence[str]) -> dict[str, float] | None:
        """How many messages wait in each queue; None when the broker cannot tell now. Any thread may ask."""

    def close(self) -> None:
        """Let go of the connection."""
