"""Lines of JSON on the port of a channel, spoken to a real worker."""

from collections.abc import Iterator

import pytest

from flow8.ids import new_id
from flow8.registry import Registry
from flow8.services import channels
from tests.support.channels import TOKEN
from tests.support.crew import Crew, crew_of
from tests.support.factories import a_flow
from tests.support.sockets import Gone, TcpLine, listens, open_socket_channel
from tests.support.system import until

pytestmark = pytest.mark.journey

ECHO = a_flow({"ref": "echo", "appId": "var", "args": {"values": {"args": "{{ $args }}"}}}, flow="echo")


@pytest.fixture(scope="module")
def crew(mongodb_uri: str, registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """A crew with one worker for the tests of this file."""
    with crew_of(mongodb_uri, registry, tmp_path_factory.mktemp("crew")) as made:
        made.start(READ_TIMEOUT_SECONDS="2")
        yield made


@pytest.fixture(scope="module")
def port(crew: Crew) -> int:
    """The port of a channel that gives back what it gets."""
    return open_socket_channel(crew, "tcp", crew.publish(ECHO)).channel.port


def test_a_line_is_a_play_and_its_answer_one_line(port: int) -> None:
    with TcpLine(port, client="ada") as line:
        greeting = line.receive()
        line.send({"id": 1, "text": "ü\n"})
        line.send({"id": 2})
        answers = [line.receive(), line.receive()]

    assert greeting == {"client": "ada", "ready": True}
    assert [(answer["id"], answer["n"]) for answer in answers] == [(1, 1), (2, 2)]
    assert answers[0]["output"] == {"args": {"id": 1, "text": "ü\n"}}


def test_a_client_that_comes_back_gets_what_it_missed_and_one_play_for_each_message(port: int) -> None:
    with TcpLine(port, client="bob") as line:
        line.receive()
        line.send({"id": "a"})
        line.send({"id": "b"})
        first = [line.receive(), line.receive()]
    with TcpLine(port, client="bob", after=1) as line:
        missed, _ = line.receive(), line.receive()
        line.send({"id": "b"})
        again = line.receive()

    assert missed == again == first[1]


@pytest.mark.parametrize(
    ("first", "error"),
    [
        ('{"client": "x", "token": "wrong"}', "UNAUTHORIZED"),
        ('{"client": "x"}', "UNAUTHORIZED"),
        ('{"id": 1}', "UNAUTHORIZED"),
        (f'{{"token": "{TOKEN}", "route": "nowhere"}}', "ROUTE_NOT_FOUND"),
        (f'{{"token": "{TOKEN}", "client": "a b"}}', "MALFORMED"),
        (f'{{"token": "{TOKEN}", "after": -1}}', "MALFORMED"),
        (f'{{"token": "{TOKEN}", "more": 1}}', "MALFORMED"),
        ("GET / HTTP/1.1", "MALFORMED"),
    ],
)
def test_who_may_not_come_in_is_told_and_let_go(port: int, first: str, error: str) -> None:
    with TcpLine(port) as line:
        line.send(first)
        assert line.receive()["error"] == error
        with pytest.raises(Gone):
            line.receive()


def test_who_says_nothing_is_let_go(port: int) -> None:
    with TcpLine(port) as line, pytest.raises(Gone):
        line.receive()


def test_a_client_that_came_in_may_be_silent_for_longer(port: int) -> None:
    with TcpLine(port, client="quiet") as line:
        line.receive()
        line.socket.settimeout(3)
        with pytest.raises(TimeoutError):
            line.receive()


def test_a_line_has_a_limit(port: int) -> None:
    with TcpLine(port, client="long") as line:
        line.receive()
        line.send('{"id": 1, "text": "' + "x" * (1024 * 1024) + '"}')
        assert line.receive()["error"] == "TOO_LARGE"


def test_a_public_channel_needs_no_first_line(crew: Crew) -> None:
    flow = crew.publish(a_flow(flow="public"))
    made = channels.create_channel(
        crew.engine, crew.actor, name=f"public {new_id()}", kind="tcp", auth_mode="public"
    )
    channels.add_route(crew.engine, crew.actor, made.channel.id, name="only", target_flows=[flow.id])
    until(lambda: listens(made.channel.port), 30, "the port")

    with TcpLine(made.channel.port) as line:
        line.send({"id": 7})
        answer = line.receive()

    assert (answer["id"], answer["n"], answer["state"]) == (7, 1, "DONE")


def test_routes_are_chosen_by_name(crew: Crew) -> None:
    one, two = crew.publish(a_flow(flow="one")), crew.publish(a_flow(flow="two"))
    made = open_socket_channel(crew, "tcp", one)
    channels.add_route(crew.engine, crew.actor, made.channel.id, name="Second one", target_flows=[two.id])

    def flow_of(route: str) -> str | None:
        with TcpLine(made.channel.port, client="c", route=route) as line:
            first = line.receive()
            if "error" in first:
                return None
            line.send({"id": route})
            return crew.stage.load(line.receive()["playId"]).flow

    until(lambda: flow_of("Second one") == "two", 30, "the new route")
    assert flow_of("orders") == "one"
    assert flow_of("") is None
