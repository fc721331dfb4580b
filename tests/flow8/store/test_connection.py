"""The settings of the connection to MongoDB act: TLS or not, and how many connections there may be."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import pytest
from pymongo.monitoring import ConnectionCreatedEvent, ConnectionPoolListener

from config.settings import load
from flow8.errors import Unavailable
from flow8.store.database import faults_in_words, open_database


def uses_tls(**settings: str) -> bool:
    """Whether a client with these settings speaks TLS."""
    database = open_database(load(settings))
    try:
        return database.client.options.pool_options._ssl_context is not None
    finally:
        database.client.close()


@pytest.mark.parametrize("query", ["", "?tls=false", "?ssl=false"])
def test_what_mongodb_ssl_says_rules_over_the_address(query: str) -> None:
    address = f"mongodb://mongo:27017/flow8{query}"

    assert uses_tls(MONGODB_URI=address, MONGODB_SSL="true")
    assert not uses_tls(
        MONGODB_URI=f"mongodb://mongo:27017/flow8{query.replace('false', 'true')}", MONGODB_SSL="false"
    )


def test_without_mongodb_ssl_the_address_decides() -> None:
    assert not uses_tls(MONGODB_URI="mongodb://mongo:27017/flow8")
    assert uses_tls(MONGODB_URI="mongodb://mongo:27017/flow8?tls=true")


@contextmanager
def a_server(meets: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that does nothing but meet its clients."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        meeting = threading.Thread(target=_meet_all, args=(server, meets))
        meeting.start()
        yield f"mongodb://127.0.0.1:{server.getsockname()[1]}/x"
        server.shutdown(socket.SHUT_RDWR)
        meeting.join(10)


def _meet_all(server: socket.socket, meets: Callable[[socket.socket], None]) -> None:
    with ExitStack() as met, suppress(OSError):
        while True:
            meets(met.enter_context(server.accept()[0]))


def hang_up(client: socket.socket) -> None:
    """End the connection in good order, once something was said on it."""
    client.recv(1_000_000)
    client.close()


def cut_off(client: socket.socket) -> None:
    """Have the system refuse all further bytes: the client meets a reset."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def keep_silent(_: socket.socket) -> None:
    """Leave the client waiting."""


@pytest.mark.parametrize(
    ("meets", "patience", "told"),
    [
        (keep_silent, 300, "no answer in time"),
        (hang_up, 2_000, "it closed the connection"),
        (cut_off, 2_000, "it closed the connection"),
    ],
)
def test_how_a_server_does_not_answer_is_told_in_words(
    meets: Callable[[socket.socket], None], patience: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flow8.store.database.PATIENCE_MS", patience)
    with a_server(meets) as address:
        database = open_database(load({"MONGODB_URI": address}))

        with pytest.raises(Unavailable) as refused, faults_in_words():
            database.client.admin.command("ping")
        database.client.close()

    assert refused.value.message == f"MongoDB does not answer ({told}); look whether it runs."


def test_an_srv_address_whose_servers_cannot_be_looked_up_is_an_address_all_the_same() -> None:
    with pytest.raises(Unavailable, match=r"\(its host name cannot be looked up\)") as refused:
        open_database(load({"MONGODB_URI": "mongodb+srv://user:secret@cluster.invalid/flow8"}))

    assert "secret" not in str(refused.value)


class Counting(ConnectionPoolListener):
    """Counts connections that are made."""

    def __init__(self) -> None:
        self.made = 0

    def connection_created(self, event: ConnectionCreatedEvent) -> None:  # noqa: ARG002 - PyMongo's signature
        self.made += 1

    def _ignore(self, event: object) -> None:
        pass

    connection_ready = connection_closed = connection_check_out_started = _ignore
    connection_check_out_failed = connection_checked_out = connection_checked_in = _ignore
    pool_created = pool_ready = pool_cleared = pool_closed = _ignore


@pytest.mark.parametrize(("most", "made"), [("2", 2), ("8", 8)])
def test_no_more_connections_are_made_than_max_pool_size(mongodb_uri: str, most: str, made: int) -> None:
    counting, together = Counting(), threading.Barrier(8)
    database = open_database(load({"MONGODB_URI": mongodb_uri, "MONGODB_MAX_POOL_SIZE": most}), [counting])

    def ask(_: int) -> None:
        together.wait(10)
        list(database["nothing"].find({}, comment="x" * 100_000))

    database.command("ping")
    with ThreadPoolExecutor(8) as askers:
        for _ in range(20):
            list(askers.map(ask, range(8)))
    database.client.close()

    assert 1 <= counting.made <= made
    assert (counting.made > 2) == (made > 2)
