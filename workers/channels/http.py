"""HTTP on the port of a channel: reads requests carefully, sends answers whole."""

import io
import logging
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, ClassVar, Final

from gevent import socket
from gevent.baseserver import BaseServer
from gevent.lock import BoundedSemaphore
from gevent.pool import Pool
from gevent.pywsgi import Input, WSGIHandler, WSGIServer

from flow8.errors import Flow8Error, Malformed, TooLarge, Unavailable
from flow8.ids import new_id
from flow8.ingress import Answer, Inbound, comes_as_files
from flow8.ingress.answers import refusal
from flow8.metrics.counters import sockets
from flow8.store.channels import Channel
from workers.channels.door import MEBIBYTE, Door
from workers.channels.framing import HeadersTooLarge, ascii_target, read_headers, read_request_line
from workers.channels.patience import HeadTooLarge, PatientReader
from workers.channels.talk import Talk

SMALL_BODY: Final = MEBIBYTE
LARGE_BODIES: Final = 8
"""So many larger bodies are read at once; without a limit they could fill the memory."""
CONNECTIONS_PER_PLAY: Final = 10
ARRIVING_FILES: Final = 64
"""So many bodies with files are taken in at once; each holds a few hundred KiB of memory."""
PIECE: Final = 64 * 1024
BODILESS: Final = frozenset({204, 304})

log = logging.getLogger("http")


class TooSlow(Flow8Error):
    """The request did not arrive in time."""

    status: ClassVar[int] = 408
    code: ClassVar[str] = "REQUEST_TIMEOUT"


