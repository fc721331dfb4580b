"""No spelling of a request leads a stranger to content: asked over a socket, of a front as it really runs."""

import io
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import pytest

from config.settings import load
from flow8.engine.engine import engine_of
from flow8.ids import new_id
from flow8.registry import Registry
from flow8.store import open_store
from tests.support.gunicorn import serving
from tests.support.keys import KEYS
from tests.support.routes import MARK, a_world, path_of, routes
from tests.support.spellings import Spelled, spelled
from web.app import create_app
from web.policy import policy_of

REFUSED = frozenset({400, 401, 403, 404, 405, 411, 421, 431, 501, 505})

pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Open:
    """A running front with records behind it, and the routes that are not public."""

    port: int
    protected: list[tuple[str, str]]


@pytest.fixture(scope="module")
def front(mongodb_uri: str, registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """A gunicorn over a database in which a company has one record of each kind."""
    folder = tmp_path_factory.mktemp("spellings")
    where = {"MONGODB_URI": mongodb_uri, "MONGODB_DB": f"flow8_test_{new_id()}", **KEYS}
    settings = load({**where, "DATA_DIR": str(folder / "data")})
    store = open_store(settings)
    store.prepare()
    engine = engine_of(settings, store, registry)
    world, app = a_world(engine, "default"), create_app(engine)
    protected = []
    for name, rule in routes(app):
        policy = policy_of(app.view_functions[rule.endpoint])
        if policy is None or not policy.public:
            protected.append((name.partition(" ")[0], path_of(rule, world.ids)))
    with serving(folder, where) as served:
        yield Open(served.port, protected)
    store.database.client.drop_database(settings.mongodb_db)
    engine.close()


def test_no_spelling_of_a_request_leads_a_stranger_to_content(front: Open) -> None:
    wrong: dict[str, object] = {}
    seen: Counter[int] = Counter()
    with Line(front.port) as line:
        for number, (method, path) in enumerate(front.protected):
            for each in _asked_of(number, method, path):
                status, body = line.ask(each)
                seen[status] += 1
                if not _is_refused(each, status, body):
                    wrong[f"{each.name}: {each.method} {each.target}"] = (status, body[:200])

    assert wrong == {}
    first = [path for _, path in front.protected if not _is_alias(path)]
    assert len(first) > 100
    assert sum(seen.values()) > 40 * len(first)
    assert seen[401] > len(front.protected)


def _asked_of(number: int, method: str, path: str) -> list[Spelled]:
    """All spellings; of a view's second name each fifth one, from path to path another fifth of them."""
    found = list(spelled(method, path))
    return found[number % 5 :: 5] if _is_alias(path) else found


def _is_alias(path: str) -> bool:
    return path.startswith("/api/") and not path.startswith("/api/v1/")


def test_the_records_could_be_seen(front: Open) -> None:
    # So that the test above finds a leak if there is one.
    with Line(front.port) as line:
        status, body = line.ask(Spelled("plain", "GET", "/health"))

    assert (status, b'"status"' in body) == (200, True)
    assert any(MARK in path for _, path in front.protected)


def _is_refused(each: Spelled, status: int, body: bytes) -> bool:
    if _repeats(each, body) or b'"data"' in body:
        return False
    if status == 200:
        return each.target == "/health" and body.startswith(b'{"status"')
    return status in REFUSED


def _repeats(each: Spelled, body: bytes) -> bool:
    """Whether the answer tells more of a record than the request did."""
    return MARK.encode() in body and MARK not in each.target


class Line:
    """One connection after another, on which requests are sent exactly as they are spelled."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._answers: io.BufferedReader | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def ask(self, each: Spelled) -> tuple[int, bytes]:
        """Status and body of the answer; a connection that is closed without one counts as 400."""
        headers = {"Host": "localhost", "Content-Length": "0", **each.headers}
        lines = [f"{each.method} {each.target} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items()), "", ""]
        sent = "\r\n".join(lines).encode("latin-1")
        for _ in range(2):  # the server may have closed a connection that was kept
            with suppress(OSError):
                return self._exchange(sent, each.method)
            self._close()
        return 400, b""

    def _exchange(self, sent: bytes, method: str) -> tuple[int, bytes]:
        if self._socket is None or self._answers is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), 20)
            self._answers = self._socket.makefile("rb")
        self._socket.sendall(sent)
        first = self._answers.readline()
        if not first:
            raise ConnectionError
        headers = dict(self._headers(self._answers))
        length = int(headers.get(b"content-length", b"0"))
        body = b"" if method == "HEAD" else self._answers.read(length)
        if headers.get(b"connection", b"").lower() == b"close":
            self._close()
        return int(first.split(b" ", 2)[1]), body

    def _headers(self, answers: io.BufferedReader) -> Iterator[tuple[bytes, bytes]]:
        while line := answers.readline().strip():
            name, _, value = line.partition(b":")
            yield name.lower(), value.strip()

    def _close(self) -> None:
        if self._socket is not None and self._answers is not None:
            self._answers.close()
            self._socket.close()
        self._socket = self._answers = None
