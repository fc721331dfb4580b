"""Giving, changing and taking back grants."""

import time
from dataclasses import replace

import pytest

from flow8.domain.access import Actor, Right, Role
from flow8.engine.engine import Engine
from flow8.engine.fresh import Fresh
from flow8.errors import Conflict, Denied, Flow8Error, Invalid, NotFound
from flow8.services import access
from flow8.services.access import Which, Wish
from flow8.services.sessions import actor_of_session
from flow8.store.flows import FlowRecord
from flow8.store.people import Company, User
from tests.support.audit import actions_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.people import a_user, granted, known_as, signed_in


@pytest.fixture
def flow(stage: Stage) -> FlowRecord:
    """A published flow."""
    return stage.publish(a_flow())


@pytest.fixture
def bob(engine: Engine, company: Company) -> User:
    """A member without a role."""
    return a_user(engine, company, "bob@example.com", None)


def test_a_grant_is_given_listed_changed_and_taken_back(
    engine: Engine, admin: Actor, flow: FlowRecord, bob: User
) -> None:
    made = access.grant(engine, admin, Wish("view", user_id=bob.id, flow="a-flow"))
    changed = access.change_grant(engine, admin, made.id, "run")
    listed = access.list_grants(engine, admin, Which(user_id=bob.id, flow=flow.id)).data
    access.withdraw(engine, admin, made.id)

    assert (made.flow_id, made.right, changed.right) == (flow.id, "view", "run")
    assert listed == [changed]
    assert access.list_grants(engine, admin).data == []
    assert actions_of(engine, admin.company_id) == ["access.grant", "access.change", "access.withdraw"]
    for ask in (
        lambda: access.get_grant(engine, admin, made.id),
        lambda: access.change_grant(engine, admin, made.id, "run"),
        lambda: access.withdraw(engine, admin, made.id),
    ):
        with pytest.raises(NotFound):
            ask()


def test_every_wrong_field_is_named(engine: Engine, admin: Actor, flow: FlowRecord, bob: User) -> None:
    wishes = {
        Wish("rule", user_id="nobody", flow="nothing"): ["right", "userId", "flowId"],
        Wish("view"): ["userId", "flowId"],
        Wish("view", bob.id, "g", "a-flow", "g"): ["userId", "flowId", "userGroupId", "groupId"],
        Wish("approve", user_id=bob.id, flow=flow.id): ["right"],
        Wish("call_tools", user_id=bob.id, flow=flow.id): ["right"],
        Wish("view", user_id="\x00", flow="\ud800"): ["userId", "flowId"],
    }

    for wish, paths in wishes.items():
        with pytest.raises(Invalid) as refused:
            access.grant(engine, admin, wish)
        assert [each.path for each in refused.value.problems] == paths


def test_one_grant_for_the_same_on_the_same(
    engine: Engine, admin: Actor, flow: FlowRecord, bob: User
) -> None:
    granted(engine, admin, bob, Right.VIEW, flow.id)

    with pytest.raises(Conflict):
        granted(engine, admin, bob, Right.RUN, "a-flow")


def test_nobody_of_another_company_gets_or_sees_a_grant(
    engine: Engine, admin: Actor, stranger: Actor, flow: FlowRecord, bob: User
) -> None:
    made = granted(engine, admin, bob, Right.VIEW, flow.id)
    other = engine.store.companies.get(stranger.company_id)
    assert other is not None
    sam = a_user(engine, other, "sam@example.com", Role.VIEWER)

    for wish in (Wish("view", user_id=sam.id, flow="a-flow"), Wish("view", user_id=bob.id, flow="a-flow")):
        with pytest.raises(Invalid):
            access.grant(engine, stranger, wish)
    with pytest.raises(Invalid):
        access.grant(engine, admin, Wish("view", user_id=sam.id, flow="a-flow"))
    for ask in (
        lambda: access.get_grant(engine, stranger, made.id),
        lambda: access.change_grant(engine, stranger, made.id, "administer"),
        lambda: access.withdraw(engine, stranger, made.id),
    ):
        with pytest.raises(NotFound):
            ask()
    assert access.list_grants(engine, stranger).data == []
    assert access.get_grant(engine, admin, made.id) == made


def test_whoever_administers_one_flow_grants_on_that_one_only(
    engine: Engine, admin: Actor, bob: User, company: Company, stage: Stage
) -> None:
    stage.publish(a_flow())
    stage.publish(a_flow(flow="other", name="Other"))
    eve = a_user(engine, company, "eve@example.com", None)
    on_other = granted(engine, admin, eve, Right.VIEW, "other")
    granted(engine, admin, bob, Right.ADMINISTER, "a-flow")
    actor = known_as(engine, bob, company)

    made = granted(engine, actor, eve, Right.RUN, "a-flow")

    assert made in access.list_grants(engine, actor, Which(flow="a-flow")).data
    assert access.change_grant(engine, actor, made.id, "view").right == "view"
    for ask in (
        lambda: access.list_grants(engine, actor),
        lambda: access.list_grants(engine, actor, Which(flow="other")),
        lambda: access.get_grant(engine, actor, on_other.id),
        lambda: access.change_grant(engine, actor, on_other.id, "edit"),
        lambda: access.withdraw(engine, actor, on_other.id),
        lambda: granted(engine, actor, eve, Right.VIEW, "other"),
        lambda: access.grant(engine, actor, Wish("view", user_id=eve.id, group_id="g")),
    ):
        with pytest.raises((Denied, NotFound)):
            ask()
    assert engine.store.access.get(company.id, on_other.id) == on_other


def test_a_grant_taken_back_in_another_process_counts_within_a_second(
    engine: Engine, admin: Actor, flow: FlowRecord, bob: User, company: Company
) -> None:
    made, elsewhere = granted(engine, admin, bob, Right.VIEW, flow.id), replace(engine, fresh=Fresh())
    sid = signed_in(engine, bob, company)
    assert actor_of_session(elsewhere, sid, door="web").holds_somewhere(Right.VIEW)

    access.withdraw(engine, admin, made.id)

    time.sleep(1)
    assert not actor_of_session(elsewhere, sid, door="web").holds_somewhere(Right.VIEW)


def test_viewers_grant_nothing(engine: Engine, viewer: Actor, flow: FlowRecord, bob: User) -> None:
    for ask in (
        lambda: access.list_grants(engine, viewer),
        lambda: granted(engine, viewer, bob, Right.VIEW, flow.id),
        lambda: access.get_grant(engine, viewer, "x"),
    ):
        with pytest.raises(Flow8Error) as refused:
            ask()
        assert isinstance(refused.value, Denied)