class Lobby:
    """What the ports of a process have together: the door behind them, and how many may come in."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.connections = Pool(CONNECTIONS_PER_PLAY * door.settings.channel_pool_size)
        self.large_bodies = BoundedSemaphore(LARGE_BODIES)
        self.arriving_files = BoundedSemaphore(ARRIVING_FILES)
        self.talks: set[Talk] = set()
        sockets.labels("channel").set_function(lambda: len(self.talks))
        self.is_closing = False

    def say_good_bye(self) -> None:
        """Close each connection after its next answer, and sockets that wait for none at once."""
        self.is_closing = True
        for talk in list(self.talks):
            talk.leave()


class ChannelServer(WSGIServer):
    """Serves one channel on one listening socket. `channel` may be exchanged while it runs."""

    connection: "ClassVar[type[Connection]]"

    def __init__(self, listener: socket.socket, channel: Channel, lobby: Lobby) -> None:
        self.channel = channel
        self.lobby = lobby
        super().__init__(
            listener,
            _not_wsgi,
            handler_class=self.connection,
            spawn=lobby.connections,
            log=None,
            error_log=None,
        )

    def finish(self) -> None:
        """Accept what waits already, then close the socket. Connections that are open go on."""
        finish(self)


def finish(server: "BaseServer[Any, Any]") -> None:
    """Accept what waits already, then close the socket. Connections that are open go on."""
    while not server.full() and (accepted := server.do_read()):
        server.do_handle(*accepted)
    server.close()


class Connection(WSGIHandler):
    """One client: gevent's HTTP, stricter about what a request is, with time limits, without WSGI between."""

    server: ChannelServer

    def __init__(self, sock: socket.socket, address: Any, server: ChannelServer) -> None:
        self._door = server.lobby.door
        self._reader = PatientReader(sock, self._door.settings.read_timeout_seconds)
        self._ip = str(address[0])
        reader = io.BufferedReader(self._reader)
        super().__init__(sock, address, server, rfile=reader)  # type: ignore[call-arg]  # the stubs lack it

    def handle_one_request(self) -> Any:
        """Serve one request; gevent calls this again while the connection stays open."""
        self._reader.await_request()
        return super().handle_one_request()

    # Reading

    def read_request(self, raw_requestline: str) -> Any:
        """Read the head of a request."""
        self.command = None
        line = read_request_line(raw_requestline)
        self.command, self.path, self.request_version = line.method, line.target, line.version
        self._head = head = read_headers(self.rfile)
        if head.content_length and line.method == "HEAD":
            raise Malformed("A HEAD request has no body.")
        if head.is_chunked and line.version != "HTTP/1.1":
            raise Malformed("HTTP/1.0 knows no Transfer-Encoding.")
        self.close_connection = head.ends_connection(line.version)
        self._reader.await_body()
        return True

    def get_environ(self) -> dict[str, Any]:
        """Make the body readable. There is no WSGI environment."""
        head = self._head
        continue_on = self.socket if head.first("expect").lower() == "100-continue" else None
        self._input = Input(
            self.rfile, head.content_length, socket=continue_on, chunked_input=head.is_chunked
        )
        self.wsgi_input = self._input
        return {}

    def _inbound(self) -> Inbound:
        path, _, query = ascii_target(self.path or "").partition("?")
        return Inbound(self.command or "", path, query, self._head.values, b"", self._ip)

    def _has_body(self) -> bool:
        return self._head.is_chunked or bool(self._head.content_length)

    def _received(self, channel: Channel, inbound: Inbound) -> Inbound:
        """The request with its body: read whole, or kept while it arrives if it holds files."""
        if not comes_as_files(channel, inbound):
            return inbound.with_body(self._body())
        if not self.server.lobby.arriving_files.acquire(blocking=False):
            raise Unavailable("Too many files arrive at once; try again soon.", code="POOL_FULL")
        try:
            return self._door.receive(channel, inbound, self._pieces())
        finally:
            self.server.lobby.arriving_files.release()

    def _pieces(self) -> Iterator[bytes]:
        limit, taken = self._door.largest_body, 0
        if (self._head.content_length or 0) > limit:
            raise _too_large(limit)
        while piece := self._input.read(PIECE):
            taken += len(piece)
            if taken > limit:
                raise _too_large(limit)
            yield piece

    def _body(self) -> bytes:
        limit, length = self._door.body_limit, self._head.content_length
        if (length or 0) > limit:
            raise _too_large(limit)
        start = self._input.read(SMALL_BODY)
        if len(start) < SMALL_BODY or self._input.position == length:
            return start
        if not self.server.lobby.large_bodies.acquire(blocking=False):
            raise Unavailable("Too many large bodies arrive at once; try again soon.", code="POOL_FULL")
        try:
            rest = self._input.read(limit + 1 - len(start))
        finally:
            self.server.lobby.large_bodies.release()
        if len(start) + len(rest) > limit:
            raise _too_large(limit)
        return start + rest

    # Answering

    def run_application(self) -> None:
        """Answer one request; what its client then still sends of it is not waited for long."""
        began = time.monotonic()
        answer = self._answer()
        duration = time.monotonic() - began
        self._door.requests.note(self.server.channel, self._inbound(), answer, duration)
        if self.server.lobby.is_closing or not self.server.channel.enabled:
            self.close_connection = True
        with closing(answer):
            self._send(answer)
        self._reader.linger()
        if log.isEnabledFor(logging.DEBUG):
            path = (self.path or "").partition("?")[0]
            log.debug("%s %s %d %dms", self.command, path, answer.status, (time.monotonic() - began) * 1000)

    def _answer(self) -> Answer:
        channel, inbound = self.server.channel, self._inbound()
        if not self._has_body():
            return self._door.answer(channel, inbound)
        # Nobody who may not come in gets a body read.
        found = self._door.enter(channel, inbound)
        if isinstance(found, Answer):
            self.close_connection = True
            return found
        try:
            inbound = self._received(channel, inbound)
        except (Flow8Error, OSError) as error:
            self.close_connection = True
            return refusal(_in_words(error), new_id())
        return self._door.answer(channel, inbound, found)

    def _send(self, answer: Answer) -> None:
        """Send head and body in one piece: one system call, and one packet when they are small.

        A file follows in pieces of its own.
        """
        headers = {"Date": formatdate(usegmt=True), **answer.headers}
        if answer.status not in BODILESS:
            headers["Content-Length"] = str(answer.length)
        if self.close_connection:
            headers["Connection"] = "close"
        elif self.request_version == "HTTP/1.0":
            headers["Connection"] = "keep-alive"
        lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        # From here on gevent knows that an answer began, and sends none of its own after a fault.
        self.response_length = len(head)
        self.socket.settimeout(self._door.settings.write_timeout_seconds)
        if self.command == "HEAD":
            self.socket.sendall(head)
            return
        self.socket.sendall(head + answer.body)
        for piece in answer.pieces():
            self.socket.sendall(piece)

    # What goes wrong

    def _handle_client_error(self, error: Exception) -> None:
        """A head that cannot be read: answer, and let go. gevent closes the connection after it."""
        log.debug("a request from %s could not be read: %s", self._ip, error)
        self.close_connection = True
        gone = isinstance(error, OSError) and not isinstance(error, TimeoutError)
        if not self.response_length and not gone:
            with suppress(OSError):  # whoever asked may go away at any time
                self._send(refusal(_in_words(error), new_id()))

    def _log_error(self, *error: Any) -> None:
        """Tell a fault of ours; that a client went away or slept is none."""
        if not issubclass(error[0], OSError):
            log.error("a connection broke", exc_info=error)

    def log_error(self, msg: str, *args: object) -> None:
        """Tell what a client did wrong, at debug level only."""
        log.debug(msg, *args)

    def log_request(self) -> None:
        """Requests are logged where they are answered."""


ChannelServer.connection = Connection


def _in_words(error: Exception) -> Flow8Error:
    if isinstance(error, Flow8Error):
        return error
    if isinstance(error, TimeoutError):
        return TooSlow()
    if isinstance(error, HeadTooLarge):
        return HeadersTooLarge()
    return Malformed("This is not a whole request of HTTP/1.1.")


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is larger than the {limit // MEBIBYTE} MiB that this channel takes.")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"


def _not_wsgi(*_: object) -> list[bytes]:
    raise NotImplementedError("connections answer their requests themselves")
