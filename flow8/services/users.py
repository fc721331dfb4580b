"""The people of a company: who belongs to it, in which role, and who is shut out.

An account is one person's, however many companies they belong to. What concerns all of them (name, password,
being shut out) is up to an administrator of all of them, or to whoever runs flow8.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from config.kinds import GUID
from flow8.domain.access import Actor, Right, Role
from flow8.engine.engine import Engine
from flow8.errors import Conflict, NotFound, Problem
from flow8.services import passwords, sessions, sign_in_limits
from flow8.services.alone import alone
from flow8.services.asking import audit, must
from flow8.services.page import USUAL_SIZE, Page, page_of, refuse
from flow8.store.people import User

NAME_LENGTH: Final = 200
EMAIL_LENGTH: Final = 320
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_ADMINISTRATORS: Final = "administrators"
"""Two who demote one another at the same time would leave a company without any."""


@dataclass(frozen=True)
class Changes:
    """What is to change about a user; None stays as it is. `no_role` leaves a member only what is granted."""

    name: str | None = None
    role: str | None = None
    no_role: bool = False
    disabled: bool | None = None


def list_users(engine: Engine, actor: Actor, *, page: int = 1, size: int = USUAL_SIZE) -> Page[User]:
    """The company's people by address.

    Raises:
        Denied: only administrators see them.
        Invalid: there is no such page.
    """
    must(engine, actor, Right.ADMINISTER, "users.list")
    users = engine.store.users
    return page_of(lambda skip, rows: users.page(actor.company_id, skip=skip, size=rows), page, size)


def get_user(engine: Engine, actor: Actor, user_id: str) -> User:
    """One of the company's people.

    Raises:
        Denied: only administrators see them.
        NotFound: USER_NOT_FOUND.
    """
    must(engine, actor, Right.ADMINISTER, "users.get", user_id)
    return _member(engine, actor, user_id)


def user_of(engine: Engine, actor: Actor, email: str) -> User:
    """The one of the company's people with this address.

    Raises:
        Denied: only administrators see them.
        NotFound: USER_NOT_FOUND.
    """
    must(engine, actor, Right.ADMINISTER, "users.get", email)
    found = engine.store.users.by_email(email) if email.isprintable() else None
    if found is None or actor.company_id not in found.roles:
        raise NotFound(f"There is no user {email} in this company.", code="USER_NOT_FOUND")
    return found


def add_user(
    engine: Engine, actor: Actor, *, email: str, name: str, role: str | None, password: str | None = None
) -> tuple[User, str | None]:
    """A person of the company from now on, and the password that was made up for them, if one was.

    Whoever has an account already keeps it as it is, and must belong to a company of the same administrator.

    Raises:
        Denied: only administrators add people.
        Invalid: every field that is not right.
        Conflict: USER_EXISTS.
    """
    must(engine, actor, Right.ADMINISTER, "users.create")
    problems = [*_email_problems(email), *_name_problems(name), *_role_problems(role)]
    if password is not None:
        problems += passwords.problems_with(password, email)
    refuse(problems, "This user cannot be added.")
    known = engine.store.users.by_email(email)
    if known is not None:
        return _join(engine, actor, known, role), None
    given = password or passwords.made_up()
    roles = {actor.company_id: role}
    made = engine.store.users.create(email, name.strip(), passwords.hash_of(given), roles)
    audit(engine, actor, "users.create", made.email, role=role)
    return made, None if password else given


def _join(engine: Engine, actor: Actor, known: User, role: str | None) -> User:
    if actor.company_id in known.roles or not _is_theirs(engine, actor, known):
        message = (
            f"{known.email} cannot be added here; if they belong to another company, whoever runs flow8 can."
        )
        raise Conflict(message, code="USER_EXISTS")
    joined = engine.store.users.join(actor.company_id, known.id, role)
    audit(engine, actor, "users.join", known.email, role=role)
    return joined or known


def change_user(engine: Engine, actor: Actor, user_id: str, changes: Changes) -> User:
    """Give one of the company's people another name or role, shut them out or let them in again.

    Raises:
        Denied: only administrators change people.
        NotFound: USER_NOT_FOUND.
        Invalid: every field that is not right.
        Conflict: USER_SHARED (other companies have a say), or LAST_ADMINISTRATOR.
    """
    must(engine, actor, Right.ADMINISTER, "users.change", user_id)
    problems = _role_problems(changes.role)
    problems += _name_problems(changes.name) if changes.name is not None else []
    refuse(problems, "This user cannot be changed so.")
    before = _member(engine, actor, user_id)
    if changes.name is not None or changes.disabled is not None:
        _must_be_theirs(engine, actor, before)
    with alone(engine, _ADMINISTRATORS):
        _must_leave_administrators(engine, before, _losing(actor, before, changes))
        after = _changed(engine, actor, before, changes)
    engine.fresh.forget()
    audit(
        engine,
        actor,
        "users.change",
        after.email,
        name=changes.name,
        roleBefore=before.roles[actor.company_id],
        role=after.roles.get(actor.company_id),
        disabled=changes.disabled,
    )
    return after


def _losing(actor: Actor, user: User, changes: Changes) -> list[str]:
    """The companies in which the user is an administrator no more after this."""
    if changes.disabled:
        return [company for company, role in user.roles.items() if role == Role.ADMIN]
    is_demoted = changes.no_role or changes.role not in (None, Role.ADMIN)
    return [actor.company_id] if is_demoted and user.roles[actor.company_id] == Role.ADMIN else []


def _changed(engine: Engine, actor: Actor, user: User, changes: Changes) -> User:
    users, found = engine.store.users, user
    if changes.name is not None:
        found = users.rename(user.id, changes.name.strip()) or found
    if changes.role is not None or changes.no_role:
        found = users.join(actor.company_id, user.id, changes.role) or found
    if changes.disabled is not None and changes.disabled != user.disabled:
        found = users.disable(user.id, disabled=changes.disabled) or found
        sessions.end_all_of(engine, found)
    return found


def set_password(engine: Engine, actor: Actor, user_id: str, password: str | None = None) -> str | None:
    """Give a user another password, made up and returned unless one is given; their sessions end.

    Raises:
        Denied: only administrators set passwords.
        NotFound: USER_NOT_FOUND.
        Invalid: the password is too short or too easy.
        Conflict: USER_SHARED, other companies have a say.
    """
    must(engine, actor, Right.ADMINISTER, "users.set_password", user_id)
    user = _member(engine, actor, user_id)
    refuse(
        [] if password is None else passwords.problems_with(password, user.email),
        "This password cannot be taken.",
    )
    _must_be_theirs(engine, actor, user)
    given = password or passwords.made_up()
    changed = engine.store.users.set_password_hash(user.id, passwords.hash_of(given))
    sessions.end_all_of(engine, changed or user)
    sign_in_limits.forget(engine, user.email)
    audit(engine, actor, "users.set_password", user.email)
    return None if password else given


def link_microsoft(engine: Engine, actor: Actor, user_id: str, tenant: str, object_id: str) -> User:
    """Let a user sign in with a Microsoft account, named by its tenant's id and its object id.

    Raises:
        Denied: only administrators do that.
        NotFound: USER_NOT_FOUND.
        Invalid: every id that is none.
        Conflict: USER_SHARED, other companies have a say; MICROSOFT_ACCOUNT_TAKEN.
    """
    must(engine, actor, Right.ADMINISTER, "users.link_microsoft", user_id)
    ids = {"tenant": tenant.lower(), "object": object_id.lower()}
    wrong = [path for path, text in ids.items() if not re.fullmatch(GUID, text)]
    refuse(
        [Problem(path, "must be an id like 72f988bf-86f1-41af-91ab-2d7cd011db47") for path in wrong],
        "This is no Microsoft account.",
    )
    user = _member(engine, actor, user_id)
    _must_be_theirs(engine, actor, user)
    account = "/".join(ids.values())
    linked = engine.store.users.link_microsoft(user.id, account)
    audit(engine, actor, "users.link_microsoft", user.email, account=account)
    return linked or user


def remove_user(engine: Engine, actor: Actor, user_id: str) -> None:
    """Take somebody out of the company, with their grants; an account without any company goes as well.

    Raises:
        Denied: only administrators remove people.
        NotFound: USER_NOT_FOUND.
        Conflict: LAST_ADMINISTRATOR.
    """
    must(engine, actor, Right.ADMINISTER, "users.remove", user_id)
    user, store = _member(engine, actor, user_id), engine.store
    with alone(engine, _ADMINISTRATORS):
        is_one = user.roles[actor.company_id] == Role.ADMIN
        _must_leave_administrators(engine, user, [actor.company_id] if is_one else [])
        store.users.leave(actor.company_id, user.id)
    store.user_groups.remove_user(actor.company_id, user.id)
    store.access.remove_of_user(actor.company_id, user.id)
    store.sessions.remove_in(actor.company_id, user.id)
    engine.fresh.forget()
    audit(engine, actor, "users.remove", user.email)


def may_be_called(email: str, name: str) -> bool:
    """Whether a user may have this address and this name."""
    return not [*_email_problems(email), *_name_problems(name)]


def _member(engine: Engine, actor: Actor, user_id: str) -> User:
    user = engine.store.users.member(actor.company_id, user_id)
    if user is None:
        raise NotFound("There is no such user.", code="USER_NOT_FOUND")
    return user


def _must_leave_administrators(engine: Engine, user: User, companies: Iterable[str]) -> None:
    for company_id in companies:
        if not set(engine.store.users.administrators(company_id)) - {user.id}:
            message = f"{user.email} is the last administrator; make somebody else one first."
            raise Conflict(message, code="LAST_ADMINISTRATOR")


def _must_be_theirs(engine: Engine, actor: Actor, user: User) -> None:
    others = set(user.roles) - {actor.company_id}
    if others and not _administers(engine, actor, others):
        message = "This account is not of this company alone, so whoever runs flow8 has to do that."
        raise Conflict(message, code="USER_SHARED")


def _is_theirs(engine: Engine, actor: Actor, user: User) -> bool:
    """Whether the actor is an administrator of a company that the user belongs to."""
    return actor.operator or any(_administers(engine, actor, {company}) for company in user.roles)


def _administers(engine: Engine, actor: Actor, companies: set[str]) -> bool:
    if actor.operator:
        return True
    me = None if actor.user_id is None else engine.store.users.get(actor.user_id)
    return me is not None and all(me.roles.get(company) == Role.ADMIN for company in companies)


def _email_problems(email: str) -> list[Problem]:
    text = email.strip()
    if text.isprintable() and len(text) <= EMAIL_LENGTH and _EMAIL.fullmatch(text):
        return []
    return [Problem("email", "must be an address like ada@example.com")]


def _name_problems(name: str) -> list[Problem]:
    if name.isprintable() and 1 <= len(name.strip()) <= NAME_LENGTH:
        return []
    return [Problem("name", f"must have 1 to {NAME_LENGTH} printable characters")]


def _role_problems(role: str | None) -> list[Problem]:
    if role is None or role in {each.value for each in Role}:
        return []
    return [Problem("role", f"must be one of {', '.join(Role)}, or null for grants alone")]
