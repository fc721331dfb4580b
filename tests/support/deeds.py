"""Crews for endurance tests: their flowlets are the deeds of chaos, which tell when and where they ran."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from bench import processes
from bench.chaos.evidence import Line, read_log
from bench.chaos.stage import MODULES
from flow8.broker.choose import open_bell
from flow8.registry import load_registry
from tests.support.crew import Crew, Worker, crew_of
from tests.support.sizes import sized
from tests.support.system import until

BROKERS: Final[list[Any]] = sized(["mongodb"], ["mongodb", pytest.param("amqp", marks=pytest.mark.rabbitmq)])


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings that name the broker: none, for the queue in MongoDB; in full size RabbitMQ as well."""
    if request.param == "mongodb":
        return {}
    uri: str = request.getfixturevalue("rabbitmq_uri")
    return {"BROKER_URL": uri}


@pytest.fixture
def deed_crew(mongodb_uri: str, broker: Mapping[str, str], tmp_path: Path) -> Iterator[Crew]:
    """A crew whose catalogue has the deed, with a scheduler, without workers yet."""
    with crew_of(mongodb_uri, load_registry([MODULES]), tmp_path) as crew:
        crew.environment |= {"MODULES_DIR": str(MODULES), **broker}
        crew.engine.bell = open_bell(broker.get("BROKER_URL"), lambda: crew.engine.store.queue_jobs)
        with _scheduler(crew):
            yield crew


def deed(log: Path, ref: str, effect: str, milliseconds: str, **fields: Any) -> dict[str, Any]:
    """A flowlet that leaves its marks in the effect log and takes so long, which may be an expression."""
    args = {"log": str(log), "n": "{{ $args.n }}", "effect": effect, "milliseconds": milliseconds}
    return {"ref": ref, "appId": "deed", "args": args, **fields}


@contextmanager
def _scheduler(crew: Crew) -> Iterator[None]:
    scheduler = processes.start(
        [sys.executable, "-m", "scheduler"], crew.environment, crew.folder / "scheduler.log"
    )
    try:
        yield
    finally:
        processes.stop(scheduler)


def start_workers(crew: Crew, count: int, **settings: str) -> list[Worker]:
    """So many workers, started side by side, once all of them are ready."""
    workers = [crew.launch(**settings) for _ in range(count)]
    until(lambda: all(is_ready(worker) for worker in workers), 30 + 3 * count, f"{count} workers")
    return workers


def is_ready(worker: Worker) -> bool:
    """Whether a worker takes plays."""
    return "Worker process is ready" in worker.output


def lines_of(crew: Crew) -> list[Line]:
    """What the deeds left in the effect log so far."""
    log = crew.stage.log
    return read_log(log.read_text().rpartition("\n")[0]) if log.exists() else []
