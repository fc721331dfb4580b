"""What every test may ask for: a MongoDB of its own run, a database and a store of its own test."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings, load
from flow8 import embedded
from flow8.ids import new_id
from flow8.store import Store
from flow8.store.database import Documents, open_database
from flow8.store.store import store_of
from tests.support.engines import engine, registry, stage  # noqa: F401 - fixtures
from tests.support.keys import KEYS
from tests.support.memory import folder_in_memory
from tests.support.programs import libreoffice  # noqa: F401 - fixture
from tests.support.rabbitmq import rabbitmq, rabbitmq_uri  # noqa: F401 - fixtures

SLOW = ("journeys", "endurance", "bench", "ui", "agents", "workers", "deploy", "house", "cli")
"""Folders whose tests take longest; they begin first, so that at the end nobody waits for one of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow tests first, and give what uses real processes and clocks a second try, as the run says.

    Not so what looks for rare faults with generated input: there one failure is a finding.
    """
    items.sort(key=lambda item: not any(folder in item.path.parts for folder in SLOW))
    for item in items:
        if not getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real MongoDB, started for this run and gone after it."""
    with folder_in_memory(tmp_path_factory.mktemp("mongodb")) as folder:
        server = embedded.start(folder, mongod=os.environ.get("FLOW8_MONGOD"))
        yield server.uri
        server.stop()


@pytest.fixture
def database_name() -> str:
    """A database name that no other test uses."""
    return f"flow8_test_{new_id()}"


@pytest.fixture
def environment(mongodb_uri: str, tmp_path: Path) -> dict[str, str]:
    """A test's settings as environment variables: a database empty at its start, its own data directory."""
    return {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DB": "flow8_test",
        "DATA_DIR": str(tmp_path / "data"),
        **KEYS,
    }


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    """The settings of a test."""
    return load(environment)


def empty(database: Documents) -> None:
    """Remove all documents but what tells which indexes are there; one question finds where there are any."""
    names = database.list_collection_names(filter={"options.capped": {"$ne": True}})
    first, *others = (name for name in names if name != "migrations")
    beside = [{"$unionWith": {"coll": name, "pipeline": name_if_filled(name)}} for name in others]
    for filled in database[first].aggregate([*name_if_filled(first), *beside]):
        database[filled["_id"]].delete_many({})


def name_if_filled(collection: str) -> list[dict[str, Any]]:
    """The stages that leave of a collection its name, and nothing when it is empty."""
    return [{"$limit": 1}, {"$project": {"_id": {"$literal": collection}}}]


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A prepared and empty store. Indexes stay from test to test: making them costs most of a second."""
    opened = store_of(open_database(settings))
    if "plays" not in opened.database.list_collection_names():
        opened.prepare()
    yield opened
    empty(opened.database)
    opened.close()
