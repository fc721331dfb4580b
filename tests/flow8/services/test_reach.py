"""Grants: who may only see some flows sees those, their plays, their approvals, and nothing else."""

from collections.abc import Callable

import pytest

from flow8.domain.access import Actor, Right, Role
from flow8.domain.documents import write_yaml
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Denied, Flow8Error, Invalid, NotFound
from flow8.services import approvals, bulk, flows, following, hands, iterations, plays, rerun, why
from flow8.services.bulk import Order
from flow8.services.reach import must_within, rights_on
from flow8.store.people import Company, User
from tests.support.audit import entries_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.people import a_user, granted, known_as

WAITS = {"ref": "ok", "appId": "var", "args": {"values": {}}, "needsApproval": True}


@pytest.fixture
def gil(engine: Engine, company: Company) -> User:
    """A member without a role."""
    return a_user(engine, company, "gil@example.com", None)


@pytest.fixture
def plays_of(stage: Stage) -> dict[str, str]:
    """A parked play of each of two flows, by flow: `mine` and `other`."""
    found = {}
    for name in ("mine", "other"):
        found[name] = stage.accept(a_flow(WAITS, flow=name, name=name))
        perform(stage.engine, found[name])
    return found


def test_who_was_granted_nothing_may_nothing(
    engine: Engine, company: Company, gil: User, plays_of: dict[str, str]
) -> None:
    actor = known_as(engine, gil, company)

    for ask in asks(engine, actor, "mine", plays_of["mine"]).values():
        with pytest.raises(Denied):
            ask()
    with pytest.raises(Denied):
        flows.list_flows(engine, actor)


def asks(engine: Engine, actor: Actor, flow: str, play: str) -> dict[str, Callable[[], object]]:
    """Everything that can be asked of one flow and of one play of it."""
    return {
        "flows.get": lambda: flows.get_flow(engine, actor, flow),
        "flows.export": lambda: flows.export_text(engine, actor, flow),
        "flows.publish": lambda: flows.publish(engine, actor, flow),
        "plays.run": lambda: plays.run(engine, actor, flow, {}),
        "plays.list": lambda: plays.list_plays(engine, actor, flow=flow),
        "plays.get": lambda: plays.get_play(engine, actor, play),
        "plays.get_layer": lambda: plays.get_layer(engine, actor, play, "ok"),
        "plays.outcome": lambda: plays.outcome(engine, actor, play),
        "plays.iterations": lambda: iterations.list_iterations(engine, actor, play, "ok"),
        "plays.follow": lambda: following.follow(engine, actor, play),
        "plays.why": lambda: why.why(engine, actor, play),
        "plays.cancel": lambda: hands.cancel(engine, actor, play),
        "plays.hold": lambda: hands.hold(engine, actor, play),
        "plays.resume": lambda: hands.resume(engine, actor, play),
        "plays.event": lambda: hands.send_event(engine, actor, play, "k"),
        "plays.rerun": lambda: rerun.rerun(engine, actor, play),
        "plays.bulk": lambda: bulk.act(engine, actor, Order("hold", flow=flow)),
        "plays.approve": lambda: approvals.decide(engine, actor, play, "ok", decision="approved"),
    }


LOOKING = {
    "flows.get",
    "flows.export",
    "plays.list",
    "plays.get",
    "plays.get_layer",
    "plays.outcome",
    "plays.iterations",
    "plays.follow",
    "plays.why",
}
RUNNING = {
    "plays.run",
    "plays.cancel",
    "plays.hold",
    "plays.resume",
    "plays.event",
    "plays.rerun",
    "plays.bulk",
}
EDITING = {"flows.publish", "plays.approve"}


@pytest.mark.parametrize(
    ("right", "allowed"),
    [
        (Right.VIEW, LOOKING),
        (Right.RUN, LOOKING | RUNNING),
        (Right.EDIT, LOOKING | RUNNING | EDITING),
        (Right.ADMINISTER, LOOKING | RUNNING | EDITING),
    ],
)
def test_a_grant_opens_one_flow_as_far_as_it_says(
    engine: Engine,
    admin: Actor,
    company: Company,
    gil: User,
    plays_of: dict[str, str],
    right: Right,
    allowed: set[str],
) -> None:
    granted(engine, admin, gil, right, "mine")
    actor = known_as(engine, gil, company)

    on_mine = {name: refusal(ask) for name, ask in asks(engine, actor, "mine", plays_of["mine"]).items()}
    on_other = {name: refusal(ask) for name, ask in asks(engine, actor, "other", plays_of["other"]).items()}

    assert {name for name, error in on_mine.items() if error is not Denied} == allowed
    assert {name for name, error in on_other.items() if error not in (Denied, NotFound)} == set()
    assert {on_other[name] for name in LOOKING} == {NotFound}


def refusal(ask: Callable[[], object]) -> type[Flow8Error] | None:
    try:
        ask()
    except (Denied, NotFound) as error:
        missing = isinstance(error, NotFound) and error.error_code not in ("FLOW_NOT_FOUND", "PLAY_NOT_FOUND")
        return None if missing else type(error)
    except Flow8Error:
        return None
    return None


def test_lists_hold_only_what_was_granted(
    engine: Engine, admin: Actor, company: Company, gil: User, plays_of: dict[str, str]
) -> None:
    granted(engine, admin, gil, Right.EDIT, "mine")
    actor = known_as(engine, gil, company)

    listed = flows.list_flows(engine, actor)
    seen = plays.list_plays(engine, actor)
    asked = approvals.waiting_for_me(engine, actor)
    held = bulk.act(engine, actor, Order("hold", dry_run=True))

    assert ([flow.permanent_id for flow in listed.data], listed.total) == (["mine"], 1)
    assert [row["id"] for row in seen.rows] == [plays_of["mine"]]
    assert [row["id"] for row in asked.rows] == [plays_of["mine"]]
    assert held.ids == [plays_of["mine"]]


