"""Sign in by Microsoft: an ID token that is accepted becomes a session of the user whose account it names.

A user is found by tenant and object id alone. No address ever links a Microsoft account to a user that is
there already (ADR 18).
"""

import logging
from dataclasses import dataclass
from typing import Final

from config.redaction import register
from config.settings import Settings
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Unauthorized
from flow8.services import microsoft_tokens, sessions, sign_in_limits, users
from flow8.services.actors import actor_of
from flow8.services.asking import audit
from flow8.services.microsoft_keys import SigningKeys
from flow8.services.microsoft_tokens import Identity, NotAccepted
from flow8.services.sessions import SignedIn
from flow8.services.sign_in import NO_COMPANY
from flow8.store.people import User
from flow8.store.trips import Trip

METHOD: Final = "microsoft"
ANY_ORGANISATION: Final = "organizations"
"""Where people of several tenants sign in."""
REFUSED: Final = "MICROSOFT_REFUSED"
NOT_ACCEPTED: Final = (
    "The sign-in by Microsoft did not work, so you are not signed in. Try again; if it does not help, an "
    "administrator finds the reason in flow8's log."
)
NOT_KNOWN: Final = (
    "This Microsoft account may not sign in to flow8. Ask an administrator; flow8's log tells the reason."
)

log = logging.getLogger("auth")


@dataclass(frozen=True)
class Visit:
    """Where a sign-in comes from."""

    door: str
    ip: str | None = None
    request_id: str | None = None


def place_of(settings: Settings) -> str:
    """The address of Microsoft under which our people sign in."""
    tenants = settings.oauth2_tenants
    return f"{settings.oauth2_authority}/{tenants[0] if len(tenants) == 1 else ANY_ORGANISATION}"


def keys_of(settings: Settings) -> SigningKeys:
    """The keys that Microsoft signs with, for one process."""
    return SigningKeys(f"{place_of(settings)}/discovery/v2.0/keys")


def client_secret(engine: Engine) -> str:
    """OAUTH2_CLIENT_SECRET, decrypted if it was given encrypted.

    Raises:
        CannotOpen: it was encrypted for another installation.
        WrongKeys: this process holds no key that counts.
    """
    text = engine.vault.open_setting("OAUTH2_CLIENT_SECRET", engine.settings.oauth2_client_secret or "")
    register(text)
    return text


def sign_in(engine: Engine, keys: SigningKeys, trip: Trip, id_token: str, visit: Visit) -> SignedIn:
    """Begin a session for whom the token names; the session that the browser had is over.

    Raises:
        Unauthorized: MICROSOFT_REFUSED; the log has the reason.
        Unavailable: Microsoft's keys cannot be fetched.
    """
    try:
        identity = microsoft_tokens.identity_of(engine.settings, keys, id_token, trip.nonce)
    except NotAccepted as error:
        raise refusal(engine, error.reason, visit) from error
    user = engine.store.users.by_microsoft(identity.account)
    user = _with_role(engine, user, identity, visit) if user else _made(engine, identity, visit)
    found = sessions.begin(
        engine, user, _company(engine, user), door=visit.door, ip=visit.ip, request_id=visit.request_id
    )
    if trip.earlier is not None:
        engine.store.sessions.remove(trip.earlier)
    sign_in_limits.succeed_elsewhere(engine, visit.ip)
    log.info("login user_id=%s by=%s", user.id, METHOD)
    audit(engine, found.actor, "auth.login", by=METHOD)
    return found


def refusal(
    engine: Engine, reason: str, visit: Visit, user: User | None = None, identity: Identity | None = None
) -> Unauthorized:
    """Log and audit why a sign-in is refused. The error tells nothing of it but whom to ask."""
    known = f" user_id={user.id}" if user else ""
    if identity is not None:
        known += f" tenant={identity.tenant} object={identity.object_id}"
    log.error("login failed: microsoft_%s%s", reason, known)
    company_id = NO_COMPANY if user is None else _company(engine, user)
    name = "unknown user" if user is None else user.email
    user_id = None if user is None else user.id
    actor = Actor(
        company_id, name, frozenset(), visit.door, user_id, ip=visit.ip, request_id=visit.request_id
    )
    account = None if identity is None else identity.account
    audit(engine, actor, "auth.login_failed", reason=f"microsoft_{reason}", account=account, by=METHOD)
    return Unauthorized(NOT_ACCEPTED if identity is None else NOT_KNOWN, code=REFUSED)


def _made(engine: Engine, identity: Identity, visit: Visit) -> User:
    """The user that a first sign-in makes, where that is allowed."""
    company = engine.store.companies.by_slug(engine.settings.oauth2_company)
    role = _role(engine.settings, identity)
    if not engine.settings.oauth2_create_users:
        raise refusal(engine, "unknown_user", visit, identity=identity)
    if company is None or role is None:
        reason = "no_company" if company is None else "no_role"
        raise refusal(engine, reason, visit, identity=identity)
    if not users.may_be_called(identity.address, identity.name):
        raise refusal(engine, "no_address", visit, identity=identity)
    try:
        made = engine.store.users.create(
            identity.address, identity.name, None, {company.id: role}, identity.account
        )
    except Conflict:
        again = engine.store.users.by_microsoft(identity.account)
        if again is None:
            raise refusal(engine, "address_taken", visit, identity=identity) from None
        return _with_role(engine, again, identity, visit)
    actor = actor_of(engine, made, company.id, door=visit.door, ip=visit.ip, request_id=visit.request_id)
    audit(engine, actor, "users.create", made.email, role=role, by=METHOD)
    return made


def _with_role(engine: Engine, user: User, identity: Identity, visit: Visit) -> User:
    """The user, in the role that Microsoft's groups give them now."""
    if user.disabled or not user.roles:
        raise refusal(engine, "disabled_user" if user.disabled else "no_company", visit, user, identity)
    company = engine.store.companies.by_slug(engine.settings.oauth2_company)
    if not engine.settings.oauth2_roles or company is None or company.id not in user.roles:
        return user
    if identity.groups_left_out:
        log.warning("Microsoft leaves out groups user_id=%s; the role stays. Use app roles", user.id)
        return user
    role = _role(engine.settings, identity)
    if role is None:
        raise refusal(engine, "no_role", visit, user, identity)
    return user if role == user.roles[company.id] else _changed(engine, user, company.id, role, visit)


def _changed(engine: Engine, user: User, company_id: str, role: str, visit: Visit) -> User:
    groups = Actor(
        company_id,
        "Microsoft groups",
        RIGHTS[Role.ADMIN],
        visit.door,
        ip=visit.ip,
        request_id=visit.request_id,
    )
    try:
        return users.change_user(engine, groups, user.id, users.Changes(role=role))
    except Conflict as error:
        log.warning("the role of user_id=%s stays: %s", user.id, error.error_code)
        return user


def _role(settings: Settings, identity: Identity) -> str | None:
    """The highest role of their groups, or else the default one."""
    found = {role for group, role in settings.oauth2_roles if group in identity.groups}
    ranked = [role.value for role in Role if role.value in found]
    return ranked[-1] if ranked else settings.oauth2_default_role


def _company(engine: Engine, user: User) -> str:
    """Where the session begins: in the company that Microsoft's groups are about, if it is one of theirs."""
    wanted = engine.store.companies.by_slug(engine.settings.oauth2_company)
    if wanted is not None and wanted.id in user.roles:
        return wanted.id
    return next(iter(user.roles), NO_COMPANY)
