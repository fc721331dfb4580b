"""An authority that the machine trusts, like one mounted at /etc/ssl/certs, is trusted by every client."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pika
import pytest

from config.settings import load
from flow8.broker.parameters import impatient, parameters_of
from flow8.errors import Unavailable
from flow8.kit.outbound.tls import secured, trust
from flow8.services.microsoft_keys import SigningKeys
from flow8.store.database import open_database
from flow8.store.store import store_of
from tests.flow8.kit.outbound.servers import authority_for
from tests.support.system import until

NAME = "localhost"


@dataclass
class Door:
    """A server that shakes hands under TLS, says nothing more, and counts who believed it."""

    context: ssl.SSLContext
    believed: int = 0
    refused: int = 0
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        """Where it listens."""
        found: int = self.listener.getsockname()[1]
        return found

    def serve(self) -> None:
        """Until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self._shake(connection)

    def _shake(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        try:
            with self.context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(1)  # with TLS 1.3 only what comes after says that the client believes
                self.believed += 1
        except OSError:
            self.refused += 1


def by_outbound_requests(port: int) -> None:
    trust.cache_clear()
    connection = socket.create_connection(("127.0.0.1", port))
    with secured(connection, NAME, "", time.monotonic() + 5) as secure:
        secure.sendall(b"x")


def by_sign_in_of_microsoft(port: int) -> None:
    SigningKeys(f"https://{NAME}:{port}/").find("any")


def by_mongodb(port: int) -> None:
    store = store_of(open_database(load({"MONGODB_URI": f"mongodb://{NAME}:{port}/?tls=true"})))
    try:
        store.probe(0.7)
    finally:
        store.close()


def by_rabbitmq(port: int) -> None:
    pika.BlockingConnection(impatient(parameters_of(f"amqps://{NAME}:{port}/")))


CLIENTS = (by_outbound_requests, by_sign_in_of_microsoft, by_mongodb, by_rabbitmq)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[tuple[Door, Path]]:
    """The server, and the file of the authority that vouches for it."""
    authority = authority_for(NAME, tmp_path)
    file = tmp_path / "ca-certificates.crt"
    file.write_text(authority.pem)
    made = Door(authority.server)
    thread = threading.Thread(target=made.serve)
    thread.start()
    yield made, file
    made.listener.shutdown(socket.SHUT_RDWR)
    made.listener.close()
    thread.join(20)
    trust.cache_clear()


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_every_client_believes_whom_the_machine_believes_and_nobody_else(
    door: tuple[Door, Path], client: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, file = door
    for trusted in (False, True):
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(file))
        # The server says nothing of any protocol, so that every client gives up after the handshake.
        with contextlib.suppress(Unavailable, OSError, Exception):
            client(server.port)
        until(lambda: server.believed if trusted else server.refused, 30, "the end of the handshake")  # noqa: B023
        assert bool(server.believed) is trusted
