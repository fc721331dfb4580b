"""People for tests: users with a role, grants, sessions."""

from flow8.domain.access import Actor, Right, Role
from flow8.engine.engine import Engine
from flow8.services import access, sessions
from flow8.services.actors import actor_of
from flow8.store.access import Grant
from flow8.store.people import Company, User


def a_user(engine: Engine, company: Company, email: str, role: Role | None) -> User:
    """A member of a company without a password."""
    return engine.store.users.create(email, email, None, {company.id: role.value if role else None})


def known_as(engine: Engine, user: User, company: Company) -> Actor:
    """What the user may do now, as a door finds out."""
    again = engine.store.users.get(user.id)
    assert again is not None
    engine.fresh.forget()
    return actor_of(engine, again, company.id, door="test")


def granted(engine: Engine, by: Actor, user: User, right: Right, flow: str) -> Grant:
    """A grant for a user on a flow."""
    return access.grant(engine, by, access.Wish(right.value, user_id=user.id, flow=flow))


def signed_in(engine: Engine, user: User, company: Company) -> str:
    """The cookie's value of a new session."""
    return sessions.begin(engine, user, company.id, door="web").sid
