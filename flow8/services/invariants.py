"""Whether something moves every unfinished play on: looked at from outside the engine."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flow8.domain.access import Actor, Right
from flow8.domain.play import Awaited, LayerState, PlayState
from flow8.engine.engine import Engine
from flow8.services.asking import must
from flow8.services.play_shapes import Shape

SOON = timedelta(seconds=120)
"""The sweep puts off a play that it rang for by a minute at most; twice that, and nobody sweeps."""
MOST_SHOWN = 100

_OUTSIDE = {Awaited.APPROVAL, Awaited.EVENT, Awaited.PLAY}


@dataclass
class Report:
    """How many unfinished plays are moved on by what, and those that nothing moves."""

    counts: Counter[str] = field(default_factory=Counter)
    violations: list[Shape] = field(default_factory=list)

    def shape(self) -> Shape:
        """`{holds, checked, counts, violations}`, the violations cut to 100."""
        return {
            "holds": not self.violations,
            "checked": self.counts.total(),
            "counts": dict(self.counts),
            "violations": self.violations[:MOST_SHOWN],
        }


def check(engine: Engine, actor: Actor) -> Shape:
    """Look at every unfinished play of the company: exactly one thing should move it on.

    That is `leased` (a worker holds it), `due` (the sweep rings for it now or within two minutes), `deferred`
    (it is due later), `waiting` (for an approval, an event or another play) or `on_hold`.

    Raises:
        Denied: without the right to administer.
    """
    must(engine, actor, Right.ADMINISTER, "system.invariants")
    report, now = Report(), engine.store.clock.now()
    for play in engine.store.play_views.unfinished(actor.company_id):
        kind, problem = moved_by(play, now)
        report.counts[kind] += 1
        if problem is not None:
            report.violations.append(
                {"playId": play["_id"], "state": play["state"], "kind": kind, "message": problem}
            )
    return report.shape()


def moved_by(play: Shape, now: datetime) -> tuple[str, str | None]:
    """What moves a play on, `nothing` if so; and what is wrong with it, if anything."""
    lease, due = play.get("lease"), play.get("dueAt")
    if lease is not None and lease["until"] > now:
        return "leased", _wrong_with_lease(play)
    if due is not None and due <= now + SOON:
        late = due < now - SOON
        return "due", "It is long overdue; nobody sweeps." if late else None
    return _not_moved_soon(play)


def _not_moved_soon(play: Shape) -> tuple[str, str | None]:
    if play.get("wishes"):
        return "nothing", "It was asked for something, and nobody will ring for it."
    if play["state"] == PlayState.ON_HOLD:
        return "on_hold", None
    if _waits_for_others(play):
        return "waiting", None if play["state"] == PlayState.WAIT else "It waits, but its state is not WAIT."
    if play.get("dueAt") is not None:
        return "deferred", None if play["state"] == PlayState.DEFERRED else "Its due time is far away."
    return "nothing", "No lease, no due time, nothing that it waits for: nothing will ever move it on."


def _wrong_with_lease(play: Shape) -> str | None:
    if play["state"] != PlayState.RUN:
        return "A worker holds it, but its state is not RUN."
    if play.get("dueAt") is None:
        return "A worker holds it, and nobody would notice if that worker died."
    return None


def _waits_for_others(play: Shape) -> bool:
    return any(
        layer["state"] == LayerState.WAIT and layer.get("waiting", {}).get("what") in _OUTSIDE
        for layer in play.get("layers", {}).values()
    )
