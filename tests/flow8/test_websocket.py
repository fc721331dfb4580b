"""The server's end of a WebSocket, spoken to by another implementation of the client's."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from flow8 import websocket
from flow8.websocket import RESTARTING, WebSocket

SECONDS = 10


def read_head(line: socket.socket) -> list[tuple[str, str]]:
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        data += line.recv(1)
    _, *lines = data.decode().strip().split("\r\n")
    return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]


class Echo:
    """A server that says each message again."""

    def __init__(self, line: socket.socket, most: int) -> None:
        self._line = line
        self.socket = WebSocket(line, most=most)
        self.heard: list[str] = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        if self.socket.open(read_head(self._line)):
            for text in self.socket.messages():
                self.heard.append(text)
                self.socket.send(text)
        self._line.close()


@contextmanager
def speaking(most: int = 1000) -> Iterator[tuple[Echo, ClientConnection]]:
    ours, theirs = socket.socketpair()
    echo = Echo(ours, most)
    with connect("ws://localhost/x", sock=theirs, compression=None, close_timeout=2) as client:
        yield echo, client
    echo.thread.join(SECONDS)
    assert not echo.thread.is_alive()


def test_messages_go_both_ways() -> None:
    with speaking() as (echo, client):
        for text in ("one", "zwei ü", "x" * 900):
            client.send(text)
            assert client.recv(SECONDS) == text

    assert len(echo.heard) == 3


def test_a_message_in_pieces_is_one_message() -> None:
    with speaking() as (_, client):
        client.send(["on", "e mes", "sage"])

        assert client.recv(SECONDS) == "one message"


def test_the_server_says_why_it_closes() -> None:
    with speaking() as (echo, client):
        client.send("one")
        client.recv(SECONDS)
        echo.socket.close(RESTARTING, "restarting")

        with pytest.raises(ConnectionClosed) as closed:
            client.recv(SECONDS)

    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1012, "restarting")
    assert not echo.socket.send("too late")


@pytest.mark.parametrize(("message", "code"), [(b"bytes", 1003), ("x" * 1001, 1009)])
def test_what_is_no_message_closes(message: str | bytes, code: int) -> None:
    with speaking() as (_, client):
        client.send(message)

        with pytest.raises(ConnectionClosed) as closed:
            client.recv(SECONDS)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == code


def test_a_client_that_goes_without_a_word_ends_the_messages() -> None:
    ours, theirs = socket.socketpair()
    echo = Echo(ours, 1000)
    client = connect("ws://localhost/x", sock=theirs, compression=None, legacy=True)

    client.socket.shutdown(socket.SHUT_RDWR)

    echo.thread.join(SECONDS)
    assert not echo.thread.is_alive()
    assert not echo.socket.is_open


def test_what_is_no_handshake_is_told_so() -> None:
    ours, theirs = socket.socketpair()
    echo = Echo(ours, 1000)

    theirs.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
    with theirs, HTTPResponse(theirs) as answer:
        answer.begin()
        assert answer.status == 426
    echo.thread.join(SECONDS)


def test_an_unknown_version_is_refused() -> None:
    ours, theirs = socket.socketpair()
    echo = Echo(ours, 1000)

    with theirs, pytest.raises(InvalidStatus):
        connect(
            "ws://localhost/x", sock=theirs, additional_headers={"Sec-WebSocket-Version": "12"}, legacy=True
        )
    echo.thread.join(SECONDS)


def test_whoever_is_silent_is_pinged_and_at_last_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "PING_SECONDS", 0.2)
    monkeypatch.setattr(websocket, "SILENCE_SECONDS", 1.5)
    ours, theirs = socket.socketpair()
    echo = Echo(ours, 1000)
    theirs.sendall(
        b"GET /x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    read_head(theirs)

    with theirs:
        pinged = theirs.recv(2)
        echo.thread.join(SECONDS)

    assert pinged == b"\x89\x00"
    assert not echo.thread.is_alive()
