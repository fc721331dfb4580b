"""How large the large tests are: one size for every change, and the full one, run by hand before a release.

`FLOW8_TEST_SIZE=full` in the environment makes every one of them full.
"""

import os
from typing import Final, TypeVar

VARIABLE: Final = "FLOW8_TEST_SIZE"

T = TypeVar("T")


def is_full() -> bool:
    """Whether the full size is asked for.

    Raises:
        ValueError: something else is asked for, most likely a slip.
    """
    asked = os.environ.get(VARIABLE, "")
    if asked not in ("", "full"):
        raise ValueError(f"{VARIABLE} is '{asked}'; leave it out, or say 'full'.")
    return asked == "full"


def sized(usual: T, full: T) -> T:
    """The number, or whatever else, that the size of this run asks for."""
    return full if is_full() else usual
