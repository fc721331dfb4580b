"""What belongs to a flow itself."""

import pytest

from flow8.domain.access import RIGHTS, Actor, Grants, Right
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.errors import Conflict, Denied, Invalid, NotFound
from flow8.services.channels import add_route, create_channel
from flow8.services.drafts import create_draft, save_draft
from flow8.services.flows import get_flow, import_text, list_flows, publish
from flow8.services.plays import get_play, run
from flow8.services.switches import move_flow, remove_flow, set_enabled
from flow8.services.tools import list_tools
from tests.support.audit import actions_of
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.groups import a_group


@pytest.fixture
def published(engine: Engine, admin: Actor) -> str:
    """The id of a published flow."""
    create_draft(engine, admin, a_flow())
    return publish(engine, admin, "a-flow").id


def agent(admin: Actor) -> Actor:
    return Actor(admin.company_id, "agent", frozenset({Right.CALL_TOOLS}), "mcp")


def test_a_disabled_flow_runs_only_when_forced(engine: Engine, admin: Actor, published: str) -> None:
    set_enabled(engine, admin, "a-flow", enabled=False)

    with pytest.raises(Conflict) as refused:
        run(engine, admin, "a-flow", {})
    forced = run(engine, admin, "a-flow", {}, force=True)
    set_enabled(engine, admin, published, enabled=True)

    assert refused.value.error_code == "FLOW_DISABLED"
    assert forced.play_id
    assert run(engine, admin, "a-flow", {}).play_id
    assert actions_of(engine, admin.company_id)[-2:] == ["flows.set_enabled", "flows.set_enabled"]


def test_tools_of_a_disabled_or_deleted_flow_are_hidden(engine: Engine, admin: Actor, published: str) -> None:
    create_channel(engine, admin, name="Agents", kind="mcp")
    add_route(engine, admin, "agents", name="t", target_flows=[published], tool_name="t")

    def names() -> list[str]:
        return [tool.name for tool in list_tools(engine, agent(admin))]

    before = names()
    set_enabled(engine, admin, "a-flow", enabled=False)
    disabled = names()
    set_enabled(engine, admin, "a-flow", enabled=True)
    remove_flow(engine, admin, "a-flow")

    assert (before, disabled, names()) == (["t"], [], [])


def test_a_deleted_flow_is_gone_and_its_plays_and_versions_stay(
    engine: Engine, admin: Actor, published: str
) -> None:
    done, waiting = (run(engine, admin, "a-flow", {"n": 1}).play_id for _ in range(2))
    perform(engine, done)

    remove_flow(engine, admin, "a-flow")
    perform(engine, waiting)

    for name in ("a-flow", published):
        with pytest.raises(NotFound):
            get_flow(engine, admin, name)
        with pytest.raises(NotFound):
            run(engine, admin, name, {})
    assert list_flows(engine, admin).total == 0
    assert {get_play(engine, admin, each)["state"] for each in (done, waiting)} == {"DONE"}
    assert engine.store.flows.version(admin.company_id, published, 1) is not None


def test_the_permanent_id_of_a_deleted_flow_is_free_again(
    engine: Engine, admin: Actor, published: str
) -> None:
    remove_flow(engine, admin, "a-flow")

    again = import_text(engine, admin, "flow: a-flow\nname: N\nflowlets: [{ref: a, appId: var}]\n").flow

    assert again.id != published
    with pytest.raises(NotFound):
        remove_flow(engine, admin, published)


def test_a_subflow_that_was_deleted_fails_in_a_sentence(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.publish(a_flow(flow="child"))
    parent = stage.publish(a_flow({"ref": "call", "appId": "subflow", "args": {"flow": "child"}}))
    remove_flow(engine, admin, "child")

    play_id = stage.accept(parent)
    perform(engine, play_id)

    error = stage.load(play_id).error
    assert error is not None
    assert "child" in error.message


def test_a_flow_moves_between_groups_by_name_and_id(engine: Engine, admin: Actor, published: str) -> None:
    sales, other = a_group(engine, "sales"), a_group(engine, "other")

    moved = [move_flow(engine, admin, "a-flow", group).group_id for group in ("sales", other, None)]

    assert moved == [sales, other, None]
    assert [flow.id for flow in list_flows(engine, admin, group="sales").data] == []
    move_flow(engine, admin, published, "sales")
    assert [flow.id for flow in list_flows(engine, admin, group=sales).data] == [published]
    with pytest.raises(Invalid):
        move_flow(engine, admin, "a-flow", "nowhere")
    with pytest.raises(Invalid):
        list_flows(engine, admin, group="nowhere")


def test_who_may_edit_one_flow_cannot_choose_its_group(engine: Engine, admin: Actor, published: str) -> None:
    group = a_group(engine, "mine")
    everything = RIGHTS_ON_ALL
    grants = Grants(flows={published: everything}, groups={group: everything})
    gil = Actor(admin.company_id, "gil", frozenset(), "test", grants=grants)

    with pytest.raises(Denied):
        move_flow(engine, gil, "a-flow", "mine")
    with pytest.raises(Denied):
        save_draft(engine, gil, "a-flow", a_flow(name="X", group="mine"), digest=None)

    assert get_flow(engine, gil, "a-flow").name == "A flow"
    assert save_draft(engine, gil, "a-flow", a_flow(name="Y"), digest=None).flow.name == "Y"


RIGHTS_ON_ALL = frozenset().union(*RIGHTS.values())


def test_viewers_and_strangers_change_nothing(
    engine: Engine, viewer: Actor, stranger: Actor, published: str
) -> None:
    for actor, error in ((viewer, Denied), (stranger, NotFound)):
        with pytest.raises(error):
            set_enabled(engine, actor, published, enabled=False)
        with pytest.raises(error):
            move_flow(engine, actor, published, None)
        with pytest.raises(error):
            remove_flow(engine, actor, published)
