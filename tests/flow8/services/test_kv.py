"""Entries of KV as people and programs keep them."""

from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services.kv import (
    KvPlace,
    ShownEntry,
    create_entry,
    get_entry,
    list_entries,
    remove_entry,
    set_entry,
)
from tests.support.audit import actions_of, entries_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.groups import a_group

SECRET = "swordfish-and-chips"


def make(engine: Engine, actor: Actor, key: str = "token", value: Any = SECRET, **more: Any) -> ShownEntry:
    readable = more.pop("readable", False)
    return create_entry(engine, actor, key=key, value=value, place=KvPlace(**more), readable=readable)


def test_a_secret_entry_is_kept_sealed_and_never_shown(engine: Engine, admin: Actor) -> None:
    made = make(engine, admin)

    assert (made.value, made.entry.rev, made.entry.updated_by) == (None, 1, admin.name)
    assert get_entry(engine, admin, made.entry.id) == made
    everything = [
        *engine.store.database["kv"].find(),
        *engine.store.database["audit"].find(),
        *list_entries(engine, admin).data,
    ]
    assert SECRET not in str(everything)


@pytest.mark.parametrize("value", ["x", 5, None, {"a": [1]}])
def test_a_readable_entry_shows_its_value_and_is_sealed_as_well(
    engine: Engine, admin: Actor, viewer: Actor, value: Any
) -> None:
    made = make(engine, admin, value=value, readable=True)

    assert get_entry(engine, viewer, made.entry.id).value == value
    assert [each.value for each in list_entries(engine, viewer).data] == [value]
    assert made.entry.sealed.startswith("f8.1.1.")


def test_scopes_are_listed_apart(engine: Engine, admin: Actor, stage: Stage) -> None:
    flow = stage.publish(a_flow())
    group_id = a_group(engine, "sales")
    a_group(engine, "other")
    made = [
        make(engine, admin, "a"),
        make(engine, admin, "a", scope="flow_group", group="sales"),
        make(engine, admin, "a", scope="flow", flow="a-flow"),
    ]

    def listed(place: KvPlace | None) -> list[str]:
        return [each.entry.id for each in list_entries(engine, admin, place=place).data]

    ids = [each.entry.id for each in made]
    assert sorted(listed(None)) == sorted(ids)
    assert listed(KvPlace("global")) == ids[:1]
    assert listed(KvPlace("flow_group", group="sales")) == ids[1:2]
    assert listed(KvPlace("flow_group", group=group_id)) == ids[1:2]
    assert listed(KvPlace("flow_group", group="other")) == []
    assert listed(KvPlace("flow", flow=flow.id)) == ids[2:]
    assert made[2].entry.scope_id == flow.id


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (KvPlace("world"), "scope"),
        (KvPlace("flow_group"), "group"),
        (KvPlace("flow_group", group="sales", flow="a-flow"), "flow"),
        (KvPlace("global", group="sales"), "group"),
        (KvPlace("flow_group", group="nowhere"), "group"),
        (KvPlace("flow"), "flow"),
        (KvPlace("flow", flow="nowhere"), "flow"),
        (KvPlace("flow", flow="a\0b"), "flow"),
    ],
)
def test_a_scope_names_what_it_needs_and_nothing_else(
    engine: Engine, admin: Actor, place: KvPlace, path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        create_entry(engine, admin, key="a", value=SECRET, place=place)

    assert [problem.path for problem in refused.value.problems] == [path]


def test_every_problem_of_an_entry_is_told_and_no_value_repeated(engine: Engine, admin: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        make(engine, admin, "1-x", "4711")

    assert [problem.path for problem in refused.value.problems] == ["key", "value"]
    assert "4711" not in str(refused.value)


def test_a_key_is_there_once_in_a_scope(engine: Engine, admin: Actor) -> None:
    make(engine, admin)

    with pytest.raises(Conflict) as refused:
        make(engine, admin)

    assert refused.value.error_code == "KV_EXISTS"


def test_a_value_is_replaced_only_at_the_rev_that_was_read(engine: Engine, admin: Actor) -> None:
    made = make(engine, admin, value=1, readable=True)

    second = set_entry(engine, admin, made.entry.id, value=2, rev=1)
    third = set_entry(engine, admin, made.entry.id, value=3)

    assert (second.entry.rev, third.entry.rev, third.value) == (2, 3, 3)
    for rev in (1, 2, 4):
        with pytest.raises(Conflict) as refused:
            set_entry(engine, admin, made.entry.id, value=4, rev=rev)
        assert refused.value.error_code == "KV_CHANGED"
        with pytest.raises(Conflict):
            remove_entry(engine, admin, made.entry.id, rev=rev)
    assert get_entry(engine, admin, made.entry.id).value == 3
    remove_entry(engine, admin, made.entry.id, rev=3)
    with pytest.raises(NotFound):
        get_entry(engine, admin, made.entry.id)


def test_a_secret_never_becomes_readable_without_a_new_value(engine: Engine, admin: Actor) -> None:
    made = make(engine, admin)

    assert set_entry(engine, admin, made.entry.id, value="something else").value is None
    shown = set_entry(engine, admin, made.entry.id, value="public", readable=True)

    assert shown.value == "public"


def test_who_may_view_sees_entries_and_changes_none(engine: Engine, admin: Actor, viewer: Actor) -> None:
    made = make(engine, admin)

    for change in (
        lambda: make(engine, viewer, "other"),
        lambda: set_entry(engine, viewer, made.entry.id, value=SECRET),
        lambda: remove_entry(engine, viewer, made.entry.id),
    ):
        with pytest.raises(Denied):
            change()

    assert [each.entry for each in list_entries(engine, viewer).data] == [made.entry]


def test_entries_of_another_company_are_not_there(engine: Engine, admin: Actor, stranger: Actor) -> None:
    made = make(engine, admin)

    assert list_entries(engine, stranger).data == []
    for ask in (
        lambda: get_entry(engine, stranger, made.entry.id),
        lambda: set_entry(engine, stranger, made.entry.id, value=SECRET),
        lambda: remove_entry(engine, stranger, made.entry.id),
    ):
        with pytest.raises(NotFound):
            ask()
    assert get_entry(engine, admin, made.entry.id) == made


def test_every_change_is_audited_without_its_value(engine: Engine, admin: Actor) -> None:
    made = make(engine, admin)
    set_entry(engine, admin, made.entry.id, value="another swordfish")
    remove_entry(engine, admin, made.entry.id)

    assert actions_of(engine, admin.company_id) == ["kv.create", "kv.set", "kv.remove"]
    assert [entry["details"]["rev"] for entry in entries_of(engine, admin.company_id)] == [1, 2, 2]
    assert "swordfish" not in str(entries_of(engine, admin.company_id))
