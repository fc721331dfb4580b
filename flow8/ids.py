"""Names for records."""

import re
import secrets
import time
from typing import Final

TICKS_OF_A_SECOND: Final = 65536
ID: Final = re.compile("[0-9a-f]{24}")
"""What every id looks like."""


def new_id() -> str:
    """24 hexadecimal digits in the order of time, the shape of a MongoDB ObjectId.

    Four bytes of unix seconds, two of their fraction, six random ones: any process makes them without asking,
    and sorting by them is sorting by time.
    """
    ticks = int(time.time() * TICKS_OF_A_SECOND)
    return f"{ticks:012x}{secrets.token_hex(6)}"


def id_at(seconds: float) -> str:
    """What comes before every id made at this time (unix seconds) or later, and after all earlier ones."""
    return f"{max(0, int(seconds * TICKS_OF_A_SECOND)):012x}{'0' * 12}"


def time_of(name: str) -> float:
    """When an id was made, in unix seconds.

    Raises:
        ValueError: it is none of ours.
    """
    return int(name[:12], 16) / TICKS_OF_A_SECOND


def new_secret(size: int = 32) -> str:
    """A URL-safe random text of `size` bytes of entropy."""
    return secrets.token_urlsafe(size)
