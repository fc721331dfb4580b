"""Signing in, being known, signing out."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from flow8.clock import utc_now
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine
from flow8.errors import Unauthorized
from flow8.services import passwords
from flow8.services.sessions import actor_of_session, sign_out
from flow8.services.sign_in import sign_in, who_am_i
from flow8.store.people import Company, User
from tests.support.audit import actions_of, entries_of

PASSWORD = "correct horse"
HASH = passwords.hash_of(PASSWORD)


@pytest.fixture
def ada(engine: Engine, company: Company) -> User:
    """A user who may edit."""
    return engine.store.users.create("ada@example.com", "Ada", HASH, {company.id: "editor"})


def test_the_right_password_begins_a_session(engine: Engine, ada: User, company: Company) -> None:
    signed_in = sign_in(engine, " Ada@Example.com", PASSWORD, ip="192.0.2.1", request_id="r")

    known = actor_of_session(engine, signed_in.sid, door="web", ip="192.0.2.1", request_id="r")
    expected = Actor(
        company.id, "ada@example.com", RIGHTS[Role.EDITOR], "web", ada.id, None, "192.0.2.1", "r"
    )
    assert signed_in.user == ada
    assert signed_in.actor == known == expected
    assert actions_of(engine, company.id) == ["auth.login"]


def test_each_sign_in_has_its_own_id_and_only_its_hash_is_kept(engine: Engine, ada: User) -> None:
    first, second = (sign_in(engine, ada.email, PASSWORD) for _ in range(2))

    kept = str(list(engine.store.database["sessions"].find()))
    assert first.sid != second.sid
    assert len(first.sid) == 43
    assert first.sid not in kept
    assert first.session.digest in kept


def test_a_session_whose_time_is_over_is_refused_before_mongodb_removes_it(engine: Engine, ada: User) -> None:
    sid = sign_in(engine, ada.email, PASSWORD).sid

    past = {"$set": {"expiresAt": utc_now() - timedelta(milliseconds=1)}}
    engine.store.database["sessions"].update_many({}, past)

    with pytest.raises(Unauthorized):
        actor_of_session(engine, sid, door="web")


@pytest.fixture
def everyone_who_may_not(engine: Engine, company: Company) -> dict[str, str]:
    """E-mails by the reason that the log gives."""
    users = engine.store.users
    users.create("sso@example.com", "Only SSO", None, {company.id: "viewer"})
    users.create("alone@example.com", "No company", HASH, {})
    gone = users.create("gone@example.com", "Gone", HASH, {company.id: "admin"})
    engine.store.database["users"].update_one({"_id": gone.id}, {"$set": {"disabled": True}})
    return {
        "unknown_user": "nobody@example.com",
        "no_password": "sso@example.com",
        "no_company": "alone@example.com",
        "disabled_user": gone.email,
    }


def test_every_failure_is_answered_alike_and_logged_with_its_reason(
    engine: Engine, everyone_who_may_not: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    answers, expected = set(), []
    for reason, email in everyone_who_may_not.items():
        user = engine.store.users.by_email(email)
        expected.append(f"login failed: {reason}" + (f" user_id={user.id}" if user else ""))
        with pytest.raises(Unauthorized) as refused:
            sign_in(engine, email, PASSWORD)
        answers.add((refused.value.error_code, str(refused.value), refused.value.status))

    assert answers == {("WRONG_CREDENTIALS", "E-mail and password do not fit together.", 401)}
    assert caplog.record_tuples == [("auth", 40, line) for line in expected]
    assert engine.store.database["sessions"].count_documents({}) == 0


def test_a_wrong_password_is_logged_in_the_words_of_the_documentation(
    engine: Engine, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unauthorized):
        sign_in(engine, ada.email, "wrong")

    assert caplog.record_tuples == [("auth", 40, f"login failed: wrong_password user_id={ada.id}")]


def test_a_failure_is_audited_without_what_was_typed(engine: Engine, ada: User, company: Company) -> None:
    for email in (ada.email, "hunter2"):
        with pytest.raises(Unauthorized):
            sign_in(engine, email, "Tr0ub4dor", ip="192.0.2.9")

    [known] = entries_of(engine, company.id)
    [unknown] = entries_of(engine, "")
    assert (known["action"], known["actor"], known["ip"]) == ("auth.login_failed", ada.email, "192.0.2.9")
    assert known["details"]["reason"] == "wrong_password"
    assert unknown["actor"] == "unknown user"
    assert "hunter2" not in str(unknown)
    assert "Tr0ub4dor" not in str([known, unknown])


@pytest.fixture
def verifications() -> Iterator[list[str | None]]:
    """One entry for each hash that is verified."""
    before, done = passwords.in_native_thread, list[str | None]()

    def counting(work: object) -> object:
        done.append(None)
        return before(work)  # type: ignore[arg-type]  # handed through

    passwords.in_native_thread = counting
    yield done
    passwords.in_native_thread = before


def test_every_attempt_verifies_exactly_one_hash(
    engine: Engine, everyone_who_may_not: dict[str, str], ada: User, verifications: list[str | None]
) -> None:
    attempts = [*everyone_who_may_not.values(), ada.email, "\ud800", ""]
    for email in attempts:
        with pytest.raises(Unauthorized):
            sign_in(engine, email, "wrong")

    assert len(verifications) == len(attempts)


def test_a_hash_of_old_parameters_is_renewed(engine: Engine, company: Company) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    user = engine.store.users.create("old@example.com", "Old", old, {company.id: "viewer"})

    sign_in(engine, user.email, "x")

    kept = engine.store.users.get(user.id)
    assert kept is not None
    assert kept.password_hash is not None
    assert not passwords.is_outdated(kept.password_hash)
    assert sign_in(engine, user.email, "x").user.id == user.id


def test_signing_out_ends_this_session_only(engine: Engine, ada: User, company: Company) -> None:
    here, there = (sign_in(engine, ada.email, PASSWORD).sid for _ in range(2))

    sign_out(engine, here)
    sign_out(engine, here)

    with pytest.raises(Unauthorized):
        actor_of_session(engine, here, door="web")
    assert actor_of_session(engine, there, door="web").user_id == ada.id
    assert actions_of(engine, company.id) == ["auth.login", "auth.login", "auth.logout"]


@pytest.mark.parametrize("sid", ["", "x", "\ud800", "0" * 64])
def test_what_is_no_session_is_refused(engine: Engine, ada: User, sid: str) -> None:
    assert sign_in(engine, ada.email, PASSWORD).session.digest

    with pytest.raises(Unauthorized) as refused:
        actor_of_session(engine, sid, door="web")

    assert refused.value.error_code == "SESSION_OVER"


@pytest.mark.parametrize("change", [{"disabled": True}, {"roles": {}}])
def test_a_user_who_is_shut_out_is_out_at_once(engine: Engine, ada: User, change: dict[str, object]) -> None:
    sid = sign_in(engine, ada.email, PASSWORD).sid

    engine.store.database["users"].update_one({"_id": ada.id}, {"$set": change})

    with pytest.raises(Unauthorized):
        actor_of_session(engine, sid, door="web")


def test_everyone_may_know_who_they_are(engine: Engine, ada: User, company: Company) -> None:
    person = who_am_i(engine, sign_in(engine, ada.email, PASSWORD).actor)
    key = who_am_i(engine, Actor(company.id, "key k", frozenset(), "web", key_id="k"))

    assert person == {
        "name": "ada@example.com",
        "userId": ada.id,
        "keyId": None,
        "email": "ada@example.com",
        "role": "editor",
        "company": {"id": company.id, "slug": "default", "name": "Default"},
        "rights": ["approve", "edit", "run", "view"],
        "grantedSomewhere": [],
        "userGroups": [],
    }
    assert (key["name"], key["email"], key["role"], key["rights"]) == ("key k", None, None, [])
