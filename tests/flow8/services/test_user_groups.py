"""User groups."""

import pytest

from flow8.domain.access import Actor, Right, Role
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services import access, user_groups
from flow8.services.reach import must_within
from flow8.store.people import Company
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.people import a_user, known_as


def test_what_a_group_was_granted_its_members_have_until_they_leave_it(
    engine: Engine, admin: Actor, company: Company, stage: Stage
) -> None:
    flow = stage.publish(a_flow())
    bob = a_user(engine, company, "bob@example.com", None)
    group = user_groups.create_user_group(engine, admin, name=" Team ", user_ids=[bob.id, bob.id])
    access.grant(engine, admin, access.Wish("run", user_group_id=group.id, flow="a-flow"))

    actor = known_as(engine, bob, company)
    assert must_within(engine, actor, Right.RUN, "test") == frozenset({flow.id})
    assert actor.user_groups == {"Team"}
    assert group.user_ids == (bob.id,)

    user_groups.change_user_group(engine, admin, group.id, name="Team", user_ids=[])

    assert known_as(engine, bob, company).grants.flows == {}


def test_a_group_goes_with_its_grants(engine: Engine, admin: Actor, company: Company, stage: Stage) -> None:
    stage.publish(a_flow())
    group = user_groups.create_user_group(engine, admin, name="Team", user_ids=[])
    access.grant(engine, admin, access.Wish("run", user_group_id=group.id, flow="a-flow"))

    user_groups.remove_user_group(engine, admin, group.id)

    assert access.list_grants(engine, admin).data == []
    assert user_groups.list_user_groups(engine, admin).data == []
    with pytest.raises(NotFound):
        user_groups.get_user_group(engine, admin, group.id)
    assert company.id == admin.company_id


def test_every_wrong_field_is_named(engine: Engine, admin: Actor, stranger: Actor, company: Company) -> None:
    other = engine.store.companies.get(stranger.company_id)
    assert other is not None
    theirs = a_user(engine, other, "sam@example.com", Role.VIEWER)
    ours = a_user(engine, company, "bob@example.com", Role.VIEWER)

    with pytest.raises(Invalid) as refused:
        user_groups.create_user_group(
            engine, admin, name="ada@example.com", user_ids=[ours.id, theirs.id, "nobody"]
        )
    user_groups.create_user_group(engine, admin, name="Team", user_ids=[])
    with pytest.raises(Conflict):
        user_groups.create_user_group(engine, admin, name="Team", user_ids=[])

    assert [each.path for each in refused.value.problems] == ["name", "userIds[1]", "userIds[2]"]


def test_groups_are_for_administrators_of_their_company(
    engine: Engine, admin: Actor, viewer: Actor, stranger: Actor
) -> None:
    group = user_groups.create_user_group(engine, admin, name="Team", user_ids=[])

    with pytest.raises(Denied):
        user_groups.list_user_groups(engine, viewer)
    assert user_groups.list_user_groups(engine, stranger).data == []
    for ask in (
        lambda: user_groups.get_user_group(engine, stranger, group.id),
        lambda: user_groups.change_user_group(engine, stranger, group.id, name="Mine", user_ids=[]),
        lambda: user_groups.remove_user_group(engine, stranger, group.id),
    ):
        with pytest.raises(NotFound):
            ask()
    assert user_groups.get_user_group(engine, admin, group.id) == group
