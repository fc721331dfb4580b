"""WebSocket on the port of a channel, spoken to real workers."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from flow8.registry import Registry
from flow8.services import channels
from flow8.services.channel_changes import ChannelWish, change_channel, remove_channel
from tests.support.channels import TOKEN
from tests.support.crew import Crew, crew_of
from tests.support.factories import a_flow
from tests.support.sockets import Gone, SocketLine, listens, open_socket_channel
from tests.support.system import until

pytestmark = pytest.mark.journey

VALUES = {"n": "{{ $args.n }}", "path": "{{ $request.path }}", "cookie": "{{ $request.headers }}"}
ECHO = a_flow(
    {"ref": "echo", "appId": "var", "args": {"values": VALUES}},
    flow="echo",
    input={"type": "object", "properties": {"n": {"type": "integer"}}},
)


@pytest.fixture(scope="module")
def crew(mongodb_uri: str, registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """A crew with one worker for the tests of this file."""
    with crew_of(mongodb_uri, registry, tmp_path_factory.mktemp("crew")) as made:
        made.start(READ_TIMEOUT_SECONDS="2")
        yield made


@pytest.fixture(scope="module")
def port(crew: Crew) -> int:
    """The port of a channel that gives back what it gets."""
    return open_socket_channel(crew, "websocket", crew.publish(ECHO)).channel.port


def test_each_message_is_a_play_and_answers_are_numbered_in_order(crew: Crew, port: int) -> None:
    with SocketLine(port) as line:
        for n in range(3):
            line.send({"id": f"m{n}", "n": n})
        answers = [line.receive() for _ in range(3)]

    assert [(answer["id"], answer["n"], answer["state"]) for answer in answers] == [
        ("m0", 1, "DONE"),
        ("m1", 2, "DONE"),
        ("m2", 3, "DONE"),
    ]
    assert [answer["output"]["n"] for answer in answers] == [0, 1, 2]
    assert len({answer["playId"] for answer in answers}) == 3
    play = crew.stage.load(answers[0]["playId"])
    assert (play.origin.door, play.request["method"], play.request["body"]) == (
        "channel",
        "MESSAGE",
        {"id": "m0", "n": 0},
    )


def test_neither_our_cookie_nor_the_token_reaches_the_flow(port: int) -> None:
    with SocketLine(port, Cookie="sid=secret; other=1") as line:
        line.send({"id": 1})
        seen = line.receive()["output"]["cookie"]

    assert seen["cookie"] == "other=1"
    assert "authorization" not in seen


def test_a_script_of_a_page_sends_the_token_as_a_subprotocol(port: int) -> None:
    url = f"ws://127.0.0.1:{port}/orders"
    offered = [Subprotocol("flow8"), Subprotocol(f"token.{TOKEN}")]
    with connect(url, subprotocols=offered, compression=None) as client:
        client.send('{"id": 1}')
        answer = json.loads(client.recv(20))

    assert client.subprotocol == "flow8"
    assert TOKEN not in str(answer)


def test_a_client_that_comes_back_gets_the_answers_that_it_missed(port: int) -> None:
    with SocketLine(port, "?client=ada") as line:
        for n in range(3):
            line.send({"id": n, "n": n})
        first = [line.receive() for _ in range(3)]

    with SocketLine(port, "?client=ada&after=1") as line:
        missed = [line.receive() for _ in range(2)]
        line.send({"id": 3, "n": 3})
        later = line.receive()

    assert missed == first[1:]
    assert (later["id"], later["n"]) == (3, 4)


def test_the_same_message_of_the_same_client_is_one_play(port: int) -> None:
    with SocketLine(port, "?client=bob") as line:
        line.send({"id": "x", "n": 1})
        first = line.receive()
    with SocketLine(port, "?client=bob") as line:
        line.send({"id": "x", "n": 1})
        again = line.receive()
        line.send({"id": "x", "n": 2})
        other = line.receive()
    with SocketLine(port, "?client=eve") as line:
        line.send({"id": "x", "n": 1})
        theirs = line.receive()

    assert again == first
    assert (other["error"], "n" in other) == ("IDEMPOTENCY_MISMATCH", False)
    assert theirs["playId"] != first["playId"]


def test_a_message_that_is_refused_says_why_and_the_next_one_is_played(port: int) -> None:
    with SocketLine(port) as line:
        refusals = []
        for text in ("{", "[]", '{"id": true}', '{"id": "bad", "n": "many"}'):
            line.send(text)
            refusals.append(line.receive())
        line.send({"id": "good", "n": 1})
        good = line.receive()

    assert [refusal["error"] for refusal in refusals] == ["MALFORMED"] * 3 + ["INVALID"]
    assert refusals[3]["id"] == "bad"
    assert refusals[3]["details"] != []
    assert (good["id"], good["n"]) == ("good", 1)


def test_who_may_not_come_in_gets_no_websocket(port: int) -> None:
    statuses = []
    for path, headers in (
        ("/orders", {"Authorization": "Bearer wrong"}),
        ("/nowhere", {}),
        ("/orders?after=x", {}),
        ("/orders?client=a%20b", {}),
    ):
        with pytest.raises(InvalidStatus) as refused:
            SocketLine(port, path=path, **headers)
        statuses.append(refused.value.response.status_code)

    assert statuses == [401, 404, 400, 400]


def test_a_plain_request_is_told_to_upgrade(crew: Crew, port: int) -> None:
    assert crew.ask(port, method="GET").status == 426
    assert crew.ask(port, {"id": 1}).status == 405


def test_a_play_that_takes_longer_than_its_route_allows_goes_on(crew: Crew) -> None:
    flow = crew.publish(a_flow(crew.stage.probe("slow", seconds=2.0), flow="slow"))
    port = open_socket_channel(crew, "websocket", flow, timeout_seconds=0.3).channel.port
    with SocketLine(port, "?client=ada") as line:
        line.send({"id": 1})
        answer = line.receive()

    assert (answer["state"], answer["n"]) == ("RUN", 1)
    assert answer["url"].endswith(answer["playId"])
    until(lambda: crew.stage.load(answer["playId"]).state == "DONE", 30, "the end of the play")


def test_what_a_flow_responds_and_how_it_fails(crew: Crew) -> None:
    replies = crew.publish(
        a_flow({"ref": "r", "appId": "respond", "args": {"status": 201, "body": {"ok": 1}}}, flow="replies")
    )
    fails = crew.publish(a_flow({"ref": "f", "appId": "fail", "args": {"message": "inner"}}, flow="fails"))
    said: list[dict[str, Any]] = []
    for flow in (replies, fails):
        made = open_socket_channel(crew, "websocket", flow)
        with SocketLine(made.channel.port) as line:
            line.send({"id": 1})
            said.append(line.receive())
        remove_channel(crew.engine, crew.actor, made.channel.id)
        until(lambda port=made.channel.port: not listens(port), 30, "a closed port")  # type: ignore[misc]  # bound here

    assert (said[0]["status"], said[0]["output"]) == (201, {"ok": 1})
    assert (said[1]["state"], said[1]["error"]) == ("FAIL", "PLAY_FAILED")
    assert "inner" not in str(said[1])


def test_an_async_route_says_that_the_play_is_queued(crew: Crew) -> None:
    flow = crew.publish(a_flow(flow="queued"))
    port = open_socket_channel(crew, "websocket", flow, response_mode="async").channel.port
    with SocketLine(port) as line:
        line.send({"id": 1})
        answer = line.receive()

    assert (answer["status"], answer["n"]) == ("queued", 1)


def test_a_new_route_and_a_published_flow_are_seen_on_an_open_socket(crew: Crew) -> None:
    flows = crew.engine.store.flows
    flow = crew.publish(a_flow({"ref": "v", "appId": "var", "args": {"values": {"v": 1}}}, flow="versioned"))
    made = open_socket_channel(crew, "websocket", flow)
    with SocketLine(made.channel.port) as line:
        line.send({"id": 1})
        assert line.receive()["output"] == {"v": 1}

        second = a_flow({"ref": "v", "appId": "var", "args": {"values": {"v": 2}}}, flow="versioned")
        flows.publish(flows.save_draft(flow, second, "test"), None, "test")
        channels.add_route(
            crew.engine, crew.actor, made.channel.id, name="more", target_flows=[flow.id], path="/more"
        )

        until(lambda: _output(line) == {"v": 2}, 30, "the new version on the same socket")
        until(lambda: _opens(made.channel.port, "/more"), 30, "the new route")


def _output(line: SocketLine) -> Any:
    line.send({"id": time.monotonic()})
    return line.receive()["output"]


def _opens(port: int, path: str) -> bool:
    try:
        SocketLine(port, path=path).drop()
    except InvalidStatus:
        return False
    return True


def test_a_channel_that_is_switched_off_lets_its_sockets_go(crew: Crew) -> None:
    made = open_socket_channel(crew, "websocket", crew.publish(a_flow(flow="off")))
    with SocketLine(made.channel.port) as line:
        line.send({"id": 1})
        line.receive()
        change_channel(crew.engine, crew.actor, made.channel.id, ChannelWish(enabled=False))

        with pytest.raises(ConnectionClosed) as closed:
            line.client.recv(5)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


def test_a_worker_that_stops_answers_what_it_plays_and_says_1012(crew: Crew, tmp_path: Path) -> None:
    with crew_of(crew.environment["MONGODB_URI"], crew.engine.registry, tmp_path) as other:
        worker = other.start()
        flow = other.publish(a_flow(other.stage.probe("slow", seconds=1.5), flow="slow"))
        port = open_socket_channel(other, "websocket", flow).channel.port
        with SocketLine(port) as idle, SocketLine(port, "?client=ada") as busy:
            busy.send({"id": 1})
            busy.send({"id": 2})
            time.sleep(0.5)
            worker.ask_to_stop()
            answer = busy.receive()
            with pytest.raises(Gone):
                busy.receive()
            with pytest.raises(ConnectionClosed) as closed:
                idle.client.recv(5)

        assert (answer["id"], answer["state"]) == (1, "DONE")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        assert other.stage.marks().count("start slow") == 1


def test_messages_are_noted_in_the_request_log(crew: Crew, port: int) -> None:
    with SocketLine(port) as line:
        line.send({"id": 1, "n": 5})
        answer = line.receive()
    (channel,) = [
        each
        for each in crew.engine.store.channels.page(crew.stage.company_id, skip=0, size=50)[0]
        if each.port == port
    ]

    def noted() -> bool:
        rows = crew.engine.store.channel_requests.last(channel.company_id, channel.id)
        return any(row.play_id == answer["playId"] and row.method == "MESSAGE" for row in rows)

    until(noted, 30, "a note")
