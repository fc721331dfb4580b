"""Who can come in through a channel: where somebody listens, and where something is in the way."""

import socket
from dataclasses import replace

import pytest

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Denied, NotFound
from flow8.services import channels, flows, switches
from flow8.services.channel_reach import reach
from tests.support.engines import Stage
from tests.support.factories import a_flow


def set_to(engine: Engine, **changes: object) -> Engine:
    """The same engine with other settings."""
    return replace(engine, settings=replace(engine.settings, **changes))  # type: ignore[arg-type]


def codes(engine: Engine, actor: Actor, name: str) -> list[str]:
    """The codes of the notes."""
    return [note.path for note in reach(engine, actor, name).notes]


def test_a_channel_that_somebody_serves_answers(engine: Engine, admin: Actor, stage: Stage) -> None:
    stage.publish(a_flow(flow="hello"))
    open_to_all = set_to(engine, channel_host="127.0.0.1", public_url="https://flows.example.com")
    made = channels.create_channel(open_to_all, admin, name="In", kind="http").channel
    channels.add_route(
        open_to_all, admin, "in", name="r", target_flows=["hello"], http_method="POST", path="/r"
    )
    with socket.create_server(("127.0.0.1", made.port)):
        found = reach(open_to_all, admin, "in")

    assert (found.answers, found.address) == (True, f"http://127.0.0.1:{made.port}")
    assert [note.path for note in found.notes] == ["THIS_MACHINE"]


def test_the_address_is_the_public_one_where_the_port_is_open_to_all(engine: Engine, admin: Actor) -> None:
    everywhere = set_to(engine, channel_host="::", public_url="https://flows.example.com")
    made = channels.create_channel(everywhere, admin, name="Till", kind="tcp").channel

    found = reach(everywhere, admin, "till")

    assert (found.address, found.answers) == (f"tcp://flows.example.com:{made.port}", False)
    assert [note.path for note in found.notes] == ["NOT_LISTENED", "NO_ROUTE"]
    assert "./flow8core worker" in found.notes[0].message


def test_everything_in_the_way_is_said(engine: Engine, admin: Actor, stage: Stage) -> None:
    everywhere = set_to(engine, channel_host="0.0.0.0")  # noqa: S104 - a test listens on it nowhere
    stage.publish(a_flow(flow="off"))
    switches.set_enabled(engine, admin, "off", enabled=False)
    flows.import_text(
        engine, admin, b"{flow: draft, name: D, flowlets: [{ref: a, appId: var, args: {values: {}}}]}"
    )
    made = channels.create_channel(everywhere, admin, name="In", kind="http", auth_mode="public").channel
    for path in ("off", "draft"):
        channels.add_route(
            everywhere, admin, "in", name=path, target_flows=[path], http_method="GET", path=f"/{path}"
        )

    assert codes(everywhere, admin, "in") == [
        "NOT_LISTENED",
        "PUBLIC",
        "PUBLIC_URL",
        "FLOW_DISABLED",
        "FLOW_NOT_PUBLISHED",
    ]
    engine.store.channels.note_port_problem(admin.company_id, made.id, "another program has it")
    assert codes(everywhere, admin, "in")[0] == "PORT_PROBLEM"
    channels.set_enabled(everywhere, admin, "in", enabled=False)
    assert (codes(everywhere, admin, "in")[0], reach(everywhere, admin, "in").answers) == ("OFF", None)


def test_an_mcp_channel_is_where_the_mcp_server_is(engine: Engine, admin: Actor) -> None:
    near = set_to(engine, mcp_server_host="127.0.0.1", mcp_server_port=1)
    channels.create_channel(near, admin, name="Agents", kind="mcp")

    found = reach(near, admin, "agents")

    assert (found.address, found.answers) == ("http://127.0.0.1:1/mcp", False)
    assert [note.path for note in found.notes] == ["NOT_LISTENED", "THIS_MACHINE", "NO_ROUTE"]
    assert codes(set_to(engine, mcp_server_enabled=False), admin, "agents") == ["MCP_OFF", "NO_ROUTE"]


def test_who_may_not_view_is_told_nothing(engine: Engine, admin: Actor) -> None:
    nobody = replace(admin, rights=frozenset({Right.RUN}))

    with pytest.raises(Denied):
        reach(engine, nobody, "agents")
    with pytest.raises(NotFound):
        reach(engine, admin, "agents")
