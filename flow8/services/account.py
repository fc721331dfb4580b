"""My own account: another password."""

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Problem, Unauthorized
from flow8.services import passwords, sessions, sign_in_limits
from flow8.services.asking import audit
from flow8.services.page import refuse
from flow8.services.sessions import SignedIn


def change_password(engine: Engine, actor: Actor, current: str, new: str) -> SignedIn:
    """Give oneself another password. All sessions end, and whoever asked goes on in a new one.

    Raises:
        Unauthorized: only a person has a password, and has to know it: WRONG_PASSWORD.
        TooMany: TOO_MANY_TRIES; whoever found an open session may not guess the password either.
        Invalid: the new one is too short, too easy, or the old one.
    """
    user = None if actor.user_id is None else engine.store.users.get(actor.user_id)
    if user is None:
        raise Unauthorized("Sign in with a session; a key has no password.", code="SESSION_NEEDED")
    problems = passwords.problems_with(new, user.email, "new")
    if new == current:
        problems = [Problem("new", "is the same as the current one")]
    refuse(problems, "This password cannot be taken.")
    attempt = sign_in_limits.begin(engine, user.email, actor.ip)
    if not passwords.matches(current, user.password_hash):
        audit(engine, actor, "auth.password_refused")
        raise Unauthorized("The current password is another one.", code="WRONG_PASSWORD")
    sign_in_limits.succeed(engine, attempt)
    changed = engine.store.users.set_password_hash(user.id, passwords.hash_of(new))
    if changed is None:
        raise Unauthorized
    sessions.end_all_of(engine, changed)
    audit(engine, actor, "auth.password")
    return sessions.begin(
        engine, changed, actor.company_id, door=actor.door, ip=actor.ip, request_id=actor.request_id
    )
