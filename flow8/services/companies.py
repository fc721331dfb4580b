"""Companies: those one belongs to, new ones, and the end of an empty one."""

import re
from typing import Final

from flow8.domain.access import Actor, Right, Role
from flow8.domain.flow import SLUG
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, NotFound, Problem
from flow8.services.asking import audit, must
from flow8.services.channel_rules import slug_of
from flow8.services.page import refuse
from flow8.store.people import Company

NAME_LENGTH: Final = 200
GOES_ALONG: Final = ("audit", "api_keys", "sessions", "user_groups", "access", "notices", "notice_paces")
"""What does not keep a company from being removed: its audit stays, the rest goes or means nothing then."""


def my_companies(engine: Engine, actor: Actor) -> list[tuple[Company, str | None]]:
    """The companies that a person belongs to, by name, with the role in each; of a key, its own."""
    user = None if actor.user_id is None else engine.store.users.get(actor.user_id)
    roles = {actor.company_id: None} if user is None else user.roles
    return [(company, roles[company.id]) for company in engine.store.companies.of_ids(list(roles))]


def my_company(engine: Engine, actor: Actor, name: str) -> tuple[Company, str | None]:
    """One of them by id or slug, with the role there.

    Raises:
        NotFound: COMPANY_NOT_FOUND, or one that is not theirs.
    """
    for company, role in my_companies(engine, actor):
        if name in (company.id, company.slug):
            return company, role
    raise _no_company(name)


def create_company(engine: Engine, actor: Actor, *, name: str, slug: str | None = None) -> Company:
    """A new company, whose administrator is the person that makes it.

    Raises:
        Denied: only administrators make companies, and only people: a key belongs to one company.
        Invalid: every field that is not right.
        Conflict: COMPANY_EXISTS, the slug is taken.
    """
    must(engine, actor, Right.ADMINISTER, "companies.create")
    if actor.user_id is None and not actor.operator:
        raise Denied("A company needs a person as its administrator; sign in to make one.")
    slug = slug_of(name) if slug is None else slug
    refuse([*_name_problems(name), *_slug_problems(slug)], "This company cannot be made.")
    made = engine.store.companies.create(slug, name.strip())
    if actor.user_id is not None:
        engine.store.users.join(made.id, actor.user_id, Role.ADMIN.value)
    audit(engine, actor, "companies.create", made.slug, name=made.name)
    return made


def rename_company(engine: Engine, actor: Actor, company: str, name: str) -> Company:
    """Give the actor's company another name.

    Raises:
        Denied: only its administrators rename a company.
        NotFound: COMPANY_NOT_FOUND: it is not the one that the actor is in.
        Invalid: the name is none.
    """
    must(engine, actor, Right.ADMINISTER, "companies.rename", company)
    refuse(_name_problems(name), "This company cannot be renamed so.")
    own = _own(engine, actor, company)
    renamed = engine.store.companies.rename(own.id, name.strip())
    audit(
        engine,
        actor,
        "companies.rename",
        own.slug,
        before={"name": own.name},
        after={"name": name.strip()},
    )
    return renamed or own


def remove_company(engine: Engine, actor: Actor, company: str) -> None:
    """Remove the company that the actor is in, once it holds nothing and nobody else.

    Raises:
        Denied: only its administrators remove a company.
        NotFound: COMPANY_NOT_FOUND: it is not the one that the actor is in.
        Conflict: COMPANY_NOT_EMPTY, or it is the only one of its administrator.
    """
    must(engine, actor, Right.ADMINISTER, "companies.remove", company)
    own, users = _own(engine, actor, company), engine.store.users
    _must_be_empty(engine, own)
    members, _ = users.page(own.id, skip=0, size=1)
    if any(len(member.roles) == 1 for member in members):
        raise Conflict(
            f"{members[0].email} belongs to no other company; make another one first.", code="LAST_COMPANY"
        )
    audit(engine, actor, "companies.remove", own.slug, name=own.name)
    for member in members:
        users.leave(own.id, member.id)
        engine.store.user_groups.remove_user(own.id, member.id)
        engine.store.access.remove_of_user(own.id, member.id)
        engine.store.sessions.remove_in(own.id, member.id)
    engine.store.api_keys.remove_of(own.id)
    engine.store.companies.remove(own.id)
    engine.fresh.forget()


def _must_be_empty(engine: Engine, company: Company) -> None:
    held = engine.store.companies.holdings(company.id, GOES_ALONG)
    if held:
        message = f"This company still holds {', '.join(held)}; remove them first."
        raise Conflict(message, code="COMPANY_NOT_EMPTY")
    _, people = engine.store.users.page(company.id, skip=0, size=1)
    if people > 1:
        message = f"{people} people belong to this company; remove the others first."
        raise Conflict(message, code="COMPANY_NOT_EMPTY")


def _own(engine: Engine, actor: Actor, name: str) -> Company:
    company = engine.store.companies.get(actor.company_id)
    if company is None or name not in (company.id, company.slug):
        raise _no_company(name)
    return company


def _no_company(name: str) -> NotFound:
    return NotFound(f"There is no company '{name}' here.", code="COMPANY_NOT_FOUND")


def _name_problems(name: str) -> list[Problem]:
    if name.isprintable() and 1 <= len(name.strip()) <= NAME_LENGTH:
        return []
    return [Problem("name", f"must have 1 to {NAME_LENGTH} printable characters")]


def _slug_problems(slug: str) -> list[Problem]:
    if re.fullmatch(SLUG, slug):
        return []
    return [Problem("slug", "must have 1 to 64 small letters, digits and hyphens")]
