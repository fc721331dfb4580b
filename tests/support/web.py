"""What tests of the front share: an address, keys, and the browsers and programs that use it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.settings import load
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.engine.engine import Engine, engine_of
from flow8.registry import Registry
from flow8.services import keys, passwords
from flow8.store import open_store
from tests.support.keys import KEYS
from web.app import create_app
from web.front import Front

ADDRESS = "http://localhost:4454"
PASSWORD = "a long enough password"


@cache
def hash_of_password() -> str:
    """The hash of `PASSWORD`, made once: each takes a fifth of a second of a core."""
    return passwords.hash_of(PASSWORD)


def an_actor(engine: Engine, role: Role = Role.ADMIN) -> Actor:
    """Somebody with a role in the default company."""
    company = engine.store.companies.ensure("default", "Default")
    return Actor(company.id, f"a {role}", RIGHTS[role], "test")


def a_bare_front(mongodb_uri: str, folder: Path, registry: Registry) -> Iterator[Front]:
    """A front over an empty database, for tests that leave nothing behind and so may share it."""
    where = {"MONGODB_URI": mongodb_uri, "MONGODB_DB": "flow8_test_bare", "DATA_DIR": str(folder)}
    settings = load({**where, **KEYS})
    engine = engine_of(settings, open_store(settings), registry)
    yield create_app(engine)
    engine.close()


def a_key(engine: Engine, role: Role = Role.ADMIN, scopes: tuple[str, ...] = (keys.STANDARD,)) -> str:
    """The text of a new key with a role."""
    _, text = keys.create_key(engine, an_actor(engine), name=f"for {role}", role=role.value, scopes=scopes)
    return text


@dataclass
class Program:
    """A program that speaks to the API with a key, or with none."""

    client: FlaskClient
    key: str | None
    base: str = "/api/v1"
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        """Send one request; `more` is what Flask's test client takes."""
        headers = {**self.headers, **more.pop("headers", {})}
        if self.key is not None:
            headers["Authorization"] = f"Bearer {self.key}"
        return self.client.open(f"{self.base}/{path}", method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        """GET."""
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        """POST."""
        return self.ask("POST", path, **more)


@dataclass
class Browser:
    """A browser: keeps its cookie, and says from which page its forms come."""

    client: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, base_url=ADDRESS, headers={"Accept": "text/html"}, **more)

    def send(self, path: str, fields: dict[str, str], **headers: str) -> TestResponse:
        """Send a form from a page of ours."""
        told = {"Accept": "text/html", "Origin": ADDRESS, **headers}
        return self.client.post(path, base_url=ADDRESS, data=fields, headers=told)

    def sign_in(self, password: str = PASSWORD, back: str = "/") -> TestResponse:
        """Fill in the sign-in form."""
        return self.send("/sign-in", {"email": "admin@localhost", "password": password, "back": back})
