"""What somebody else sees: the same flows that they see themselves, with the same rights."""

import pytest

from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.engine.engine import Engine
from flow8.errors import Denied, NotFound
from flow8.services import flows
from flow8.services.seen_as import flows_seen_as
from flow8.store.people import Company
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.people import a_user, granted, known_as


def seen(engine: Engine, admin: Actor, user_id: str) -> dict[str, frozenset[Right]]:
    found = flows_seen_as(engine, admin, user_id).data
    return {each.permanent_id: each.rights for each in found}


def test_somebody_without_a_role_sees_what_is_granted_and_nothing_else(
    engine: Engine, admin: Actor, stage: Stage, company: Company
) -> None:
    gil = a_user(engine, company, "gil@example.com", None)
    for name in ("mine", "other"):
        stage.publish(a_flow(flow=name, name=name))
    before = seen(engine, admin, gil.id)

    granted(engine, admin, gil, Right.RUN, "mine")
    engine.fresh.forget()

    themselves = flows.list_flows(engine, known_as(engine, gil, company)).data
    assert before == {}
    assert seen(engine, admin, gil.id) == {"mine": frozenset({Right.VIEW, Right.RUN})}
    assert [each.permanent_id for each in themselves] == ["mine"]


def test_a_role_counts_on_every_flow_and_grants_beside_it(
    engine: Engine, admin: Actor, stage: Stage, company: Company
) -> None:
    eve = a_user(engine, company, "eve@example.com", Role.VIEWER)
    for name in ("a", "b"):
        stage.publish(a_flow(flow=name, name=name))
    granted(engine, admin, eve, Right.EDIT, "b")

    found = seen(engine, admin, eve.id)

    assert found["a"] == RIGHTS[Role.VIEWER]
    assert found["b"] >= RIGHTS[Role.VIEWER] | {Right.EDIT}


def test_only_administrators_look_and_only_at_their_own_people(
    engine: Engine, admin: Actor, company: Company
) -> None:
    eve = a_user(engine, company, "eve@example.com", Role.EDITOR)
    elsewhere = engine.store.companies.ensure("other", "Other")
    stranger = a_user(engine, elsewhere, "eve@other.example", Role.VIEWER)

    with pytest.raises(Denied):
        flows_seen_as(engine, known_as(engine, eve, company), eve.id)
    with pytest.raises(NotFound):
        flows_seen_as(engine, admin, stranger.id)
