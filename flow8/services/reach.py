"""On which flows somebody holds a right: by role on all of the company's, by grants on some.

Whoever serves something of a flow or of a play asks here first; `asking.must` alone asks for a right in the
whole company, so a service that forgets grants refuses those who have nothing else.
"""

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Denied, NotFound
from flow8.services.asking import audit, must

Within = frozenset[str] | None
"""The ids of the flows that somebody may use; None for every flow of the company."""


def rights_on(engine: Engine, actor: Actor, flow_id: str) -> frozenset[Right]:
    """Everything that the actor may do with one flow of the company; whatever nobody gave is denied."""
    if not actor.grants.groups:
        return actor.rights | actor.grants.on(flow_id, ())
    around = engine.store.access.groups_around(actor.company_id, flow_id)
    return actor.rights | actor.grants.on(flow_id, around)


def must_on_flow(engine: Engine, actor: Actor, right: Right, action: str, name: str) -> None:
    """Go on only with this right on the flow of an id or permanent id, be it deleted; a denial is audited.

    Raises:
        Denied: the actor holds the right nowhere, or may see the flow but not this.
        NotFound: FLOW_NOT_FOUND; the actor may not even see it, or there is none.
    """
    if right in actor.rights:
        return
    _must_somewhere(engine, actor, right, action, name)
    flow = engine.store.flows.find_kept(actor.company_id, name) if name.isprintable() else None
    if flow is None:
        raise no_flow(name)
    _must_be_granted(engine, actor, right, action, name, flow.id, no_flow(name))


def must_on_play(engine: Engine, actor: Actor, right: Right, action: str, play_id: str) -> None:
    """Go on only with this right on the flow of a play; a denial is audited.

    Raises:
        Denied: the actor holds the right nowhere, or may see the play but not this.
        NotFound: PLAY_NOT_FOUND; the actor may not even see it, or there is none.
    """
    if right in actor.rights:
        return
    _must_somewhere(engine, actor, right, action, play_id)
    flow_id = engine.store.play_views.flow_of(actor.company_id, play_id)
    if flow_id is None:
        raise no_play(play_id)
    _must_be_granted(engine, actor, right, action, play_id, flow_id, no_play(play_id))


def must_on_schedule(engine: Engine, actor: Actor, right: Right, action: str, schedule_id: str) -> None:
    """Go on only with this right on the flow of a schedule; a denial is audited.

    Raises:
        Denied: the actor holds the right nowhere, or may see the schedule but not this.
        NotFound: SCHEDULE_NOT_FOUND; the actor may not even see it, or there is none.
    """
    if right in actor.rights:
        return
    _must_somewhere(engine, actor, right, action, schedule_id)
    flow_id = engine.store.schedules.flow_of(actor.company_id, schedule_id)
    if flow_id is None:
        raise no_schedule(schedule_id)
    _must_be_granted(engine, actor, right, action, schedule_id, flow_id, no_schedule(schedule_id))


def must_within(engine: Engine, actor: Actor, right: Right, action: str) -> Within:
    """The flows on which the actor holds this right, for a list of what is theirs; a denial is audited.

    Raises:
        Denied: the actor holds the right nowhere.
    """
    if right in actor.rights:
        return None
    _must_somewhere(engine, actor, right, action, None)
    return holds_within(engine, actor, right)


def holds_within(engine: Engine, actor: Actor, right: Right) -> Within:
    """The same for services that ask about somebody else: no flow at all where they hold it nowhere."""
    if right in actor.rights:
        return None
    named, groups = actor.grants.flows_with(right), sorted(actor.grants.groups_with(right))
    return named | engine.store.access.flows_in(actor.company_id, groups) if groups else named


def no_flow(name: str) -> NotFound:
    """What is said of a flow that is not there, or not there for who asks."""
    return NotFound(f"There is no flow '{name}'.", code="FLOW_NOT_FOUND")


def no_play(play_id: str) -> NotFound:
    """What is said of a play that is not there, or not there for who asks."""
    return NotFound(f"There is no play '{play_id}'.", code="PLAY_NOT_FOUND")


def no_schedule(schedule_id: str) -> NotFound:
    """What is said of a schedule that is not there, or not there for who asks."""
    return NotFound(f"There is no schedule '{schedule_id}'.", code="SCHEDULE_NOT_FOUND")


def _must_somewhere(engine: Engine, actor: Actor, right: Right, action: str, subject: str | None) -> None:
    if not actor.holds_somewhere(right):
        must(engine, actor, right, action, subject)


def _must_be_granted(
    engine: Engine, actor: Actor, right: Right, action: str, subject: str, flow_id: str, unseen: NotFound
) -> None:
    rights = rights_on(engine, actor, flow_id)
    if right in rights:
        return
    audit(engine, actor, "denied", subject, asked=action, right=right.value)
    if Right.VIEW not in rights:
        raise unseen
    raise Denied(f"{actor.name} lacks the right '{right}' on this flow; ask an administrator for it.")
