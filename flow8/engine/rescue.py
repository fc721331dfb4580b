"""The sweep: rings for plays that nobody claimed, whose lease ran out, or whose time has come."""

from flow8.engine.engine import Engine
from flow8.metrics.counters import lease_expiries, rescues
from flow8.store.database import Document, faults_in_words

SWEEP_PLAYS = 500
AGAIN_SECONDS = (5.0, 10.0, 20.0, 40.0, 60.0)
"""How long a play is left alone after its first, second … ring: a deep backlog makes no storm."""


def sweep(engine: Engine) -> int:
    """Ring for at most 500 due plays, the longest due first; how many were rung.

    Raises:
        Unavailable: MongoDB does not answer.
    """
    with faults_in_words():
        due = engine.store.plays.due(SWEEP_PLAYS)
        last = len(AGAIN_SECONDS) - 1
        engine.store.plays.put_off(due, [AGAIN_SECONDS[min(play.get("rings", 0), last)] for play in due])
    for play in due:
        _count(play)
        engine.bell.ring(play["_id"], play["lane"], priority=-play.get("priority", 0))
    return len(due)


def _count(play: Document) -> None:
    if "lease" in play:
        rescues.labels("lease").inc()
        if not play.get("rings"):
            lease_expiries.inc()
    else:
        rescues.labels("waiting" if play["state"] == "NEW" else "time").inc()
