"""Flows: imports, publications, lists, exports."""

import time
from dataclasses import replace
from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.domain.documents import write_yaml
from flow8.engine.engine import Engine
from flow8.engine.fresh import Fresh
from flow8.errors import Conflict, Denied, Invalid, Malformed, NotFound
from flow8.services.channels import list_channels
from flow8.services.flows import Imported, export_text, get_flow, import_text, list_flows, publish
from flow8.services.plays import run
from tests.support.audit import actions_of, entries_of
from tests.support.factories import a_flow

BROKEN = {"ref": "only", "appId": "nothing-like-it"}


def text_of(*flowlets: dict[str, Any], **changes: Any) -> str:
    return write_yaml(a_flow(*flowlets, **changes))


def take(engine: Engine, actor: Actor, text: str, **options: Any) -> Imported:
    return import_text(engine, actor, text, **options)


def count_of(engine: Engine, collection: str) -> int:
    return engine.store.database[collection].count_documents({})


def last_version(engine: Engine, actor: Actor) -> int:
    """The version that a run started just now plays."""
    play = engine.store.plays.load(run(engine, actor, "a-flow", {}).play_id)
    return 0 if play is None else play.version


def test_an_import_makes_a_draft(engine: Engine, admin: Actor) -> None:
    imported = take(engine, admin, text_of(category="sales"))

    flow = get_flow(engine, admin, "a-flow")
    assert imported == Imported(flow, (), None, ())
    assert (flow.name, flow.category, flow.published, flow.updated_by) == (
        "A flow",
        "sales",
        0,
        "ada@example.com",
    )
    assert get_flow(engine, admin, flow.id) == flow
    assert actions_of(engine, admin.company_id) == ["flows.import"]


def test_an_import_that_publishes_makes_the_next_version(engine: Engine, admin: Actor) -> None:
    first = take(engine, admin, text_of(), publish=True, note="First")
    second = take(engine, admin, text_of(name="Another name"), publish=True)

    flow = get_flow(engine, admin, "a-flow")
    versions = [engine.store.flows.version(admin.company_id, flow.id, number) for number in (1, 2)]
    assert (first.version, second.version, flow.published, flow.has_unpublished_edits) == (1, 2, 2, False)
    assert [version and (version.definition["name"], version.note) for version in versions] == [
        ("A flow", "First"),
        ("Another name", None),
    ]
    assert [entry["details"].get("version") for entry in entries_of(engine, admin.company_id)] == [
        None,
        1,
        None,
        2,
    ]


def test_six_mistakes_are_six_problems_and_change_nothing(engine: Engine, admin: Actor) -> None:
    flowlets = (
        {"ref": "a", "appId": "vra", "after": ["b"]},
        {"ref": "b", "appId": "var", "after": ["a"], "args": {"values": {"n": "{{ 1 + }}"}}},
        {"ref": "a", "appId": "router", "args": {"routes": []}},
        {"ref": "d", "appId": "var", "after": ["nobody"], "args": {}},
    )

    with pytest.raises(Invalid) as refused:
        take(engine, admin, text_of(*flowlets, flow="Six mistakes"), publish=True)

    paths = {problem.path for problem in refused.value.problems}
    assert {"flow", "flowlets[0].appId", "flowlets[1].args.values.n", "flowlets[2].ref"} <= paths
    assert {"flowlets[2].args.routes", "flowlets[3].after[0]", "flowlets[3].args.values"} <= paths
    assert count_of(engine, "flows") == 0


def test_a_draft_may_have_problems_but_no_wrong_shape(engine: Engine, admin: Actor) -> None:
    draft = take(engine, admin, text_of(BROKEN))

    with pytest.raises(Invalid) as refused:
        take(engine, admin, text_of(unknownField=1, flow="b-flow"))

    assert [problem.path for problem in draft.problems] == ["flowlets[0].appId"]
    assert [problem.path for problem in refused.value.problems] == ["unknownField"]
    assert [flow.permanent_id for flow in list_flows(engine, admin).data] == ["a-flow"]


def test_a_draft_with_problems_is_not_published(engine: Engine, admin: Actor) -> None:
    take(engine, admin, text_of(BROKEN))

    for attempt in (
        lambda: publish(engine, admin, "a-flow"),
        lambda: take(engine, admin, text_of(BROKEN), publish=True),
    ):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert [problem.path for problem in refused.value.problems] == ["flowlets[0].appId"]

    assert (get_flow(engine, admin, "a-flow").published, count_of(engine, "flow_versions")) == (0, 0)


def test_edits_that_nobody_published_are_not_lost_by_an_import(engine: Engine, admin: Actor) -> None:
    take(engine, admin, text_of(), publish=True)
    edited = take(engine, admin, text_of(name="Edited"))

    with pytest.raises(Conflict) as refused:
        take(engine, admin, text_of(name="Something else"))
    same_again = take(engine, admin, text_of(name="Edited"))
    kept = get_flow(engine, admin, "a-flow")
    forced = take(engine, admin, text_of(name="Something else"), force=True)

    assert refused.value.error_code == "UNPUBLISHED_EDITS"
    assert edited.flow == same_again.flow == kept
    assert forced.flow.name == "Something else"


