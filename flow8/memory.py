"""Tells Python's collector of cycles about a process that has loaded everything and begins to serve."""

import gc
from typing import Final

YOUNG: Final = 10_000


def settle() -> None:
    """Call once everything is loaded: what is there by now stays, so the collector need not look at it again.

    It would otherwise walk through all modules every few thousand requests, which stops everybody meanwhile,
    and look for cycles after every 700 objects, of which plays leave hardly any.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
