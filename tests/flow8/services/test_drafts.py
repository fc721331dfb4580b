"""Drafts as an editor writes them."""

from typing import Any

import pytest

from flow8.domain.access import Actor
from flow8.domain.documents import write_yaml
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Invalid, NotFound, TooLarge
from flow8.services.drafts import Saved, create_draft, save_draft
from flow8.services.flows import export_text, get_flow, import_text, publish
from flow8.services.own_fields import flow_text
from flow8.services.switches import set_enabled
from tests.support.audit import actions_of
from tests.support.factories import a_flow
from tests.support.groups import a_group


def save(engine: Engine, actor: Actor, text: dict[str, Any], digest: str | None = None) -> Saved:
    return save_draft(engine, actor, "a-flow", text, digest=digest)


def paths(saved: Saved) -> list[str]:
    return [problem.path for problem in saved.problems]


def test_a_draft_with_problems_is_kept_and_told(engine: Engine, admin: Actor) -> None:
    half = {"flow": "a-flow", "name": "Half", "flowlets": [{"ref": "a"}, {"ref": "a", "appId": "vra"}]}

    made = create_draft(engine, admin, half)

    assert made.flow.draft == half
    assert set(paths(made)) >= {"flowlets[0].appId", "flowlets[1].appId", "flowlets[1].ref"}
    assert actions_of(engine, admin.company_id) == ["flows.create"]
    with pytest.raises(Invalid) as refused:
        publish(engine, admin, "a-flow")
    assert "flowlets[0].appId" in [problem.path for problem in refused.value.problems]


