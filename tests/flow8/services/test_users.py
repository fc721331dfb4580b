"""The people of a company."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from flow8.domain.access import Actor, Right, Role
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Flow8Error, Invalid, NotFound, Unauthorized
from flow8.services import sessions, sign_in, users
from flow8.services.users import Changes
from flow8.store.people import Company, User
from tests.support.audit import actions_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.people import a_user, granted, known_as, signed_in

PASSWORD = "correct horse battery"


@pytest.fixture
def ada(engine: Engine, company: Company) -> User:
    """The only administrator who is a person."""
    return a_user(engine, company, "ada@example.com", Role.ADMIN)


def test_a_new_user_signs_in_with_the_password_that_was_made_up(
    engine: Engine, admin: Actor, company: Company
) -> None:
    made, password = users.add_user(engine, admin, email=" Bob@Example.com ", name=" Bob ", role="runner")

    assert (made.email, made.name, made.roles) == ("bob@example.com", "Bob", {company.id: "runner"})
    assert password is not None
    assert sign_in.sign_in(engine, "bob@example.com", password).user == made
    assert [user.email for user in users.list_users(engine, admin).data] == ["bob@example.com"]
    assert "users.create" in actions_of(engine, company.id)
    assert password not in str(list(engine.store.database["audit"].find()))


def test_a_given_password_is_not_told_back(engine: Engine, admin: Actor) -> None:
    made, told = users.add_user(engine, admin, email="b@example.com", name="B", role=None, password=PASSWORD)

    assert told is None
    assert sign_in.sign_in(engine, made.email, PASSWORD).actor.rights == frozenset()


def test_every_wrong_field_is_named(engine: Engine, admin: Actor, ada: User) -> None:
    with pytest.raises(Invalid) as refused:
        users.add_user(engine, admin, email="b", name=" ", role="king", password="short")
    with pytest.raises(Invalid) as changed:
        users.change_user(engine, admin, ada.id, Changes(name="", role="root"))

    assert [each.path for each in refused.value.problems] == ["email", "name", "role", "password"]
    assert [each.path for each in changed.value.problems] == ["role", "name"]


def test_only_administrators_see_or_touch_people(engine: Engine, viewer: Actor, ada: User) -> None:
    for ask in (
        lambda: users.list_users(engine, viewer),
        lambda: users.get_user(engine, viewer, ada.id),
        lambda: users.user_of(engine, viewer, ada.email),
        lambda: users.add_user(engine, viewer, email="x@y", name="x", role=None),
        lambda: users.change_user(engine, viewer, ada.id, Changes(role="viewer")),
        lambda: users.set_password(engine, viewer, ada.id),
        lambda: users.remove_user(engine, viewer, ada.id),
    ):
        with pytest.raises(Denied):
            ask()


def test_another_company_meets_nobody_here(engine: Engine, stranger: Actor, ada: User) -> None:
    for ask in (
        lambda: users.get_user(engine, stranger, ada.id),
        lambda: users.user_of(engine, stranger, ada.email),
        lambda: users.change_user(engine, stranger, ada.id, Changes(role="viewer")),
        lambda: users.set_password(engine, stranger, ada.id),
        lambda: users.remove_user(engine, stranger, ada.id),
    ):
        with pytest.raises(NotFound):
            ask()
    with pytest.raises(Conflict) as taken:
        users.add_user(engine, stranger, email=ada.email, name="Mine", role="admin")

    assert taken.value.error_code == "USER_EXISTS"
    assert users.list_users(engine, stranger).data == []
    assert engine.store.users.get(ada.id) == ada


def test_whoever_administers_both_companies_may_share_a_person(
    engine: Engine, company: Company, ada: User, stranger: Actor
) -> None:
    bob = a_user(engine, company, "bob@example.com", Role.VIEWER)
    engine.store.users.join(stranger.company_id, ada.id, "admin")
    other = engine.store.companies.get(stranger.company_id)
    assert other is not None

    joined, password = users.add_user(
        engine, known_as(engine, ada, other), email=bob.email, name="Ignored", role="editor"
    )

    assert password is None
    assert joined.name == bob.name
    assert joined.roles == {company.id: "viewer", other.id: "editor"}


def test_an_account_of_two_companies_is_not_up_to_one_of_them(
    engine: Engine, admin: Actor, stranger: Actor, company: Company
) -> None:
    roles = {company.id: "viewer", stranger.company_id: "admin"}
    both = engine.store.users.create("both@example.com", "Both", None, roles)

    for ask in (
        lambda: users.change_user(engine, admin, both.id, Changes(disabled=True)),
        lambda: users.change_user(engine, admin, both.id, Changes(name="Mine")),
        lambda: users.set_password(engine, admin, both.id, PASSWORD),
    ):
        with pytest.raises(Conflict) as refused:
            ask()
        assert refused.value.error_code == "USER_SHARED"
    changed = users.change_user(engine, admin, both.id, Changes(role="editor"))
    users.remove_user(engine, admin, both.id)
    left = engine.store.users.get(both.id)

    assert changed.roles[company.id] == "editor"
    assert left is not None
    assert left.roles == {stranger.company_id: "admin"}


def test_whoever_runs_flow8_may_change_any_account(engine: Engine, company: Company, stranger: Actor) -> None:
    operator = Actor(company.id, "command line", frozenset(Right), "cli", operator=True)
    sam = engine.store.users.create("sam@example.com", "Sam", None, {stranger.company_id: "admin"})

    users.add_user(engine, operator, email=sam.email, name="Sam", role="viewer")

    assert users.set_password(engine, operator, sam.id) is not None


@pytest.mark.parametrize("change", [Changes(role="editor"), Changes(no_role=True), Changes(disabled=True)])
def test_the_last_administrator_stays_one(
    engine: Engine, admin: Actor, ada: User, company: Company, change: Changes
) -> None:
    with pytest.raises(Conflict) as refused:
        users.change_user(engine, admin, ada.id, change)
    with pytest.raises(Conflict):
        users.remove_user(engine, admin, ada.id)
    assert refused.value.error_code == "LAST_ADMINISTRATOR"
    assert engine.store.users.get(ada.id) == ada

    a_user(engine, company, "bea@example.com", Role.ADMIN)

    users.change_user(engine, admin, ada.id, change)


def test_an_administrator_who_is_shut_out_does_not_count(
    engine: Engine, admin: Actor, ada: User, company: Company
) -> None:
    bea = a_user(engine, company, "bea@example.com", Role.ADMIN)
    users.change_user(engine, admin, bea.id, Changes(disabled=True))

    with pytest.raises(Conflict, match="last administrator"):
        users.remove_user(engine, admin, ada.id)


def test_who_administers_two_companies_is_not_shut_out_while_one_has_nobody_else(
    engine: Engine, company: Company, stranger: Actor, ada: User
) -> None:
    operator = Actor(company.id, "command line", frozenset(Right), "cli", operator=True)
    a_user(engine, company, "bea@example.com", Role.ADMIN)
    engine.store.users.join(stranger.company_id, ada.id, "admin")

    with pytest.raises(Conflict) as refused:
        users.change_user(engine, operator, ada.id, Changes(disabled=True))

    assert refused.value.error_code == "LAST_ADMINISTRATOR"


def test_two_who_demote_each_other_at_once_leave_one(
    engine: Engine, admin: Actor, ada: User, company: Company
) -> None:
    everybody = [ada, *(a_user(engine, company, f"{name}@example.com", Role.ADMIN) for name in "bcd")]

    def demote(user: User) -> bool:
        try:
            users.change_user(engine, admin, user.id, Changes(role="viewer"))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(demote, everybody))

    assert sorted(done) == [False, True, True, True]
    assert len(engine.store.users.administrators(company.id)) == 1


def test_being_shut_out_ends_every_session_and_coming_back_revives_none(
    engine: Engine, admin: Actor, company: Company
) -> None:
    bob = a_user(engine, company, "bob@example.com", Role.EDITOR)
    sids = [signed_in(engine, bob, company) for _ in range(3)]

    users.change_user(engine, admin, bob.id, Changes(disabled=True))
    assert [is_over(engine, sid) for sid in sids] == [True] * 3
    users.change_user(engine, admin, bob.id, Changes(disabled=False))

    assert [is_over(engine, sid) for sid in sids] == [True] * 3


def test_a_new_password_ends_every_session_and_lets_them_try_at_once(
    engine: Engine, admin: Actor, company: Company
) -> None:
    bob = a_user(engine, company, "bob@example.com", Role.EDITOR)
    sid = signed_in(engine, bob, company)
    for _ in range(8):
        with pytest.raises(Flow8Error):
            sign_in.sign_in(engine, bob.email, "wrong")

    password = users.set_password(engine, admin, bob.id)

    assert is_over(engine, sid)
    assert password is not None
    assert sign_in.sign_in(engine, bob.email, password).user.id == bob.id


def is_over(engine: Engine, sid: str) -> bool:
    try:
        sessions.actor_of_session(engine, sid, door="test")
    except Unauthorized:
        return True
    return False


def test_whoever_leaves_loses_grants_groups_and_sessions(
    engine: Engine, admin: Actor, company: Company, stage: Stage
) -> None:
    bob = a_user(engine, company, "bob@example.com", None)
    engine.store.users.join("2" * 24, bob.id, "viewer")
    stage.publish(a_flow())
    granted(engine, admin, bob, Right.VIEW, "a-flow")
    group = engine.store.user_groups.create(company.id, "team", [bob.id])
    sid = signed_in(engine, bob, company)

    users.remove_user(engine, admin, bob.id)

    left = engine.store.user_groups.get(company.id, group.id)
    assert left is not None
    assert left.user_ids == ()
    assert engine.store.access.of_user(company.id, bob.id, []) == []
    assert is_over(engine, sid)
    again = engine.store.users.join(company.id, bob.id, None)
    assert again is not None
    assert known_as(engine, again, company).grants.flows == {}
