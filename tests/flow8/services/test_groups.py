"""Groups of flows."""

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services.drafts import create_draft
from flow8.services.groups import change_group, create_group, get_group, list_groups, remove_group
from flow8.services.switches import move_flow, remove_flow
from flow8.store.access import DEEPEST
from tests.support.audit import actions_of
from tests.support.entries import an_entry
from tests.support.factories import a_flow
from tests.support.groups import a_group


@pytest.mark.parametrize("count", [1, 3])
def test_groups_are_listed_by_name_with_their_flows_counted(
    engine: Engine, admin: Actor, viewer: Actor, count: int
) -> None:
    for number in range(count):
        create_group(engine, admin, name=f"group {number}")
    create_draft(engine, admin, a_flow(group="group 0"))
    a_group_of_another_company(engine)

    found = list_groups(engine, viewer)

    assert [(each.group.name, each.flows) for each in found.data] == [
        (f"group {number}", int(number == 0)) for number in range(count)
    ]


def a_group_of_another_company(engine: Engine) -> None:
    engine.store.database["groups"].insert_one(
        {"_id": "theirs", "companyId": "9" * 24, "name": "theirs", "parentId": None}
    )


def test_a_group_is_found_by_name_and_id_and_stands_in_another(engine: Engine, admin: Actor) -> None:
    outer = create_group(engine, admin, name="outer").group
    inner = create_group(engine, admin, name="inner", parent="outer").group

    assert inner.parent_id == outer.id
    assert get_group(engine, admin, "inner") == get_group(engine, admin, inner.id)
    assert actions_of(engine, admin.company_id) == ["groups.create", "groups.create"]


@pytest.mark.parametrize(
    ("name", "parent", "path"), [("", None, "name"), ("a\nb", None, "name"), ("a", "nowhere", "parent")]
)
def test_what_is_no_group_is_refused(
    engine: Engine, admin: Actor, name: str, parent: str | None, path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        create_group(engine, admin, name=name, parent=parent)

    assert [problem.path for problem in refused.value.problems] == [path]


def test_a_name_is_there_once(engine: Engine, admin: Actor) -> None:
    create_group(engine, admin, name="a")
    create_group(engine, admin, name="b")

    with pytest.raises(Conflict) as refused:
        create_group(engine, admin, name="a")
    with pytest.raises(Conflict):
        change_group(engine, admin, "b", name="a", parent=None)
    assert refused.value.error_code == "GROUP_EXISTS"


def test_a_group_never_stands_in_itself(engine: Engine, admin: Actor) -> None:
    create_group(engine, admin, name="a")
    create_group(engine, admin, name="b", parent="a")

    for parent in ("a", "b"):
        with pytest.raises(Invalid):
            change_group(engine, admin, "a", name="a", parent=parent)

    moved = change_group(engine, admin, "b", name="c", parent=None).group
    assert (moved.name, moved.parent_id) == ("c", None)


def test_groups_stand_twenty_deep_at_most(engine: Engine, admin: Actor) -> None:
    parent: str | None = None
    for number in range(DEEPEST):
        parent = create_group(engine, admin, name=f"g{number}", parent=parent).group.id

    with pytest.raises(Invalid):
        create_group(engine, admin, name="deeper", parent=parent)
    create_group(engine, admin, name="top")
    with pytest.raises(Invalid):
        change_group(engine, admin, "g0", name="g0", parent="top")


def test_a_group_that_holds_something_stays_and_says_what(engine: Engine, admin: Actor) -> None:
    create_group(engine, admin, name="sales")
    create_group(engine, admin, name="inner", parent="sales")
    create_draft(engine, admin, a_flow(group="sales"))
    entry = an_entry(engine, "x", 1, readable=True, scope="flow_group", group="sales")

    with pytest.raises(Conflict) as refused:
        remove_group(engine, admin, "sales")

    assert refused.value.error_code == "GROUP_NOT_EMPTY"
    assert "the flows a-flow and the groups inner and 1 KV entries" in refused.value.message
    remove_group(engine, admin, "inner")
    move_flow(engine, admin, "a-flow", None)
    engine.store.kv.remove(entry.company_id, entry.id)
    remove_group(engine, admin, "sales")
    assert list_groups(engine, admin).total == 0


def test_deleted_flows_hold_no_group(engine: Engine, admin: Actor) -> None:
    a_group(engine, "sales")
    create_draft(engine, admin, a_flow(group="sales"))
    remove_flow(engine, admin, "a-flow")

    remove_group(engine, admin, "sales")


def test_who_may_not_is_refused(engine: Engine, admin: Actor, viewer: Actor, stranger: Actor) -> None:
    create_group(engine, admin, name="a")

    with pytest.raises(Denied):
        create_group(engine, viewer, name="b")
    with pytest.raises(Denied):
        remove_group(engine, viewer, "a")
    with pytest.raises(NotFound):
        get_group(engine, stranger, "a")
