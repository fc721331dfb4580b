"""Companies: mine, new ones, another name, the end of an empty one."""

import pytest

from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Invalid, NotFound, Unauthorized
from flow8.services import companies, keys, sessions
from flow8.store.people import Company, User
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.people import a_user, known_as, signed_in


@pytest.fixture
def ada(engine: Engine, company: Company) -> User:
    """An administrator who is a person."""
    return a_user(engine, company, "ada@example.com", Role.ADMIN)


def test_whoever_makes_a_company_is_its_administrator(engine: Engine, ada: User, company: Company) -> None:
    actor = known_as(engine, ada, company)

    made = companies.create_company(engine, actor, name="The Bakery")
    mine = companies.my_companies(engine, actor)

    assert made.slug == "the-bakery"
    assert [(each.slug, role) for each, role in mine] == [("default", "admin"), ("the-bakery", "admin")]
    assert companies.my_company(engine, actor, "the-bakery") == (made, "admin")
    assert known_as(engine, ada, made).rights == RIGHTS[Role.ADMIN]


def test_companies_of_others_are_not_there(engine: Engine, ada: User, company: Company) -> None:
    actor, other = known_as(engine, ada, company), engine.store.companies.ensure("other", "Other")

    for ask in (
        lambda: companies.my_company(engine, actor, other.id),
        lambda: companies.my_company(engine, actor, "other"),
        lambda: companies.rename_company(engine, actor, other.id, "Mine"),
        lambda: companies.remove_company(engine, actor, other.id),
    ):
        with pytest.raises(NotFound):
            ask()

    assert engine.store.companies.get(other.id) == other


def test_a_key_knows_its_company_and_makes_none(engine: Engine, admin: Actor, company: Company) -> None:
    _, text = keys.create_key(engine, admin, name="k")
    actor = keys.actor_of_key(engine, text, door="web")

    assert companies.my_companies(engine, actor) == [(company, None)]
    with pytest.raises(Denied):
        companies.create_company(engine, actor, name="Mine")


def test_every_wrong_field_is_named(engine: Engine, ada: User, company: Company) -> None:
    actor = known_as(engine, ada, company)

    with pytest.raises(Invalid) as refused:
        companies.create_company(engine, actor, name=" ", slug="A b")
    with pytest.raises(Conflict) as taken:
        companies.create_company(engine, actor, name="Default")

    assert [each.path for each in refused.value.problems] == ["name", "slug"]
    assert taken.value.error_code == "COMPANY_EXISTS"
    assert companies.rename_company(engine, actor, "default", " New ").name == "New"


def test_going_on_in_another_company_takes_a_new_session(engine: Engine, ada: User, company: Company) -> None:
    bakery = companies.create_company(engine, known_as(engine, ada, company), name="Bakery")
    before = signed_in(engine, ada, company)
    actor = sessions.actor_of_session(engine, before, door="web")

    found = sessions.switch_company(engine, actor, before, "bakery")

    assert found.sid != before
    assert sessions.actor_of_session(engine, found.sid, door="web").company_id == bakery.id
    with pytest.raises(Unauthorized):
        sessions.actor_of_session(engine, before, door="web")


def test_nobody_goes_where_they_do_not_belong(
    engine: Engine, ada: User, company: Company, stranger: Actor, admin: Actor
) -> None:
    sid = signed_in(engine, ada, company)
    actor = sessions.actor_of_session(engine, sid, door="web")

    for name in (stranger.company_id, "other", "nowhere", "\x00"):
        with pytest.raises(NotFound):
            sessions.switch_company(engine, actor, sid, name)
    with pytest.raises(Unauthorized):
        sessions.switch_company(
            engine, Actor(company.id, "key", admin.rights, "web", key_id="k"), sid, "other"
        )

    assert sessions.actor_of_session(engine, sid, door="web").company_id == company.id


def test_only_an_empty_company_is_removed_and_its_keys_with_it(
    engine: Engine, ada: User, company: Company, stage: Stage
) -> None:
    bakery = companies.create_company(engine, known_as(engine, ada, company), name="Bakery")
    there = known_as(engine, ada, bakery)
    _, key = keys.create_key(engine, there, name="k")
    bob = a_user(engine, bakery, "bob@example.com", Role.VIEWER)
    with pytest.raises(Conflict, match="2 people"):
        companies.remove_company(engine, there, "bakery")
    engine.store.users.leave(bakery.id, bob.id)
    engine.store.flows.create(bakery.id, a_flow(), "x")
    with pytest.raises(Conflict, match="flows"):
        companies.remove_company(engine, there, "bakery")
    engine.store.database["flows"].delete_many({"companyId": bakery.id})
    sid = signed_in(engine, ada, bakery)

    companies.remove_company(engine, there, "bakery")

    assert companies.my_companies(engine, known_as(engine, ada, company)) == [(company, "admin")]
    with pytest.raises(Unauthorized):
        keys.actor_of_key(engine, key, door="web")
    with pytest.raises(Unauthorized):
        sessions.actor_of_session(engine, sid, door="web")
    with pytest.raises(Conflict) as last:
        companies.remove_company(engine, known_as(engine, ada, company), "default")
    assert last.value.error_code == "LAST_COMPANY"
    assert stage.company_id == company.id
