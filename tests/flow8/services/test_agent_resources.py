"""What agents may read: flows and recent plays, with the right to view."""

import json

import pytest

from flow8.domain.access import RIGHTS, Actor, Right, Role
from flow8.errors import Denied, NotFound
from flow8.services.agent_resources import RECENT, list_resources, read_resource
from tests.support.engines import Stage
from tests.support.factories import a_flow


@pytest.fixture
def viewer(stage: Stage) -> Actor:
    return Actor(stage.company_id, "key v", RIGHTS[Role.VIEWER] | {Right.CALL_TOOLS}, door="mcp", key_id="v")


def test_flows_and_the_latest_plays_are_listed(stage: Stage, viewer: Actor) -> None:
    flow = stage.publish(a_flow(title="Order {{ $args.n }}", description="Doubles."))
    plays = [stage.accept(flow, {"n": n}) for n in range(RECENT + 1)]

    found = list_resources(stage.engine, viewer)

    assert (found.data[0].uri, found.data[0].description) == ("flow8://flows/a-flow", "Doubles.")
    assert [each.uri for each in found.data[1:]] == [f"flow8://plays/{play}" for play in plays[:0:-1]]
    assert found.next is None


def test_more_than_a_hundred_flows_come_in_pages(stage: Stage, viewer: Actor) -> None:
    for number in range(101):
        stage.engine.store.flows.create(stage.company_id, a_flow(flow=f"flow-{number:03}"), "test")

    first = list_resources(stage.engine, viewer)
    second = list_resources(stage.engine, viewer, page=2)

    assert (len(first.data), first.next) == (100, 2)
    assert ([each.name for each in second.data], second.next) == (["flow-100"], None)


def test_a_flow_is_read_as_yaml_and_a_play_as_json(stage: Stage, viewer: Actor) -> None:
    flow = stage.publish(a_flow())
    play_id = stage.accept(flow, {"n": 1})

    text, kind = read_resource(stage.engine, viewer, "flow8://flows/a-flow")
    play, play_kind = read_resource(stage.engine, viewer, f"flow8://plays/{play_id}")

    assert kind == "application/yaml"
    assert "a-flow" in text
    assert play_kind == "application/json"
    assert json.loads(play)["args"] == {"n": 1}


@pytest.mark.parametrize(
    "uri",
    ["flow8://flows/other", "flow8://plays/0", "flow8://plays/\n", "file:///etc/passwd", "", "flow8://"],
)
def test_what_is_not_there_is_not_found(stage: Stage, viewer: Actor, uri: str) -> None:
    with pytest.raises(NotFound):
        read_resource(stage.engine, viewer, uri)


def test_nobody_reads_another_companys(stage: Stage, viewer: Actor) -> None:
    play_id = stage.accept(a_flow(), {"n": 1})
    other = Actor(
        stage.engine.store.companies.ensure("other", "Other").id, "eve", viewer.rights, door="mcp", key_id="e"
    )

    assert list_resources(stage.engine, other).data == []
    for uri in ("flow8://flows/a-flow", f"flow8://plays/{play_id}"):
        with pytest.raises(NotFound):
            read_resource(stage.engine, other, uri)


def test_a_key_that_may_only_call_tools_reads_nothing(stage: Stage) -> None:
    caller = Actor(stage.company_id, "key c", frozenset({Right.CALL_TOOLS}), door="mcp", key_id="c")

    with pytest.raises(Denied):
        list_resources(stage.engine, caller)
    with pytest.raises(Denied):
        read_resource(stage.engine, caller, "flow8://flows/a-flow")
