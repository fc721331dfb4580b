"""Sign in by password, be known by a session's cookie, sign out."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flow8.clock import utc_now
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine
from flow8.errors import Unauthorized
from flow8.ids import new_secret
from flow8.services import passwords
from flow8.services.asking import audit
from flow8.store.people import Session, User

NO_COMPANY: Final = ""
"""Where a failed sign-in of somebody who belongs to no company is audited."""

log = logging.getLogger("auth")


@dataclass(frozen=True)
class SignedIn:
    """A new session. `sid` is the cookie's value; only its SHA-256 is kept."""

    sid: str
    session: Session
    user: User
    actor: Actor


def sign_in(
    engine: Engine,
    email: str,
    password: str,
    *,
    ip: str | None = None,
    request_id: str | None = None,
    door: str = "web",
) -> SignedIn:
    """Begin a session, in the first company that the user belongs to.

    Raises:
        Unauthorized: WRONG_CREDENTIALS, whatever was wrong, and after the same work.
    """
    user = engine.store.users.by_email(email) if _is_text(email) else None
    is_right = passwords.matches(password, user.password_hash if user else None)
    company_id = next(iter(user.roles), NO_COMPANY) if user else NO_COMPANY
    actor = _actor(user, company_id, door=door, ip=ip, request_id=request_id)
    reason = _reason_against(user, is_right=is_right)
    if user is None or reason:
        log.error("login failed: %s%s", reason, f" user_id={user.id}" if user else "")
        audit(engine, actor, "auth.login_failed", reason=reason)
        raise Unauthorized("E-mail and password do not fit together.", code="WRONG_CREDENTIALS")
    _renew_hash(engine, user, password)
    sid = new_secret()
    session = Session(_digest(sid), user.id, company_id, _expiry(engine))
    engine.store.sessions.create(session)
    audit(engine, actor, "auth.login")
    return SignedIn(sid, session, user, actor)


def sign_out(engine: Engine, sid: str, *, ip: str | None = None, door: str = "web") -> None:
    """End a session; one that is over already stays over."""
    session = engine.store.sessions.find(_digest(sid))
    user = None if session is None else engine.store.users.get(session.user_id)
    engine.store.sessions.remove(_digest(sid))
    if session is not None and user is not None:
        audit(engine, _actor(user, session.company_id, door=door, ip=ip), "auth.logout")


def actor_of_session(
    engine: Engine, sid: str, *, door: str, ip: str | None = None, request_id: str | None = None
) -> Actor:
    """Whoever signed in with this session.

    Raises:
        Unauthorized: it is over, or its user may no longer enter the company.
    """
    session = engine.store.sessions.find(_digest(sid))
    user = None if session is None else engine.store.users.get(session.user_id)
    if session is None or user is None or user.disabled or session.company_id not in user.roles:
        raise Unauthorized("Your session is over; sign in again.", code="SESSION_OVER")
    return _actor(user, session.company_id, door=door, ip=ip, request_id=request_id)


def who_am_i(engine: Engine, actor: Actor) -> dict[str, Any]:
    """The actor as it may see itself: name, company, rights; e-mail and role too when it is a person."""
    user = None if actor.user_id is None else engine.store.users.get(actor.user_id)
    company = engine.store.companies.get(actor.company_id)
    return {
        "name": actor.name,
        "userId": actor.user_id,
        "keyId": actor.key_id,
        "email": None if user is None else user.email,
        "role": None if user is None else user.roles.get(actor.company_id),
        "company": None
        if company is None
        else {"id": company.id, "slug": company.slug, "name": company.name},
        "rights": sorted(actor.rights),
    }


def _reason_against(user: User | None, *, is_right: bool) -> str | None:
    """Why this user may not enter, in the word that the log shows; None when nothing speaks against it."""
    if user is None:
        return "unknown_user"
    if not is_right:
        return "wrong_password" if user.password_hash else "no_password"
    if user.disabled:
        return "disabled_user"
    return None if user.roles else "no_company"


def _renew_hash(engine: Engine, user: User, password: str) -> None:
    if user.password_hash and passwords.is_outdated(user.password_hash):
        engine.store.users.set_password_hash(user.id, passwords.hash_of(password))


def _expiry(engine: Engine) -> datetime:
    return utc_now() + timedelta(hours=engine.settings.session_ttl_hours)


def _actor(
    user: User | None, company_id: str, *, door: str, ip: str | None = None, request_id: str | None = None
) -> Actor:
    role = user.roles.get(company_id) if user else None
    return Actor(
        company_id=company_id,
        # The address of somebody unknown is not kept: people type passwords into the wrong field.
        name=user.email if user else "unknown user",
        rights=RIGHTS[Role(role)] if role else frozenset(),
        door=door,
        user_id=user.id if user else None,
        ip=ip,
        request_id=request_id,
    )


def _is_text(email: str) -> bool:
    """Whether a database can look for it: half a character (a lone surrogate) is no text."""
    return email.isprintable()


def _digest(sid: str) -> str:
    return hashlib.sha256(sid.encode("utf-8", "surrogatepass")).hexdigest()
