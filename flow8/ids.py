"""Names for records."""

import secrets
import time
from datetime import datetime
from typing import Final

TICKS_OF_A_SECOND: Final = 65536


def new_id() -> str:
    """24 hexadecimal digits in the order of time, the shape of a MongoDB ObjectId.

    Four bytes of unix seconds, two of their fraction, six random ones: any process makes them without asking,
    and sorting by them is sorting by time.
    """
    ticks = int(time.time() * TICKS_OF_A_SECOND)
    return f"{ticks:012x}{secrets.token_hex(6)}"


def first_id_of(moment: datetime) -> str:
    """What no id that is made from this moment on is smaller than."""
    ticks = max(0, int(moment.timestamp() * TICKS_OF_A_SECOND))
    return f"{ticks:012x}{'0' * 12}"


def new_secret(size: int = 32) -> str:
    """A URL-safe random text of `size` bytes of entropy."""
    return secrets.token_urlsafe(size)
