"""A real SMTP server on this machine for tests: it takes mail, refuses what it is told to, and speaks TLS."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

Replies = Mapping[str, str]
"""What it says instead of yes: by command (`MAIL`, `DATA`, `TEXT`), or by recipient."""


@dataclass(frozen=True)
class Arrived:
    """A mail as the server took it."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    was_secure: bool

    @property
    def message(self) -> EmailMessage:
        """The mail, read."""
        read = message_from_bytes(self.data, policy=default)
        assert isinstance(read, EmailMessage)
        return read


@dataclass
class SmtpServer:
    """Where it listens, how it behaves, and what it took."""

    replies: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    tls_at_once: bool = False
    account: tuple[str, str] | None = None
    greeting: str = "220 test.example ESMTP"
    vanish_at: str | None = None
    """A command (or `TEXT`, when the text has come) at which it closes the connection without a word."""
    port: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


class _Vanished(Exception):
    """The server closes the connection."""


class _Conversation:
    """One client."""

    def __init__(self, server: SmtpServer, connection: socket.socket) -> None:
        self._server = server
        self._connection = connection
        self._file = connection.makefile("rb")
        self._is_secure = server.tls_at_once
        self._signed_in = False
        self._sender, self._recipients = "", [""]

    def run(self) -> None:
        """Serve it until it goes."""
        self._say(self._server.greeting)
        while line := self._file.readline():
            word, _, rest = line.decode().rstrip("\r\n").partition(" ")
            self._server.commands.append(word.upper())
            if self._server.vanish_at == word.upper():
                raise _Vanished
            if word.upper() == "QUIT":
                self._say("221 bye")
                return
            self._obey(word.upper(), rest)

    def _obey(self, word: str, rest: str) -> None:
        if word in self._server.replies:
            self._say(self._server.replies[word])
        elif word == "EHLO":
            self._say_hello()
        elif word == "STARTTLS" and self._server.tls is not None:
            self._secure(self._server.tls)
        elif word == "AUTH":
            self._sign_in(rest)
        elif word == "MAIL":
            self._sender, self._recipients = _address(rest), []
            self._say("250 ok")
        elif word == "RCPT":
            self._add(_address(rest))
        elif word == "DATA":
            self._take()
        else:
            self._say("250 ok" if word in ("NOOP", "RSET", "HELO") else "500 what?")

    def _say_hello(self) -> None:
        features = ["test.example"]
        features += ["STARTTLS"] if self._server.tls is not None and not self._is_secure else []
        features += ["AUTH PLAIN"] if self._server.account is not None else []
        lines = [f"250-{each}" for each in features[:-1]]
        self._say("\r\n".join([*lines, f"250 {features[-1]}"]))

    def _secure(self, context: ssl.SSLContext) -> None:
        self._say("220 go ahead")
        self._connection = context.wrap_socket(self._connection, server_side=True)
        self._file, self._is_secure = self._connection.makefile("rb"), True

    def _sign_in(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        self._signed_in = (user, password) == self._server.account
        self._say("235 welcome" if self._signed_in else f"535 no, {user} has not the password {password}")

    def _add(self, recipient: str) -> None:
        if recipient in self._server.replies:
            self._say(self._server.replies[recipient])
            return
        self._recipients.append(recipient)
        self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self._file.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self._server.vanish_at == "TEXT":
            raise _Vanished
        if "TEXT" not in self._server.replies:
            took = Arrived(self._sender, tuple(self._recipients), b"".join(lines), self._is_secure)
            self._server.arrived.append(took)
        self._say(self._server.replies.get("TEXT", "250 taken"))

    def _say(self, words: str) -> None:
        self._connection.sendall(f"{words}\r\n".encode())


def _address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]


@contextmanager
def smtp_server(server: SmtpServer) -> Iterator[SmtpServer]:
    """The server, listening on a free port of this machine until the test is over."""
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=_serve, args=(server, connection), daemon=True))
            threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (acceptor, *threads):
            thread.join(timeout=5)


def _serve(server: SmtpServer, connection: socket.socket) -> None:
    connection.settimeout(10)
    with suppress(OSError, _Vanished):
        if server.tls_at_once and server.tls is not None:
            connection = server.tls.wrap_socket(connection, server_side=True)
        conversation = _Conversation(server, connection)
        try:
            conversation.run()
        finally:
            conversation._file.close()
            conversation._connection.close()
    connection.close()
