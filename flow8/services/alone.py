"""Work that only one process may do at a time, whichever door it came through."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from flow8.engine.engine import Engine
from flow8.errors import Unavailable
from flow8.ids import new_id

LEASE_SECONDS = 60.0
"""Longer than any such work takes: after this a holder counts as dead."""
PATIENCE_SECONDS = 90.0
LOOK_SECONDS = 0.05


@contextmanager
def alone(engine: Engine, job: str) -> Iterator[None]:
    """Wait until nobody else does this job, then do it.

    Raises:
        Unavailable: others did it for a minute and a half.
    """
    leaders, owner, job = engine.store.leaders, new_id(), f"alone:{job}"
    until = time.monotonic() + PATIENCE_SECONDS
    while not leaders.lead(job, owner, LEASE_SECONDS):
        if time.monotonic() > until:
            raise Unavailable("Somebody else does the same right now; try again in a moment.")
        time.sleep(LOOK_SECONDS)
    try:
        yield
    finally:
        leaders.resign(job, owner)
