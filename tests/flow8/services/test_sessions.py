"""How sessions live and end."""

from datetime import datetime, timedelta

import pytest

from flow8.clock import utc_now
from flow8.domain.access import Actor, Role
from flow8.engine.engine import Engine
from flow8.errors import Unauthorized
from flow8.services import keys
from flow8.services.account import change_password
from flow8.services.passwords import hash_of
from flow8.services.sessions import LONGEST, actor_of_session, begin, digest_of
from flow8.services.sign_in import sign_in
from flow8.services.tickets import actor_of_ticket, make_ticket
from flow8.store.people import Company, User
from tests.support.people import a_user, signed_in

HOUR = timedelta(hours=1)
PASSWORD, OTHER = "correct horse battery", "staple of another kind"


@pytest.fixture
def bob(engine: Engine, company: Company) -> User:
    """A user without a password."""
    return a_user(engine, company, "bob@example.com", Role.EDITOR)


@pytest.fixture
def cleo(engine: Engine, company: Company) -> User:
    """A user with a password."""
    return engine.store.users.create("cleo@example.com", "Cleo", hash_of(PASSWORD), {company.id: "viewer"})


def test_use_puts_the_end_off_and_not_at_every_request(engine: Engine, bob: User, company: Company) -> None:
    sid = signed_in(engine, bob, company)
    began = ends_of(engine)
    actor_of_session(engine, sid, door="web")
    assert ends_of(engine) == began
    older = {"$set": {"expiresAt": utc_now() + 0.9 * HOUR}}
    engine.store.database["sessions"].update_one({}, older)

    actor_of_session(engine, sid, door="web")

    assert ends_of(engine)[0] > utc_now() + 0.99 * HOUR


def ends_of(engine: Engine) -> tuple[datetime, datetime]:
    [kept] = engine.store.database["sessions"].find()
    return kept["expiresAt"], kept["endsAt"]


def test_however_much_it_is_used_a_session_ends(engine: Engine, bob: User, company: Company) -> None:
    sid, soon = signed_in(engine, bob, company), utc_now() + timedelta(minutes=5)
    [kept] = engine.store.database["sessions"].find()
    assert kept["endsAt"] - kept["expiresAt"] == (LONGEST - 1) * HOUR
    engine.store.database["sessions"].update_one({}, {"$set": {"expiresAt": soon, "endsAt": soon}})

    actor_of_session(engine, sid, door="web")

    assert ends_of(engine)[0] == soon.replace(microsecond=soon.microsecond // 1000 * 1000)


def test_who_signed_in_with_a_password_that_was_just_changed_is_out(
    engine: Engine, bob: User, company: Company
) -> None:
    engine.store.users.set_password_hash(bob.id, "new")

    late = begin(engine, bob, company.id, door="web")

    with pytest.raises(Unauthorized):
        actor_of_session(engine, late.sid, door="web")


def test_a_new_password_ends_all_sessions_and_begins_one(engine: Engine, cleo: User) -> None:
    here, there = (sign_in(engine, cleo.email, PASSWORD) for _ in range(2))

    found = change_password(engine, here.actor, PASSWORD, OTHER)

    for sid in (here.sid, there.sid):
        with pytest.raises(Unauthorized):
            actor_of_session(engine, sid, door="web")
    assert actor_of_session(engine, found.sid, door="web").user_id == cleo.id
    assert sign_in(engine, cleo.email, OTHER).user.id == cleo.id
    with pytest.raises(Unauthorized):
        sign_in(engine, cleo.email, PASSWORD)


def test_a_ticket_opens_once_for_whoever_holds_the_session(
    engine: Engine, bob: User, company: Company
) -> None:
    sid = signed_in(engine, bob, company)
    actor = actor_of_session(engine, sid, door="web")
    text, end = make_ticket(engine, actor, sid)

    assert timedelta(seconds=25) < end - utc_now() <= timedelta(seconds=30)
    assert text not in str(list(engine.store.database["tickets"].find()))
    assert actor_of_ticket(engine, text, door="web") == actor
    for used in (text, "", "x", "\ud800"):
        with pytest.raises(Unauthorized):
            actor_of_ticket(engine, used, door="web")


def test_a_ticket_of_a_session_or_key_that_ended_opens_nothing(
    engine: Engine, admin: Actor, bob: User, company: Company
) -> None:
    sid = signed_in(engine, bob, company)
    of_session, _ = make_ticket(engine, actor_of_session(engine, sid, door="web"), sid)
    key, key_text = keys.create_key(engine, admin, name="k", role="viewer")
    holder = keys.actor_of_key(engine, key_text, door="web")
    of_key, good = (make_ticket(engine, holder, None)[0] for _ in range(2))
    assert actor_of_ticket(engine, good, door="web") == holder

    engine.store.sessions.remove(digest_of(sid))
    keys.revoke_key(engine, admin, key.id)

    for text in (of_session, of_key):
        with pytest.raises(Unauthorized):
            actor_of_ticket(engine, text, door="web")
