"""Clients of `websocket` and `tcp` channels: they number their messages, and resume when they are dropped."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Protocol, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from flow8.ids import new_id
from flow8.services import channels
from flow8.services.channels import MadeChannel
from flow8.store.flows import FlowRecord
from tests.support.channels import TOKEN
from tests.support.crew import AUTHORIZATION, Crew
from tests.support.system import until

SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 0.2


class Gone(Exception):
    """The other side closed the connection."""


class Line(Protocol):
    """A connection that takes and gives JSON values."""

    def send(self, value: Any) -> None:
        """Send a message."""

    def receive(self) -> Any:
        """The next answer."""

    def drop(self) -> None:
        """Go away without a word."""


class SocketLine:
    """A WebSocket."""

    def __init__(self, port: int, query: str = "", path: str = "/orders", **headers: str) -> None:
        url = f"ws://127.0.0.1:{port}{path}{query}"
        sent = {**AUTHORIZATION, **headers}
        try:
            self.client: ClientConnection = connect(
                url,
                additional_headers=sent,
                compression=None,
                close_timeout=1,
                open_timeout=SECONDS,
                legacy=True,
            )
        except (OSError, EOFError, TimeoutError) as error:
            raise Gone from error

    def send(self, value: Any) -> None:
        """Send a message."""
        try:
            self.client.send(value if isinstance(value, str) else json.dumps(value))
        except ConnectionClosed as error:
            raise Gone from error

    def receive(self) -> Any:
        """The next answer."""
        try:
            return json.loads(self.client.recv(SECONDS))
        except ConnectionClosed as error:
            raise Gone from error

    def drop(self) -> None:
        """Go away without a word."""
        with suppress(OSError):
            self.client.socket.shutdown(socket.SHUT_RDWR)
        with suppress(Exception):
            self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()


class TcpLine:
    """A TCP connection with a document on each line."""

    def __init__(self, port: int, **hello: Any) -> None:
        try:
            self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        except OSError as error:
            raise Gone from error
        self._lines = self.socket.makefile("rb")
        self.hello: Any = None
        if hello:
            self.send({"token": TOKEN, **hello})

    def send(self, value: Any) -> None:
        """Send a message."""
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            self.socket.sendall(f"{text}\n".encode())
        except OSError as error:
            raise Gone from error

    def receive(self) -> Any:
        """The next answer."""
        try:
            line = self._lines.readline()
        except TimeoutError:
            raise
        except OSError as error:
            raise Gone from error
        if not line:
            raise Gone
        return json.loads(line)

    def drop(self) -> None:
        """Go away without a word."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self._lines.close()
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()


def open_socket_channel(crew: Crew, kind: str, flow: FlowRecord, **route: Any) -> MadeChannel:
    """A served channel of a kind with the tests' token and one route."""
    made = channels.create_channel(
        crew.engine, crew.actor, name=f"{kind} {new_id()}", kind=kind, auth_token=TOKEN
    )
    wish = {"name": "orders", **({"path": "/orders"} if kind == "websocket" else {}), **route}
    channels.add_route(crew.engine, crew.actor, made.channel.id, target_flows=[flow.id], **wish)
    until(lambda: listens(made.channel.port), 30, f"port {made.channel.port}")
    return made


def listens(port: int) -> bool:
    """Whether somebody listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Resuming:
    """A client that keeps at it: whatever is not answered is sent again on the next connection."""

    def __init__(self, connect_again: Callable[[int], Line], messages: list[dict[str, Any]]) -> None:
        self._connect = connect_again
        self._messages = messages
        self.answers: dict[int, dict[str, Any]] = {}
        """By their numbers."""
        self.order: list[int] = []
        """The numbers as they came first."""
        self.drops = 0

    @property
    def answered(self) -> set[Any]:
        """The ids of the messages that were answered."""
        return {answer["id"] for answer in self.answers.values()}

    def run(self, drop_after: list[int]) -> None:
        """Send everything and go on until it is answered; drop the connection after so many answers on it."""
        for count in drop_after:
            self._speak_once(count)
        while len(self.answered) < len(self._messages):
            self._speak_once(None)

    def _speak_once(self, count: int | None) -> None:
        try:
            line = self._connect(max(self.order, default=0))
        except Gone:
            time.sleep(PAUSE_SECONDS)
            return
        with suppress(Gone):
            self._speak(line, count)
        line.drop()
        self.drops += 1

    def _speak(self, line: Line, count: int | None) -> None:
        known = self.answered
        waiting = [message for message in self._messages if message["id"] not in known]
        for message in waiting:
            line.send(message)
        received = 0
        while len(self.answered) < len(self._messages) and received != count:
            self._take(line.receive())
            received += 1

    def _take(self, answer: dict[str, Any]) -> None:
        n = answer.get("n")
        if n is None:
            return  # the greeting, or a refusal for now: it is sent again on the next connection
        if n in self.answers:
            assert self.answers[n] == answer
            return
        self.answers[n] = answer
        self.order.append(n)
