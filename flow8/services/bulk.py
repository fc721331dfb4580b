"""Hands on many plays at once: cancel, hold, resume or play again all that a filter finds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flow8.domain.access import Actor, Right
from flow8.domain.play import UNFINISHED, PlayState, WishKind
from flow8.engine.children import ask
from flow8.engine.engine import Engine
from flow8.engine.start import start
from flow8.errors import Conflict, Flow8Error, Invalid, NotFound, Problem
from flow8.services.asking import audit
from flow8.services.flows import flow_named
from flow8.services.page import refuse
from flow8.services.play_shapes import Shape
from flow8.services.reach import Within, must_on_flow, must_within
from flow8.services.rerun import Wanted, planned

MOST = 1000
SAMPLE = 20

FITTING = {
    "cancel": UNFINISHED,
    "hold": UNFINISHED - {PlayState.ON_HOLD},
    "resume": frozenset({PlayState.ON_HOLD}),
    "rerun": frozenset(PlayState) - UNFINISHED,
}
"""The states that each action makes sense in; plays in others are never looked at."""


@dataclass(frozen=True)
class Order:
    """What to do with which plays: those in `states` (none: all that fit) of `flow`, accepted in that time.

    At most 1,000 of them, oldest first; `after` goes on behind an earlier call's `next`.
    """

    action: str
    states: tuple[str, ...] = ()
    flow: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    dry_run: bool = False
    confirmed: bool = False
    after: str | None = None


@dataclass(frozen=True)
class Refused:
    """A play that the action was not done with, and why."""

    play_id: str
    error: Flow8Error

    def shape(self) -> Shape:
        """It as people and programs see it."""
        return {"playId": self.play_id, "error": self.error.error_code, "message": self.error.message}


@dataclass(frozen=True)
class Done:
    """With how many plays it was done (or would be), the first ids of them, and what was refused.

    `next` is set when there are more: pass it as `after`.
    """

    count: int
    ids: list[str]
    refused: list[Refused]
    next: str | None

    def shape(self) -> Shape:
        """It as people and programs see it."""
        refused = [each.shape() for each in self.refused]
        return {"count": self.count, "ids": self.ids, "refused": refused, "next": self.next}


def act(engine: Engine, actor: Actor, order: Order) -> Done:
    """Do one thing with many plays, each for itself: one that refuses does not stop the others.

    Raises:
        Denied: without the right to run.
        NotFound: FLOW_NOT_FOUND.
        Invalid: an action or a state that is none.
    """
    within = must_within(engine, actor, Right.RUN, "plays.bulk")
    refuse(_problems(order), "This cannot be done with many plays.")
    found = _found(engine, actor, order, within)
    some = found[:MOST]
    do, refused, done = _deed(engine, actor, order), [], []
    for play_id in some:
        try:
            do(play_id)
            done.append(play_id)
        except (Conflict, NotFound, Invalid) as error:
            refused.append(Refused(play_id, error))
    result = Done(len(done), done[:SAMPLE], refused, some[-1] if len(found) > MOST else None)
    if not order.dry_run:
        _note(engine, actor, order, result)
    return result


def _problems(order: Order) -> list[Problem]:
    known = {state.value for state in PlayState}
    problems = [
        Problem(f"filter.states[{place}]", f"'{state}' is no state of a play")
        for place, state in enumerate(order.states)
        if state not in known
    ]
    if order.action not in FITTING:
        problems.append(Problem("action", f"must be one of {', '.join(FITTING)}"))
    return problems


def _found(engine: Engine, actor: Actor, order: Order, within: Within) -> list[str]:
    states = sorted(FITTING[order.action] & set(order.states or PlayState))
    if order.flow is not None:
        must_on_flow(engine, actor, Right.RUN, "plays.bulk", order.flow)
    flow_id = None if order.flow is None else flow_named(engine, actor.company_id, order.flow).id
    return engine.store.play_views.matching(
        actor.company_id,
        states=[str(state) for state in states],
        limit=MOST + 1,
        flow_id=flow_id,
        since=order.since,
        until=order.until,
        after=order.after,
        within=within,
    )


def _deed(engine: Engine, actor: Actor, order: Order) -> Callable[[str], None]:
    """What to do with one play; a dry run of a rerun finds out what speaks against it."""

    def wish(play_id: str) -> None:
        kind = WishKind(order.action)
        if not order.dry_run and not ask(engine, actor.company_id, play_id, kind, by=actor.name):
            raise Conflict("It is over meanwhile.", code="PLAY_FINISHED")

    def rerun(play_id: str) -> None:
        plan = planned(engine, actor, play_id, Wanted(confirmed=order.confirmed))
        if not order.dry_run:
            start(engine, plan.request)

    return rerun if order.action == "rerun" else wish


def _note(engine: Engine, actor: Actor, order: Order, done: Done) -> None:
    audit(
        engine,
        actor,
        "plays.bulk",
        asked=order.action,
        states=list(order.states) or None,
        flow=order.flow,
        since=order.since,
        until=order.until,
        count=done.count,
        first=done.ids,
        refused=len(done.refused),
        confirmed=order.confirmed or None,
    )
