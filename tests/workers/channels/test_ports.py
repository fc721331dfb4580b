"""The ports of a worker follow the channels that are enabled."""

import http.client
import socket
from contextlib import closing
from pathlib import Path

import pytest

from flow8 import embedded
from flow8.registry import Registry
from flow8.services import channels
from tests.support.channels import TOKEN
from tests.support.crew import Crew, crew_of
from tests.support.factories import a_flow
from tests.support.system import until
from workers.channels.ports import listen

HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
SOON = 2.5


def connected(port: int) -> closing[http.client.HTTPConnection]:
    """A connection to a port, closed at the end."""
    return closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10))


def post(line: http.client.HTTPConnection, path: str = "/orders") -> tuple[int, str | None]:
    """Status and Connection header of an answer on a connection that is kept."""
    line.request("POST", path, headers=HEADERS)
    answer = line.getresponse()
    answer.read()
    return answer.status, answer.headers["Connection"]


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def switch(crew: Crew, port: int, *, enabled: bool) -> None:
    (channel,) = [
        each
        for each in crew.engine.store.channels.page(crew.stage.company_id, skip=0, size=9)[0]
        if each.port == port
    ]
    channels.set_enabled(crew.engine, crew.actor, channel.id, enabled=enabled)


@pytest.mark.journey
def test_a_port_follows_its_channel_within_two_seconds(crew: Crew) -> None:
    crew.start()
    port = crew.serve(a_flow())
    with connected(port) as kept:
        assert post(kept) == (200, None)

        switch(crew, port, enabled=False)
        until(lambda: not is_open(port), SOON, "a closed port")
        assert post(kept) == (503, "close")

    switch(crew, port, enabled=True)
    until(lambda: crew.answers(port), SOON, "an open port")
    with connected(port) as line:
        assert post(line) == (200, None)


@pytest.mark.journey
def test_a_new_route_is_served_on_a_connection_that_is_open_already(crew: Crew) -> None:
    crew.start()
    flow = crew.publish(a_flow())
    made = crew.open_channel(flow)
    port = made.channel.port
    until(lambda: crew.answers(port))
    with connected(port) as kept:
        assert post(kept, "/new") == (404, None)

        crew.add_route(made, flow, name="new", path="/new")

        until(lambda: post(kept, "/new") == (200, None), SOON, "the new route")


@pytest.mark.journey
def test_a_flow_that_is_published_or_disabled_is_seen_within_two_seconds(crew: Crew) -> None:
    crew.start()
    flows = crew.engine.store.flows
    first = a_flow({"ref": "only", "appId": "var", "args": {"values": {"version": 1}}})
    second = a_flow({"ref": "only", "appId": "var", "args": {"values": {"version": 2}}})
    port = crew.serve(first)
    flow = flows.find(crew.stage.company_id, "a-flow")
    assert flow is not None
    assert crew.ask(port, {}).json == {"version": 1}

    flow = flows.publish(flows.save_draft(flow, second, "test"), None, "test")
    until(lambda: crew.ask(port, {}).json == {"version": 2}, SOON, "the new version")

    flows.save_draft(flow, {**second, "enabled": False}, "test")
    until(lambda: crew.ask(port, {}).status == 503, SOON, "the disabled flow")


@pytest.mark.journey
def test_a_port_that_another_program_has_is_named_once_and_tried_again(crew: Crew) -> None:
    port = crew.ports[0]
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        worker = crew.start()
        made = crew.open_channel(crew.publish(a_flow()))
        assert made.channel.port == port
        until(lambda: f"127.0.0.1:{port} cannot be opened" in worker.output, 30, "a word about it")
        told = until(lambda: _port_problem(crew, made.channel.slug), 30, "a word at the channel")
        assert "end the program that has it" in told

    until(lambda: crew.answers(port), 30, "the port")
    assert worker.output.count("cannot be opened") == 1
    until(lambda: _port_problem(crew, made.channel.slug) is None, 30, "no word at the channel")


def _port_problem(crew: Crew, slug: str) -> str | None:
    return channels.get_channel(crew.engine, crew.actor, slug).port_problem


@pytest.mark.journey
def test_workers_share_a_port_and_one_is_enough(crew: Crew) -> None:
    workers = [crew.start(), crew.start()]
    port = crew.serve(a_flow())
    until(lambda: all(f":{port}" in worker.output for worker in workers), 30, "both listening")

    workers[0].process.kill()
    until(lambda: all(_answers_well(crew, port) for _ in range(10)), 30, "the other worker alone")

    assert [crew.ask(port, {"n": 1}).status for _ in range(20)] == [200] * 20


def _answers_well(crew: Crew, port: int) -> bool:
    try:
        return crew.ask(port, {"n": 1}).status == 200
    except OSError:
        return False


@pytest.mark.journey
def test_a_worker_without_channels_opens_no_port(crew: Crew) -> None:
    worker = crew.start(WORKER_CHANNELS="false")
    port = crew.open_channel(crew.publish(a_flow())).channel.port
    crew.start()
    until(lambda: crew.answers(port), what="the other worker")

    assert f":{port}" not in worker.output


@pytest.mark.journey
def test_without_mongodb_ports_stay_open_and_say_so_until_it_is_back(
    registry: Registry, tmp_path: Path
) -> None:
    server = embedded.start(tmp_path / "mongodb")
    with crew_of(server.uri, registry, tmp_path / "crew") as crew:
        crew.start()
        port = crew.serve(a_flow())
        assert crew.ask(port, {"n": 1}).status == 200

        server.stop()
        away = crew.ask(port, {"n": 1})

        assert (away.status, away.json["error"], away.headers["Retry-After"]) == (503, "UNAVAILABLE", "5")
        server = embedded.start(tmp_path / "mongodb")
        until(lambda: crew.ask(port, {"n": 1}).status == 200, 15, "plays again")
        later = crew.serve(a_flow(flow="later"))
        assert crew.ask(later, {"n": 1}).status == 200
    server.stop()


def test_a_listening_socket_is_shared_and_sends_without_delay() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with listen("127.0.0.1", port) as second:
            assert second.getsockname()[1] == port
        assert first.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_a_port_of_another_program_is_not_shared() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        with pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", other.getsockname()[1])
