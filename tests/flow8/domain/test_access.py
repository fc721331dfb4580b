"""Roles and rights."""

import pytest

from flow8.domain.access import GRANTED, RIGHTS, Actor, Grants, Right, Role
from flow8.errors import Denied


def test_each_role_holds_all_rights_of_the_ones_before_it() -> None:
    table = {role: sorted(rights) for role, rights in RIGHTS.items()}

    assert table == {
        Role.VIEWER: ["view"],
        Role.RUNNER: ["run", "view"],
        Role.APPROVER: ["approve", "run", "view"],
        Role.EDITOR: ["approve", "edit", "run", "view"],
        Role.ADMIN: ["administer", "approve", "edit", "run", "view"],
    }


def test_an_actor_with_the_right_goes_on() -> None:
    actor = Actor("c1", "ann@example.com", RIGHTS[Role.RUNNER], "api")

    actor.must(Right.RUN)


def test_an_actor_without_the_right_is_told_which_one() -> None:
    actor = Actor("c1", "ann@example.com", RIGHTS[Role.RUNNER], "api")

    with pytest.raises(Denied, match=r"ann@example\.com lacks the right 'edit'"):
        actor.must(Right.EDIT)


def test_a_grant_allows_on_its_flow_what_the_role_like_it_allows_everywhere() -> None:
    assert {right: sorted(rights) for right, rights in GRANTED.items()} == {
        Right.VIEW: ["view"],
        Right.RUN: ["run", "view"],
        Right.EDIT: ["approve", "edit", "run", "view"],
        Right.ADMINISTER: ["administer", "approve", "edit", "run", "view"],
    }


def test_grants_on_a_flow_and_on_the_groups_around_it_add_up() -> None:
    grants = Grants(
        {"f": GRANTED[Right.VIEW], "g": GRANTED[Right.EDIT]},
        {"inner": GRANTED[Right.RUN], "far": frozenset()},
    )

    assert grants.on("f", ()) == {Right.VIEW}
    assert grants.on("f", ("inner", "outer")) == {Right.VIEW, Right.RUN}
    assert grants.on("x", ()) == frozenset()
    assert grants.flows_with(Right.VIEW) == {"f", "g"}
    assert grants.groups_with(Right.RUN) == {"inner"}
    assert grants.anywhere() == {Right.VIEW, Right.RUN, Right.APPROVE, Right.EDIT}


def test_a_right_that_is_granted_somewhere_is_not_held_in_the_company() -> None:
    actor = Actor("c1", "gil", frozenset(), "api", grants=Grants({"f": GRANTED[Right.RUN]}))

    assert actor.holds_somewhere(Right.RUN)
    assert not actor.holds_somewhere(Right.EDIT)
    with pytest.raises(Denied):
        actor.must(Right.RUN)
