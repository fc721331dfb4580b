"""Sign in by password, and know who one is.

Another way to sign in, such as single sign-on, finds its user by its own proof and ends like this one does,
in `sessions.begin`.
"""

import logging
from typing import Any, Final

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Unauthorized
from flow8.services import passwords, sessions, sign_in_limits
from flow8.services.asking import audit
from flow8.services.sessions import SignedIn
from flow8.store.people import User

NO_COMPANY: Final = ""
"""Where a failed sign-in of somebody who belongs to no company is audited."""

log = logging.getLogger("auth")


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
        TooMany: TOO_MANY_TRIES, whether there is such a user or not.
    """
    attempt = sign_in_limits.begin(engine, email, ip)
    user = engine.store.users.by_email(email) if _is_text(email) else None
    is_right = passwords.matches(password, user.password_hash if user else None)
    reason = _reason_against(user, is_right=is_right)
    company_id = next(iter(user.roles), NO_COMPANY) if user else NO_COMPANY
    if user is None or reason:
        log.error("login failed: %s%s", reason, f" user_id={user.id}" if user else "")
        actor = _somebody(user, company_id, door=door, ip=ip, request_id=request_id)
        audit(engine, actor, "auth.login_failed", reason=reason)
        raise Unauthorized("E-mail and password do not fit together.", code="WRONG_CREDENTIALS")
    sign_in_limits.succeed(engine, attempt)
    _renew_hash(engine, user, password)
    found = sessions.begin(engine, user, company_id, door=door, ip=ip, request_id=request_id)
    log.info("login user_id=%s", user.id)
    audit(engine, found.actor, "auth.login")
    return found


def who_am_i(engine: Engine, actor: Actor) -> dict[str, Any]:
    """The actor as it may see itself: name, company, rights; of a person also what else is known."""
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
        "grantedSomewhere": sorted(actor.grants.anywhere() - actor.rights),
        "userGroups": sorted(actor.user_groups),
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
        engine.store.users.renew_hash(user.id, passwords.hash_of(password), user.password_hash)


def _somebody(
    user: User | None, company_id: str, *, door: str, ip: str | None, request_id: str | None
) -> Actor:
    """Who tried in vain, for the audit."""
    # The address of somebody unknown is not kept: people type passwords into the wrong field.
    name = user.email if user else "unknown user"
    user_id = user.id if user else None
    return Actor(company_id, name, frozenset(), door, user_id, ip=ip, request_id=request_id)


def _is_text(email: str) -> bool:
    """Whether a database can look for it: half a character (a lone surrogate) is no text."""
    return email.isprintable()
