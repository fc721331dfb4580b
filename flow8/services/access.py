"""Grants: what a user or a user group may do on one flow, or on a group of flows, beside their role."""

from dataclasses import dataclass
from typing import Final

from flow8.clock import utc_now
from flow8.domain.access import GRANTED, Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import NotFound, Problem
from flow8.ids import new_id
from flow8.services.asking import audit, must
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.services.reach import must_on_flow, must_within
from flow8.store.access import Grant

RIGHTS: Final = tuple(right.value for right in GRANTED)


@dataclass(frozen=True)
class Wish:
    """A grant as somebody asks for it: to a user or a user group, on a flow or a group of flows."""

    right: str
    user_id: str | None = None
    user_group_id: str | None = None
    flow: str | None = None
    group_id: str | None = None


@dataclass(frozen=True)
class Which:
    """Which grants to list: of this user, of this user group, on this flow, on this group of flows."""

    user_id: str | None = None
    user_group_id: str | None = None
    flow: str | None = None
    group_id: str | None = None


def list_grants(
    engine: Engine, actor: Actor, which: Which = Which(), *, page: int = 1, size: int = USUAL_SIZE
) -> Page[Grant]:
    """Grants in the order they were made.

    Raises:
        Denied: only administrators see them all; whoever may administer one flow sees those on it.
        NotFound: FLOW_NOT_FOUND.
        Invalid: there is no such page.
    """
    must_within(engine, actor, Right.ADMINISTER, "access.list")
    _must_administer(engine, actor, which.flow, "access.list")
    wanted = {
        "userId": which.user_id,
        "userGroupId": which.user_group_id,
        "flowId": _flow_id(engine, actor, which.flow),
        "groupId": which.group_id,
    }
    filters = {field: value for field, value in wanted.items() if value is not None}
    access, company_id = engine.store.access, actor.company_id
    return page_of(
        lambda skip, rows: access.page(company_id, skip=skip, size=rows, filters=filters), page, size
    )


def get_grant(engine: Engine, actor: Actor, grant_id: str) -> Grant:
    """One grant.

    Raises:
        Denied: only administrators of the company, or of the flow that it is on, see it.
        NotFound: GRANT_NOT_FOUND.
    """
    must_within(engine, actor, Right.ADMINISTER, "access.get")
    return _theirs(engine, actor, grant_id, "access.get")


def grant(engine: Engine, actor: Actor, wish: Wish) -> Grant:
    """Grant a right; it counts in every process within a second.

    Raises:
        Denied: only administrators grant, those of the company or of the flow.
        NotFound: FLOW_NOT_FOUND, for who may administer some other flow.
        Invalid: every field that is not right.
        Conflict: GRANT_EXISTS.
    """
    must_within(engine, actor, Right.ADMINISTER, "access.grant")
    _must_administer(engine, actor, wish.flow, "access.grant")
    flow_id = _flow_id(engine, actor, wish.flow)
    refuse(_problems(engine, actor, wish, flow_id), "This cannot be granted.")
    made = Grant(
        id=new_id(),
        company_id=actor.company_id,
        right=wish.right,
        user_id=wish.user_id,
        user_group_id=wish.user_group_id,
        flow_id=flow_id,
        group_id=wish.group_id,
        created_at=utc_now(),
        created_by=actor.name,
    )
    engine.store.access.create(made)
    _note(engine, actor, "access.grant", made)
    return made


def change_grant(engine: Engine, actor: Actor, grant_id: str, right: str) -> Grant:
    """Let a grant give another right.

    Raises:
        Denied: only administrators of the company, or of the flow that it is on, change it.
        NotFound: GRANT_NOT_FOUND.
        Invalid: there is no such right to grant.
    """
    must_within(engine, actor, Right.ADMINISTER, "access.change")
    refuse(_right_problems(right), "This cannot be granted.")
    before = _theirs(engine, actor, grant_id, "access.change")
    after = engine.store.access.set_right(actor.company_id, grant_id, right)
    if after is None:
        raise _no_grant()
    _note(engine, actor, "access.change", after, before=before.right)
    return after


def withdraw(engine: Engine, actor: Actor, grant_id: str) -> None:
    """Take a grant back; that counts in every process within a second.

    Raises:
        Denied: only administrators of the company, or of the flow that it is on, take it back.
        NotFound: GRANT_NOT_FOUND.
    """
    must_within(engine, actor, Right.ADMINISTER, "access.withdraw")
    found = _theirs(engine, actor, grant_id, "access.withdraw")
    engine.store.access.remove(actor.company_id, grant_id)
    _note(engine, actor, "access.withdraw", found)


def _must_administer(engine: Engine, actor: Actor, flow: str | None, action: str) -> None:
    if flow is None:
        must(engine, actor, Right.ADMINISTER, action)
    else:
        must_on_flow(engine, actor, Right.ADMINISTER, action, flow)


def _theirs(engine: Engine, actor: Actor, grant_id: str, action: str) -> Grant:
    found = engine.store.access.get(actor.company_id, grant_id)
    if found is None:
        raise _no_grant()
    if Right.ADMINISTER not in actor.rights:
        _must_administer(engine, actor, found.flow_id, action)
    return found


def _flow_id(engine: Engine, actor: Actor, flow: str | None) -> str | None:
    """The id of a flow; empty, which no flow's is, for a name that none has."""
    if flow is None:
        return None
    found = engine.store.flows.find(actor.company_id, flow) if flow.isprintable() else None
    return "" if found is None else found.id


def _problems(engine: Engine, actor: Actor, wish: Wish, flow_id: str | None) -> list[Problem]:
    problems = _right_problems(wish.right)
    if (wish.user_id is None) == (wish.user_group_id is None):
        problems.append(Problem("userId", "give either userId or userGroupId"))
    if (flow_id is None) == (wish.group_id is None):
        problems.append(Problem("flowId", "give either flowId or groupId"))
    there = {
        "userId": wish.user_id is None or _has_user(engine, actor, wish.user_id),
        "userGroupId": wish.user_group_id is None or _has_user_group(engine, actor, wish.user_group_id),
        "flowId": flow_id is None or bool(engine.store.flows.of_ids(actor.company_id, [flow_id])),
        "groupId": wish.group_id is None or engine.store.access.has_group(actor.company_id, wish.group_id),
    }
    return [
        *problems,
        *(
            Problem(field, "is not there in this company")
            for field, is_there in there.items()
            if not is_there
        ),
    ]


def _has_user(engine: Engine, actor: Actor, user_id: str) -> bool:
    return engine.store.users.member(actor.company_id, user_id) is not None


def _has_user_group(engine: Engine, actor: Actor, group_id: str) -> bool:
    return engine.store.user_groups.get(actor.company_id, group_id) is not None


def _right_problems(right: str) -> list[Problem]:
    return [] if right in RIGHTS else [Problem("right", f"must be one of {', '.join(RIGHTS)}")]


def _no_grant() -> NotFound:
    return NotFound("There is no such grant.", code="GRANT_NOT_FOUND")


def _note(engine: Engine, actor: Actor, action: str, found: Grant, before: str | None = None) -> None:
    engine.fresh.forget()
    audit(
        engine,
        actor,
        action,
        found.id,
        right=found.right,
        rightBefore=before,
        forUser=found.user_id,
        forUserGroup=found.user_group_id,
        flowId=found.flow_id,
        groupId=found.group_id,
    )
