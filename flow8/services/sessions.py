"""Sessions: begun once somebody proved who they are, known by a cookie, ended by hand or by time."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flow8.clock import utc_now
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import NotFound, Unauthorized
from flow8.ids import new_secret
from flow8.services.actors import actor_of
from flow8.services.asking import audit
from flow8.store.people import User
from flow8.store.sessions import Session

LONGEST: Final = 12
"""However much it is used, a session ends after so many times SESSION_TTL_HOURS."""
PUT_OFF_AFTER: Final = 1 / 12
"""A session in use is written down so often in its time, not at every request."""


@dataclass(frozen=True)
class SignedIn:
    """A new session. `sid` is the cookie's value; only its SHA-256 is kept."""

    sid: str
    session: Session
    user: User
    actor: Actor


def begin(
    engine: Engine,
    user: User,
    company_id: str,
    *,
    door: str,
    ip: str | None = None,
    request_id: str | None = None,
) -> SignedIn:
    """A session under a new id for a user, who proved it, in one of their companies.

    Every way to sign in ends here, whatever the proof was. `user` is as it was read before the proof: a
    password that changes meanwhile makes an older `epoch` of it, and the session worth nothing.
    """
    sid, now, unused = new_secret(), utc_now(), timedelta(hours=engine.settings.session_ttl_hours)
    session = Session(digest_of(sid), user.id, company_id, now + unused, now + LONGEST * unused, user.epoch)
    engine.store.sessions.create(session)
    return SignedIn(
        sid, session, user, actor_of(engine, user, company_id, door=door, ip=ip, request_id=request_id)
    )


def sign_out(engine: Engine, sid: str, *, ip: str | None = None, door: str = "web") -> None:
    """End a session; one that is over already stays over."""
    session = engine.store.sessions.find(digest_of(sid))
    user = None if session is None else engine.store.users.get(session.user_id)
    engine.store.sessions.remove(digest_of(sid))
    if session is not None and user is not None:
        audit(engine, actor_of(engine, user, session.company_id, door=door, ip=ip), "auth.logout")


def actor_of_session(
    engine: Engine, sid: str, *, door: str, ip: str | None = None, request_id: str | None = None
) -> Actor:
    """Whoever signed in with this session; that puts off its end.

    Raises:
        Unauthorized: it is over, or its user may no longer enter the company.
    """
    return actor_of_digest(engine, digest_of(sid), door=door, ip=ip, request_id=request_id)


def actor_of_digest(
    engine: Engine,
    digest: str,
    *,
    door: str,
    ip: str | None = None,
    request_id: str | None = None,
    used: bool = True,
) -> Actor:
    """The same by the digest of the cookie's value; what is not `used` puts nothing off.

    Raises: as `actor_of_session` does.
    """
    session = engine.store.sessions.find(digest)
    user = None if session is None else engine.store.users.get(session.user_id)
    if session is None or user is None or not _counts(session, user):
        raise Unauthorized("Your session is over; sign in again.", code="SESSION_OVER")
    if used:
        _put_off(engine, session)
    return actor_of(engine, user, session.company_id, door=door, ip=ip, request_id=request_id)


def switch_company(engine: Engine, actor: Actor, sid: str | None, name: str) -> SignedIn:
    """Go on in another company of the same person, by id or slug, under a new session id; the old one ends.

    Raises:
        Unauthorized: only a session can be switched, not a key.
        NotFound: COMPANY_NOT_FOUND, or not one of theirs.
    """
    user = None if actor.user_id is None else engine.store.users.get(actor.user_id)
    if user is None or sid is None:
        raise Unauthorized("Sign in with a session; a key belongs to one company.", code="SESSION_NEEDED")
    company = next(
        (each for each in engine.store.companies.of_ids(list(user.roles)) if name in (each.id, each.slug)),
        None,
    )
    if company is None:
        raise NotFound(f"There is no company '{name}' that you belong to.", code="COMPANY_NOT_FOUND")
    engine.store.sessions.remove(digest_of(sid))
    found = begin(engine, user, company.id, door=actor.door, ip=actor.ip, request_id=actor.request_id)
    audit(engine, found.actor, "auth.switch_company", company.slug)
    return found


def end_all_of(engine: Engine, user: User) -> None:
    """Forget the sessions of a user whose `epoch` has moved on: they count no more already."""
    engine.store.sessions.remove_of(user.id)


def digest_of(sid: str) -> str:
    """What is kept of a cookie's value, or of a ticket."""
    return hashlib.sha256(sid.encode("utf-8", "surrogatepass")).hexdigest()


def _counts(session: Session, user: User) -> bool:
    return not user.disabled and session.company_id in user.roles and session.epoch == user.epoch


def _put_off(engine: Engine, session: Session) -> None:
    unused = timedelta(hours=engine.settings.session_ttl_hours)
    later: datetime = min(utc_now() + unused, session.ends_at)
    if later - session.expires_at > PUT_OFF_AFTER * unused:
        engine.store.sessions.put_off(session.digest, later)
