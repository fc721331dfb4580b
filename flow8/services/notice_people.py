"""Whom a notice is for: who the flow names, else the named approvers, or whoever published what failed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from flow8.domain.flow import Flow
from flow8.domain.model import path_of
from flow8.domain.notices import Notice, NoticeKind
from flow8.domain.read import parse_flow
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.kit.mail import address_of
from flow8.store.flows import FlowVersion

MOST: Final = 100
MOST_GROUPS: Final = 1000
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class Addressees:
    """Mail addresses, and web addresses that are sent JSON."""

    mail: tuple[str, ...]
    web: tuple[str, ...]


def addressees_of(engine: Engine, notice: Notice) -> tuple[Flow | None, Addressees]:
    """The flow that a notice is about, and whom to tell; nobody when that version is gone."""
    version = engine.store.flows.version(notice.company_id, notice.flow_id, notice.version)
    flow = None if version is None else parse_flow(version.definition)[0]
    if version is None or flow is None:
        return None, Addressees((), ())
    named = _named(flow, version, notice)
    web = [each for each in named if _WEB.match(each)]
    mail = _mail_addresses(engine, notice.company_id, [each for each in named if not _WEB.match(each)])
    return flow, Addressees(tuple(dict.fromkeys(mail))[:MOST], tuple(dict.fromkeys(web))[:MOST])


def unknown_people(engine: Engine, company_id: str, flow: Flow) -> list[Problem]:
    """What stands under `notify` and is neither a user group nor a mail or web address."""
    given = {"approval": flow.notify.approval or (), "failure": flow.notify.failure or ()}
    if not any(given.values()):
        return []
    groups = _members(engine, company_id)
    message = "names no user group of the company, no mail address and no web address"
    return [
        Problem(path_of(["notify", kind, place]), message)
        for kind, names in given.items()
        for place, name in enumerate(names)
        if not (_WEB.match(name) or _is_address(name) or name.casefold() in groups)
    ]


def _members(engine: Engine, company_id: str) -> dict[str, tuple[str, ...]]:
    """The ids of the members of each user group, by its name in small letters."""
    groups, _ = engine.store.user_groups.page(company_id, skip=0, size=MOST_GROUPS)
    return {group.name.casefold(): group.user_ids for group in groups}


def _named(flow: Flow, version: FlowVersion, notice: Notice) -> tuple[str, ...]:
    if notice.kind is NoticeKind.FAILURE:
        return (version.created_by,) if flow.notify.failure is None else flow.notify.failure
    if flow.notify.approval is not None:
        return flow.notify.approval
    approvals = [flowlet.approval for flowlet in flow.flowlets if flowlet.ref == notice.ref]
    return approvals[0].approvers if approvals and approvals[0] else ()


def _mail_addresses(engine: Engine, company_id: str, names: Iterable[str]) -> Iterator[str]:
    """The addresses of these people and of the members of these user groups; who is shut out is left out."""
    members = _members(engine, company_id)
    for name in names:
        if name.casefold() in members:
            found = engine.store.users.members(company_id, members[name.casefold()])
            yield from (user.email for user in found if not user.disabled)
        elif _is_address(name):
            user = engine.store.users.by_email(name)
            if user is None or not user.disabled:
                yield name


def _is_address(text: str) -> bool:
    try:
        address_of(text)
    except ValueError:
        return False
    return True
