"""Tells Python's collector of cycles about a process that has loaded everything and begins to serve."""

import gc
import os
import resource
from pathlib import Path
from typing import Final

_STATM: Final = Path("/proc/self/statm")

YOUNG: Final = 10_000


def settle() -> None:
    """Call once everything is loaded: what is there by now stays, so the collector need not look at it again.

    It would otherwise walk through all modules every few thousand requests, which stops everybody meanwhile,
    and look for cycles after every 700 objects, of which plays leave hardly any.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])


def resident_bytes() -> int:
    """How much memory this process has; where the system does not tell, the most that it ever had."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