def test_a_draft_without_problems_is_kept_in_its_shape(engine: Engine, admin: Actor) -> None:
    made = create_draft(engine, admin, a_flow(description=None, execution={"priority": 0}))

    assert (made.flow.draft, made.problems) == (a_flow(), ())


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ({"name": "N"}, "flow"),
        ({"flow": "Not a slug", "name": "N"}, "flow"),
        ({"flow": "a-flow"}, "name"),
        ({"flow": "a-flow", "name": ""}, "name"),
        ({"flow": "a-flow", "name": ["x"]}, "name"),
        ({"flow": "a-flow", "name": "N", "category": 1}, "category"),
        ({"flow": "a-flow", "name": "N", "enabled": "no"}, "enabled"),
        ({"flow": "a-flow", "name": "N", "group": 1}, "group"),
        ({"flow": "a-flow", "name": "N", "companyId": "x"}, "companyId"),
        ({"flow": "a-flow", "name": "\ud83d"}, ""),
    ],
)
def test_what_cannot_be_kept_at_all_is_refused(
    engine: Engine, admin: Actor, text: dict[str, Any], path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        create_draft(engine, admin, text)

    assert path in [problem.path for problem in refused.value.problems]
    assert engine.store.database["flows"].count_documents({}) == 0


def test_a_draft_has_at_most_a_megabyte(engine: Engine, admin: Actor) -> None:
    with pytest.raises(TooLarge):
        create_draft(engine, admin, a_flow(description="x" * 1_000_000))


def test_a_second_flow_of_one_permanent_id_is_refused(engine: Engine, admin: Actor) -> None:
    create_draft(engine, admin, a_flow())

    with pytest.raises(Conflict) as refused:
        create_draft(engine, admin, a_flow(name="Another"))

    assert refused.value.error_code == "FLOW_EXISTS"


def test_a_stale_save_is_refused_and_names_what_differs(engine: Engine, admin: Actor) -> None:
    seen = create_draft(engine, admin, a_flow()).flow.draft_digest
    save(engine, admin, a_flow(name="First", title="T"), seen)

    with pytest.raises(Conflict) as refused:
        save(engine, admin, a_flow(name="Second"), seen)

    assert refused.value.error_code == "DRAFT_CHANGED"
    assert [problem.path for problem in refused.value.problems] == ["name", "title"]
    assert get_flow(engine, admin, "a-flow").name == "First"


def test_a_save_without_a_digest_replaces_whatever_is_there(engine: Engine, admin: Actor) -> None:
    create_draft(engine, admin, a_flow())

    assert save(engine, admin, a_flow(name="New")).flow.name == "New"


def test_a_save_that_changes_nothing_leaves_no_trace(engine: Engine, admin: Actor) -> None:
    made = create_draft(engine, admin, a_flow()).flow

    again = save(engine, admin, a_flow(), made.draft_digest)

    assert again.flow == made
    assert actions_of(engine, admin.company_id) == ["flows.create"]


def test_the_permanent_id_stays(engine: Engine, admin: Actor) -> None:
    create_draft(engine, admin, a_flow())

    with pytest.raises(Invalid, match="cannot be kept") as refused:
        save(engine, admin, a_flow(flow="other"))

    assert [problem.path for problem in refused.value.problems] == ["flow"]


def test_the_switch_belongs_to_the_flow_and_no_text_that_is_silent_changes_it(
    engine: Engine, admin: Actor
) -> None:
    create_draft(engine, admin, a_flow())
    publish(engine, admin, "a-flow")
    set_enabled(engine, admin, "a-flow", enabled=False)

    silent = save(engine, admin, a_flow(name="New")).flow
    imported = import_text(engine, admin, export_text(engine, admin, "a-flow"), force=True).flow
    spoken = save(engine, admin, a_flow(name="New", enabled=True)).flow

    assert (silent.enabled, imported.enabled, spoken.enabled) == (False, False, True)
    assert (silent.draft_digest, imported.draft_digest) == (spoken.draft_digest, spoken.draft_digest)


def test_to_switch_a_flow_is_no_edit_of_its_draft(engine: Engine, admin: Actor) -> None:
    create_draft(engine, admin, a_flow())
    published = publish(engine, admin, "a-flow")

    switched = set_enabled(engine, admin, "a-flow", enabled=False)

    assert not switched.has_unpublished_edits
    assert switched.draft_digest == published.draft_digest
    assert flow_text(engine, switched)["enabled"] is False


def test_a_group_is_told_by_name_and_an_unknown_one_is_a_problem(engine: Engine, admin: Actor) -> None:
    sales = a_group(engine, "sales")
    made = create_draft(engine, admin, a_flow(group="sales"))

    lost = save(engine, admin, a_flow(group="nowhere"))
    kept = save(engine, admin, a_flow())
    out = save(engine, admin, a_flow(group=None))

    assert (made.flow.group_id, made.problems) == (sales, ())
    assert (lost.flow.group_id, paths(lost)) == (sales, ["group"])
    assert (kept.flow.group_id, out.flow.group_id) == (sales, None)
    assert "group: sales" in export_of(engine, admin, sales)


def export_of(engine: Engine, admin: Actor, group_id: str) -> str:
    flow = get_flow(engine, admin, "a-flow")
    engine.store.flows.move(flow.company_id, flow.id, group_id)
    return export_text(engine, admin, "a-flow")


def test_flows_to_play_are_looked_for_by_name_and_exported_by_name(engine: Engine, admin: Actor) -> None:
    child = create_draft(engine, admin, a_flow(flow="child")).flow
    call = {"ref": "call", "appId": "subflow", "args": {"flow": child.id}}
    lost = {"ref": "lost", "appId": "subflow", "args": {"flow": "nowhere"}}

    saved = create_draft(engine, admin, a_flow(call, lost, execution={"onFailFlowId": child.id}))

    assert paths(saved) == ["flowlets[1].args.flow"]
    text = export_text(engine, admin, "a-flow")
    assert child.id not in text
    assert "onFailFlowId: child" in text
    with pytest.raises(Invalid) as refused:
        publish(engine, admin, "a-flow")
    assert [problem.path for problem in refused.value.problems] == ["flowlets[1].args.flow"]


def test_an_import_lists_every_name_that_it_cannot_find(engine: Engine, admin: Actor) -> None:
    call = {"ref": "call", "appId": "subflow", "args": {"flow": "nowhere"}}
    text = write_yaml(a_flow(call, group="sales", execution={"onFailFlowId": "alarm"}))

    done = import_text(engine, admin, text)

    assert sorted(problem.path for problem in done.problems) == [
        "execution.onFailFlowId",
        "flowlets[0].args.flow",
        "group",
    ]
    with pytest.raises(Invalid):
        import_text(engine, admin, text, publish=True)


def test_strangers_and_viewers_save_nothing(
    engine: Engine, admin: Actor, viewer: Actor, stranger: Actor
) -> None:
    create_draft(engine, admin, a_flow())

    with pytest.raises(Denied):
        save(engine, viewer, a_flow(name="X"))
    with pytest.raises(Denied):
        create_draft(engine, viewer, a_flow(flow="mine"))
    with pytest.raises(NotFound):
        save(engine, stranger, a_flow(name="X"))
