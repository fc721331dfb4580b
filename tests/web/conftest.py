"""What the front's tests may ask for: the app, browsers and programs that use it, a worker for the plays."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from flow8.domain.access import Role
from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from flow8.registry import Registry
from flow8.store.people import User
from tests.support.factories import a_flow
from tests.support.web import Browser, Program, a_bare_front, a_key, hash_of_password
from web.app import all_views, stand_over
from web.front import Front


@pytest.fixture(scope="session")
def views() -> Front:
    """A front with every view, made once."""
    return all_views()


@pytest.fixture
def app(views: Front, engine: Engine) -> Front:
    """The front over a real engine."""
    stand_over(views, engine)
    return views


@pytest.fixture(scope="session")
def bare_app(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory, registry: Registry
) -> Iterator[Front]:
    """A front over an empty database, for tests that leave nothing behind."""
    yield from a_bare_front(mongodb_uri, tmp_path_factory.mktemp("bare"), registry)


@pytest.fixture
def bare(bare_app: Front) -> FlaskClient:
    """Somebody who is not signed in, at a front that nobody knows."""
    return bare_app.test_client()


@pytest.fixture
def client(app: Front) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def program_as(app: Front, engine: Engine) -> Callable[[Role], Program]:
    """Makes a program whose key has a role."""
    return lambda role: Program(app.test_client(), a_key(engine, role))


@pytest.fixture
def program(program_as: Callable[[Role], Program]) -> Program:
    """A program that may do everything."""
    return program_as(Role.ADMIN)


@pytest.fixture
def administrator(engine: Engine) -> User:
    """A person with a password who may do everything."""
    company = engine.store.companies.ensure("default", "Default")
    return engine.store.users.create(
        "admin@localhost", "Administrator", hash_of_password(), {company.id: Role.ADMIN.value}
    )


@pytest.fixture
def stranger(app: Front) -> Browser:
    """A browser of somebody who is not signed in."""
    return Browser(app.test_client())


@pytest.fixture
def browser(app: Front, administrator: User) -> Browser:
    """The administrator's browser, signed in."""
    assert administrator.email == "admin@localhost"
    made = Browser(app.test_client())
    assert made.sign_in().status_code == 303
    return made


@pytest.fixture
def worker(engine: Engine) -> Iterator[None]:
    """Performs plays as they are accepted, beside the test."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.01):
            for play in engine.store.database["plays"].find({"state": "NEW"}, {"_id": 1}):
                perform(engine, play["_id"])

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join(10)


@pytest.fixture
def greeting(program: Program) -> str:
    """The permanent id of a published flow that greets, and wants to know whom."""
    flow = a_flow(
        {"ref": "greet", "appId": "var", "args": {"values": {"text": "Hello {{ $args.name }}"}}},
        flow="greeting",
        name="Greeting",
        input={
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string", "minLength": 2}},
        },
    )
    answer = program.post("flows/import?publish=true", json=flow)
    assert answer.status_code == 200, answer.text
    return "greeting"
