"""The WebSocket of the front, as gunicorn really serves it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.services import keys
from flow8.services.sessions import begin, sign_out
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.gunicorn import Served, serving, wait_for
from tests.support.listeners import hear, lines_of, listen, say
from tests.support.people import a_user
from tests.support.system import call
from tests.support.web import a_key, an_actor

pytestmark = pytest.mark.journey


@pytest.fixture
def front(engine: Engine, environment: dict[str, str], tmp_path: Path) -> Iterator[Served]:
    """A front over the test's database."""
    assert engine
    folder = tmp_path / "front"
    folder.mkdir()
    with serving(folder, environment) as served:
        yield served


@pytest.fixture
def socket(front: Served, engine: Engine) -> Iterator[ClientConnection]:
    """A WebSocket of a program that may do everything."""
    with listen(front.port, Authorization=f"Bearer {a_key(engine)}") as opened:
        yield opened


def code_of(socket: ClientConnection, seconds: float = 20) -> int:
    """The code that the other side closes with."""
    with pytest.raises(ConnectionClosed) as closed:
        _drain(socket, seconds)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def _drain(socket: ClientConnection, seconds: float) -> None:
    while True:
        socket.recv(seconds)


def status_of(port: int, query: str = "", **headers: str) -> int:
    with pytest.raises(InvalidStatus) as refused:
        listen(port, query, **headers)
    return refused.value.response.status_code


def test_a_play_is_told_as_it_happens_and_resumed_where_it_was(
    socket: ClientConnection, stage: Stage
) -> None:
    play_id = stage.accept(a_flow(stage.probe("one", effect="write")))
    say(socket, sub=f"play:{play_id}", after=0)
    assert hear(socket) == {"type": "subscribed", "sub": f"play:{play_id}", "after": 0}
    perform(stage.engine, play_id)
    lines = lines_of(socket)

    say(socket, unsub=f"play:{play_id}")
    assert hear(socket)["type"] == "unsubscribed"
    say(socket, sub=f"play:{play_id}", after=2)
    assert hear(socket)["type"] == "subscribed"
    rest = lines_of(socket)

    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["seq"] for line in rest] == [line["seq"] for line in lines[2:]]
    assert {line["playId"] for line in lines} == {play_id}


def test_what_polling_gives_is_what_the_socket_gives(
    socket: ClientConnection, front: Served, stage: Stage
) -> None:
    play_id = stage.accept(a_flow())
    perform(stage.engine, play_id)
    say(socket, sub=f"play:{play_id}", after=0)
    hear(socket)
    told = [(line["seq"], line["type"], line["state"]) for line in lines_of(socket)]

    url = f"http://127.0.0.1:{front.port}/api/v1/plays/{play_id}/events?after=0"
    polled = call("GET", url, headers={"Authorization": f"Bearer {a_key(stage.engine)}"}).json["data"]

    assert told == [(line["seq"], line["type"], line["state"]) for line in polled]


def test_all_plays_are_told_of(socket: ClientConnection, stage: Stage) -> None:
    say(socket, sub="plays")
    hear(socket)
    play_id = stage.accept(a_flow())
    perform(stage.engine, play_id)

    assert [(line["type"], line["playId"]) for line in lines_of(socket)] == [
        ("play:started", play_id),
        ("play:completed", play_id),
    ]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("nonsense", "MALFORMED"),
        ("[]", "MALFORMED"),
        ('{"sub": 1}', "MALFORMED"),
        ('{"sub": "plays", "after": true}', "MALFORMED"),
        ('{"sub": "plays", "x": 1}', "MALFORMED"),
        ('{"sub": "plays", "after": 1}', "INVALID"),
        ('{"sub": "play:000000000000000000000000"}', "PLAY_NOT_FOUND"),
        ('{"sub": "flow:nobody"}', "FLOW_NOT_FOUND"),
    ],
)
def test_what_cannot_be_followed_is_told_and_the_socket_stays(
    socket: ClientConnection, message: str, error: str
) -> None:
    socket.send(message)
    answer = hear(socket)
    say(socket, sub="plays")

    assert (answer["type"], answer["error"]) == ("error", error)
    assert hear(socket)["type"] == "subscribed"


def test_a_ticket_opens_one_socket_and_only_one(front: Served, engine: Engine) -> None:
    url = f"http://127.0.0.1:{front.port}/api/v1/auth/ws-ticket"
    made = call("POST", url, {}, {"Authorization": f"Bearer {a_key(engine)}"})
    ticket = made.json["ticket"]

    with listen(front.port, f"?ticket={ticket}") as socket:
        say(socket, sub="plays")
        assert hear(socket)["type"] == "subscribed"

    assert status_of(front.port, f"?ticket={ticket}") == 401
    assert ticket not in front.log()


def test_a_cookie_counts_only_from_a_page_of_ours(front: Served, engine: Engine) -> None:
    company = engine.store.companies.ensure("default", "Default")
    sid = begin(engine, a_user(engine, company, "ada@example.com", Role.VIEWER), company.id, door="web").sid
    cookie, ours = f"sid={sid}", f"http://127.0.0.1:{front.port}"

    with listen(front.port, Cookie=cookie, Origin=ours) as socket:
        say(socket, sub="plays")
        assert hear(socket)["type"] == "subscribed"

    statuses = [
        status_of(front.port, Cookie=cookie, **origin)
        for origin in (
            {},
            {"Origin": "http://127.0.0.1:7701"},
            {"Origin": "https://elsewhere.example"},
            {"Origin": "null"},
        )
    ]
    assert statuses == [403] * 4
    assert status_of(front.port) == 401


def test_a_socket_ends_with_the_session_or_the_key_that_opened_it(front: Served, engine: Engine) -> None:
    company = engine.store.companies.ensure("default", "Default")
    sid = begin(engine, a_user(engine, company, "ada@example.com", Role.VIEWER), company.id, door="web").sid
    key, text = keys.create_key(engine, an_actor(engine), name="short")
    with (
        listen(front.port, Cookie=f"sid={sid}", Origin=f"http://127.0.0.1:{front.port}") as by_session,
        listen(front.port, Authorization=f"Bearer {text}") as by_key,
    ):
        sign_out(engine, sid)
        keys.revoke_key(engine, an_actor(engine), key.id)

        assert [code_of(by_session, 30), code_of(by_key, 30)] == [1008, 1008]


def test_a_front_that_stops_says_1012_and_does_not_wait_for_its_sockets(
    front: Served, socket: ClientConnection
) -> None:
    say(socket, sub="plays")
    hear(socket)
    began = time.monotonic()
    front.process.terminate()

    assert code_of(socket) == 1012
    front.process.wait(20)
    assert time.monotonic() - began < 10


def test_a_client_that_goes_without_a_word_is_forgotten(front: Served, socket: ClientConnection) -> None:
    say(socket, sub="plays")
    hear(socket)
    socket.socket.close()

    assert wait_for(lambda: "GET /api/v1/ws 101" in front.log())


def test_a_plain_request_is_told_to_upgrade(front: Served, engine: Engine) -> None:
    url = f"http://127.0.0.1:{front.port}/api/v1/ws"

    answer = call("GET", url, headers={"Authorization": f"Bearer {a_key(engine)}"})

    assert (answer.status, answer.json["error"]) == (426, "UPGRADE_REQUIRED")