def test_publishing_makes_the_draft_the_next_version(engine: Engine, admin: Actor) -> None:
    take(engine, admin, text_of())

    flow = publish(engine, admin, "a-flow", "Ready")

    assert (flow.published, flow.has_unpublished_edits) == (1, False)
    assert get_flow(engine, admin, "a-flow") == flow
    assert actions_of(engine, admin.company_id) == ["flows.import", "flows.publish"]


@pytest.mark.parametrize("note", ["x" * 501, "two\nlines"])
def test_a_note_is_one_line(engine: Engine, admin: Actor, note: str) -> None:
    take(engine, admin, text_of())

    for attempt in (
        lambda: publish(engine, admin, "a-flow", note),
        lambda: take(engine, admin, text_of(), publish=True, note=note),
    ):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert [problem.path for problem in refused.value.problems] == ["note"]


def test_an_export_gives_the_same_draft_when_it_is_imported(
    engine: Engine, admin: Actor, stranger: Actor
) -> None:
    text = text_of(category="sales", input={"type": "object"}, execution={"timeout": 60})
    take(engine, admin, text, publish=True)

    exported = export_text(engine, admin, "a-flow")
    there = take(engine, stranger, exported)
    here = take(engine, admin, exported)

    assert there.flow.draft == here.flow.draft == get_flow(engine, admin, "a-flow").draft
    assert not here.flow.has_unpublished_edits


def test_an_explicit_default_is_not_an_edit(engine: Engine, admin: Actor) -> None:
    take(engine, admin, text_of(), publish=True)

    spelled_out = take(engine, admin, text_of(enabled=True, execution={"timeout": 3600}))

    assert not spelled_out.flow.has_unpublished_edits


@pytest.mark.parametrize("name", ["nobody", "0" * 24, "", "\ud800", "$where"])
def test_a_flow_that_is_not_there_is_not_found(engine: Engine, admin: Actor, name: str) -> None:
    for ask in (get_flow, publish, export_text):
        with pytest.raises(NotFound) as refused:
            ask(engine, admin, name)

        assert refused.value.error_code == "FLOW_NOT_FOUND"


def test_another_company_has_flows_of_its_own(engine: Engine, admin: Actor, stranger: Actor) -> None:
    ours = take(engine, admin, text_of(name="Ours"), publish=True).flow
    theirs = take(engine, stranger, text_of(name="Theirs"))

    with pytest.raises(NotFound):
        get_flow(engine, stranger, ours.id)

    assert theirs.version is None
    assert [flow.name for flow in list_flows(engine, stranger).data] == ["Theirs"]
    assert get_flow(engine, admin, "a-flow") == ours


def test_flows_are_listed_by_name_in_pages(engine: Engine, admin: Actor) -> None:
    for name in ("c", "a", "b"):
        take(engine, admin, text_of(flow=name))

    page = list_flows(engine, admin, page=2, size=2)

    assert ([flow.permanent_id for flow in page.data], page.total, page.pages) == (["c"], 3, 2)


def test_who_may_only_look_imports_and_publishes_nothing(engine: Engine, admin: Actor, viewer: Actor) -> None:
    take(engine, admin, text_of())

    for attempt in (
        lambda: take(engine, viewer, text_of(), force=True),
        lambda: publish(engine, viewer, "a-flow"),
    ):
        with pytest.raises(Denied):
            attempt()

    assert get_flow(engine, viewer, "a-flow").published == 0
    assert export_text(engine, viewer, "a-flow").startswith("flow: a-flow\n")


def test_what_is_no_yaml_names_its_line(engine: Engine, admin: Actor) -> None:
    with pytest.raises(Malformed) as refused:
        take(engine, admin, "flow: a\nname: [\n")

    assert "line 3" in refused.value.message
    assert list_channels(engine, admin).total == 0


def test_what_was_just_published_here_is_what_runs(engine: Engine, admin: Actor) -> None:
    take(engine, admin, text_of(), publish=True)
    before = last_version(engine, admin)

    take(engine, admin, text_of(name="Another name"), publish=True)

    assert (before, last_version(engine, admin)) == (1, 2)


def test_what_another_process_published_runs_within_a_second(engine: Engine, admin: Actor) -> None:
    take(engine, admin, text_of(), publish=True)
    elsewhere = replace(engine, fresh=Fresh())
    before = last_version(elsewhere, admin)

    take(engine, admin, text_of(name="Another name"), publish=True)

    assert before == 1
    time.sleep(1)
    assert last_version(elsewhere, admin) == 2


def test_a_flow_that_was_not_there_runs_as_soon_as_it_is(engine: Engine, admin: Actor) -> None:
    elsewhere = replace(engine, fresh=Fresh())
    with pytest.raises(NotFound):
        run(elsewhere, admin, "a-flow", {})

    take(engine, admin, text_of(), publish=True)

    assert last_version(elsewhere, admin) == 1