def test_what_may_not_be_seen_looks_as_if_it_was_not_there(
    engine: Engine, admin: Actor, company: Company, gil: User, plays_of: dict[str, str]
) -> None:
    granted(engine, admin, gil, Right.VIEW, "mine")
    actor = known_as(engine, gil, company)

    with pytest.raises(NotFound) as unseen:
        flows.get_flow(engine, actor, "other")
    with pytest.raises(NotFound) as missing:
        flows.get_flow(engine, actor, "another")
    with pytest.raises(NotFound, match="There is no play"):
        plays.get_play(engine, actor, plays_of["other"])

    assert unseen.value.message.replace("other", "another") == missing.value.message
    assert [entry["action"] for entry in entries_of(engine, company.id)][-2:] == ["denied", "denied"]


def test_a_role_and_grants_add_up(
    engine: Engine, admin: Actor, company: Company, plays_of: dict[str, str]
) -> None:
    vera = a_user(engine, company, "vera@example.com", Role.VIEWER)
    granted(engine, admin, vera, Right.RUN, "mine")
    actor = known_as(engine, vera, company)

    hands.hold(engine, actor, plays_of["mine"])
    with pytest.raises(Denied):
        hands.hold(engine, actor, plays_of["other"])

    assert flows.list_flows(engine, actor).total == 2
    assert must_within(engine, actor, Right.VIEW, "test") is None
    assert len(must_within(engine, actor, Right.RUN, "test") or ()) == 1


def test_a_grant_on_a_group_holds_for_flows_in_it_and_in_groups_inside(
    engine: Engine, company: Company, gil: User, plays_of: dict[str, str]
) -> None:
    database = engine.store.database
    for group, parent in (("outer", None), ("inner", "outer"), ("aside", None)):
        database["groups"].insert_one({"_id": group, "companyId": company.id, "parentId": parent})
    mine = database["flows"].find_one_and_update({"permanentId": "mine"}, {"$set": {"groupId": "inner"}})
    database["flows"].update_one({"permanentId": "other"}, {"$set": {"groupId": "aside"}})
    database["access"].insert_one(
        {
            "_id": "g",
            "companyId": company.id,
            "right": "view",
            "userId": gil.id,
            "userGroupId": None,
            "flowId": None,
            "groupId": "outer",
            "createdAt": None,
            "createdBy": "x",
        }
    )
    actor = known_as(engine, gil, company)

    assert [row["id"] for row in plays.list_plays(engine, actor).rows] == [plays_of["mine"]]
    assert plays.get_play(engine, actor, plays_of["mine"])["flow"] == "mine"
    assert mine is not None
    assert rights_on(engine, actor, mine["_id"]) == {Right.VIEW}
    with pytest.raises(NotFound):
        plays.get_play(engine, actor, plays_of["other"])


def test_a_grant_in_one_company_is_none_in_another(
    engine: Engine, admin: Actor, company: Company, plays_of: dict[str, str]
) -> None:
    other = engine.store.companies.ensure("other", "Other")
    user = engine.store.users.create("both@example.com", "B", None, {company.id: None, other.id: "admin"})
    granted(engine, admin, user, Right.VIEW, "mine")

    there = known_as(engine, user, other)

    assert there.grants.flows == {}
    with pytest.raises(NotFound):
        plays.get_play(engine, there, plays_of["mine"])


@pytest.mark.parametrize("name", ["other", "{{ $args.flow }}", "nowhere"])
def test_who_may_edit_one_flow_cannot_have_it_play_another(
    engine: Engine, admin: Actor, company: Company, gil: User, stage: Stage, name: str
) -> None:
    stage.publish(a_flow(flow="other", name="other"))
    calls = {"ref": "call", "appId": "subflow", "args": {"flow": name}}
    flows.import_text(engine, admin, write_yaml(a_flow(calls, flow="mine", name="mine")))
    granted(engine, admin, gil, Right.EDIT, "mine")

    with pytest.raises(Invalid) as refused:
        flows.publish(engine, known_as(engine, gil, company), "mine")

    assert [problem.path for problem in refused.value.problems] == ["flowlets[0].args.flow"]
    if name == "other":
        granted(engine, admin, gil, Right.RUN, "other")
        assert flows.publish(engine, known_as(engine, gil, company), "mine").published == 1
        # Whoever may run every flow is not asked.
    assert flows.publish(engine, admin, "mine").published


def test_user_groups_may_be_approvers(engine: Engine, admin: Actor, company: Company, stage: Stage) -> None:
    waits = {**WAITS, "approval": {"approvers": ["Finance"]}}
    play_id = stage.accept(a_flow(waits, flow="paid", name="Paid"))
    perform(engine, play_id)
    fay = a_user(engine, company, "fay@example.com", Role.APPROVER)
    with pytest.raises(Denied, match="Finance"):
        approvals.decide(engine, known_as(engine, fay, company), play_id, "ok", decision="approved")

    engine.store.user_groups.create(company.id, "finance", [fay.id])
    actor = known_as(engine, fay, company)

    assert [row["id"] for row in approvals.waiting_for_me(engine, actor).rows] == [play_id]
    assert approvals.decide(engine, actor, play_id, "ok", decision="approved")["playId"] == play_id
    assert admin.user_groups == frozenset()
