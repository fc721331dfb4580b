"""What a person may do in a company: by role, in user groups, by grants."""

from collections.abc import Iterable
from dataclasses import dataclass

from flow8.domain.access import GRANTED, RIGHTS, Actor, Grants, Right, Role
from flow8.engine.engine import Engine
from flow8.store.access import Grant
from flow8.store.people import User


@dataclass(frozen=True)
class Standing:
    """The user groups that somebody is in, and what is granted to them and to those groups."""

    user_groups: frozenset[str]
    grants: Grants


def actor_of(
    engine: Engine,
    user: User,
    company_id: str,
    *,
    door: str,
    ip: str | None = None,
    request_id: str | None = None,
) -> Actor:
    """The person in one of their companies; what another process granted counts within half a second."""
    role = user.roles.get(company_id)
    standing = engine.fresh.get(
        (Standing, company_id, user.id), lambda: _standing(engine, company_id, user.id)
    ) or _standing(engine, company_id, user.id)
    return Actor(
        company_id=company_id,
        name=user.email,
        rights=RIGHTS[Role(role)] if role else frozenset(),
        door=door,
        user_id=user.id,
        ip=ip,
        request_id=request_id,
        grants=standing.grants,
        user_groups=standing.user_groups,
    )


def _standing(engine: Engine, company_id: str, user_id: str) -> Standing:
    groups = engine.store.user_groups.of_user(company_id, user_id)
    granted = engine.store.access.of_user(company_id, user_id, [group.id for group in groups])
    return Standing(frozenset(group.name for group in groups), _grants(granted))


def _grants(granted: Iterable[Grant]) -> Grants:
    flows: dict[str, frozenset[Right]] = {}
    groups: dict[str, frozenset[Right]] = {}
    for grant in granted:
        rights = GRANTED[Right(grant.right)]
        if grant.flow_id is not None:
            flows[grant.flow_id] = flows.get(grant.flow_id, frozenset()) | rights
        if grant.group_id is not None:
            groups[grant.group_id] = groups.get(grant.group_id, frozenset()) | rights
    return Grants(flows, groups)
