"""The command line in this process, over a test's own database, and a worker that performs what it starts."""

import threading
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from flow8.cli import flow8
from flow8.engine.engine import Engine
from flow8.engine.perform import perform

Command = Callable[..., Result]


@pytest.fixture
def call(environment: dict[str, str], engine: Engine) -> Command:  # noqa: ARG001 - it makes the company
    """Run one command line; `text` is what it reads."""

    def run(*arguments: str, text: str | bytes | None = None) -> Result:
        return CliRunner(env=environment).invoke(flow8, arguments, input=text, catch_exceptions=False)

    return run


@pytest.fixture
def worker(engine: Engine) -> Iterator[None]:
    """Performs plays as they come."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.01):
            for found in engine.store.database["plays"].find({"state": "NEW"}):
                perform(engine, found["_id"])

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()
