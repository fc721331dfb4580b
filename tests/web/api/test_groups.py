"""Groups over HTTP."""

from collections.abc import Callable

from flow8.domain.access import Role
from tests.support.factories import a_flow
from tests.support.hands import error_of
from tests.support.web import Program


def test_groups_are_made_changed_listed_and_removed(program: Program) -> None:
    outer = program.post("groups", json={"name": "outer"}).json or {}
    inner = program.post("groups", json={"name": "inner", "parent": "outer"})
    moved = program.ask("PUT", "groups/inner", json={"name": "aside"})

    assert inner.status_code == 201
    assert (inner.json or {})["parentId"] == outer["id"]
    assert ((moved.json or {})["name"], (moved.json or {})["parentId"]) == ("aside", None)
    listed = program.get("groups").json or {}
    assert [each["name"] for each in listed["data"]] == ["aside", "outer"]
    assert program.get(f"groups/{outer['id']}").json == outer
    assert program.ask("DELETE", "groups/aside").status_code == 204
    assert error_of(program.get("groups/aside")) == (404, "GROUP_NOT_FOUND")


def test_flows_stand_in_groups(program: Program) -> None:
    group = (program.post("groups", json={"name": "sales"}).json or {})["id"]
    program.post("flows", json=a_flow())

    moved = program.post("flows/a-flow/move", json={"group": "sales"})

    assert (moved.json or {})["groupId"] == group
    assert ((program.get("flows/a-flow").json or {})["draft"])["group"] == "sales"
    assert (program.get("flows?group=sales").json or {})["total"] == 1
    assert error_of(program.ask("DELETE", "groups/sales")) == (409, "GROUP_NOT_EMPTY")
    program.post("flows/a-flow/move", json={"group": None})
    assert (program.get("flows?group=sales").json or {})["total"] == 0
    assert error_of(program.post("flows/a-flow/move", json={})) == (422, "INVALID")
    assert error_of(program.get("flows?group=nowhere")) == (422, "INVALID")


def test_who_may_only_look_may_not_change(program_as: Callable[[Role], Program]) -> None:
    viewer = program_as(Role.VIEWER)

    assert viewer.get("groups").status_code == 200
    assert viewer.post("groups", json={"name": "x"}).status_code == 403
