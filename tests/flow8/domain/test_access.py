"""Roles and rights."""

import pytest

from flow8.domain.access import RIGHTS, Actor, Right, Role
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
