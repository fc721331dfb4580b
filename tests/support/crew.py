"""Workers for tests: started as the Procfile says, in processes of their own, used from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bench.ports import free_ports
from config.settings import load
from flow8.domain.access import RIGHTS, Actor, Role
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine, engine_of
from flow8.ids import new_id
from flow8.registry import Registry
from flow8.services import channels
from flow8.services.channels import MadeChannel
from flow8.store import Store, open_store
from flow8.store.flows import FlowRecord
from flow8.supervise import end_with_parent, read_procfile
from tests.support.channels import TOKEN
from tests.support.engines import Stage
from tests.support.keys import KEYS
from tests.support.system import MODULES, OURS, ROOT, Answer, call, until

AUTHORIZATION = {"Authorization": f"Bearer {TOKEN}"}


@dataclass
class Worker:
    """One worker line of the Procfile."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        """All that it said so far."""
        return self.log.read_text()

    def children(self) -> list[int]:
        """Dramatiq's processes under its master."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def ask_to_stop(self) -> None:
        """SIGTERM, to the master alone, as the supervisor sends it."""
        self.process.send_signal(signal.SIGTERM)

    def stop(self, seconds: float = 40) -> int:
        """Stop it; its exit code."""
        if self.process.poll() is None:
            self.ask_to_stop()
        return self.process.wait(seconds)


@dataclass
class Crew:
    """A database, channels in it, and workers that serve them."""

    engine: Engine
    stage: Stage
    folder: Path
    environment: dict[str, str]
    workers: list[Worker] = field(default_factory=list)

    @property
    def ports(self) -> range:
        """The ports that channels get."""
        return self.engine.settings.channel_port_range

    @property
    def actor(self) -> Actor:
        """Somebody who may do everything."""
        return Actor(self.stage.company_id, "tests", RIGHTS[Role.ADMIN], door="test")

    def start(self, **settings: str) -> Worker:
        """A worker that is ready, with these settings besides."""
        worker = self.launch(**settings)
        until(lambda: "Worker process is ready" in worker.output, what=f"a worker\n{worker.output}")
        return worker

    def launch(self, **settings: str) -> Worker:
        """A worker that was just started."""
        log = self.folder / f"worker{len(self.workers)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["sh", "-c", f"exec {read_procfile(ROOT / 'Procfile')['worker']}"],
                cwd=ROOT,
                env={**self.environment, **settings},
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - one prctl call, no lock
            )
        self.workers.append(Worker(process, log))
        return self.workers[-1]

    def publish(self, flow: dict[str, Any]) -> FlowRecord:
        """A published flow; in the second try of a test, another version of what the first one left."""
        flows = self.engine.store.flows
        left = flows.find(self.stage.company_id, flow["flow"])
        if left is None:
            return self.stage.publish(flow)
        return flows.publish(flows.save_draft(left, flow, "test"), None, "test")

    def open_channel(self, flow: FlowRecord | None = None, **route: Any) -> MadeChannel:
        """A channel of its own port; with a flow also a route to it, `POST /orders` unless told otherwise."""
        made = channels.create_channel(
            self.engine, self.actor, name=f"channel {new_id()}", kind="http", auth_token=TOKEN
        )
        if flow is not None:
            self.add_route(made, flow, **route)
        return made

    def add_route(self, made: MadeChannel, flow: FlowRecord, **route: Any) -> None:
        """One more route of a channel."""
        wish = {"name": "orders", "http_method": "POST", "path": "/orders", **route}
        channels.add_route(self.engine, self.actor, made.channel.id, target_flows=[flow.id], **wish)

    def serve(self, flow: dict[str, Any], **route: Any) -> int:
        """The port of a new channel that plays this flow, once it is served."""
        port = self.open_channel(self.publish(flow), **route).channel.port
        until(lambda: self.answers(port), what=f"port {port}")
        return port

    def answers(self, port: int, path: str = "/orders") -> bool:
        """Whether the channel of a port is served and knows a route of this path."""
        try:
            return self.ask(port, method="PURGE", path=path).status == 405
        except OSError:
            return False

    def ask(self, port: int, body: Any = None, *, method: str = "POST", path: str = "/orders") -> Answer:
        """One request with the token."""
        return call(method, f"http://127.0.0.1:{port}{path}", body, AUTHORIZATION, 40)

    def rest(self) -> None:
        """Wait for the plays of earlier tests, whose callers may have gone, to leave the pool."""
        plays = self.engine.store.database["plays"]
        until(lambda: plays.count_documents({"state": PlayState.RUN.value}) == 0, 20, "rest")
        time.sleep(0.2)  # a play ends in the database just before it does in its worker

    def close(self) -> None:
        """Stop every worker."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.ask_to_stop()
        for worker in self.workers:
            worker.process.wait(40)


def _environment(mongodb_uri: str, folder: Path) -> dict[str, str]:
    ports = free_ports(6)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(OURS)},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DB": f"flow8_test_{new_id()}",
        "DATA_DIR": str(folder / "data"),
        "MODULES_DIR": str(MODULES),
        "CHANNEL_HOST": "127.0.0.1",
        "CHANNEL_PORT_RANGE": f"{ports[0]}-{ports[-1]}",
        "WORKER_THREADS": "20",
        **KEYS,
    }


@contextmanager
def crew_of(mongodb_uri: str, registry: Registry, folder: Path) -> Iterator[Crew]:
    """A crew in a database of its own, gone at the end with its workers."""
    environment = _environment(mongodb_uri, folder)
    settings = load(environment)
    settings.data_dir.mkdir(parents=True)
    store: Store = open_store(settings)
    store.prepare()
    engine = engine_of(settings, store, registry)
    made = Crew(engine, Stage(engine, folder / "effects.log"), folder, environment)
    yield made
    made.close()
    store.database.client.drop_database(settings.mongodb_db)
    engine.close()


@pytest.fixture
def crew(mongodb_uri: str, registry: Registry, tmp_path: Path) -> Iterator[Crew]:
    """A crew without workers yet."""
    with crew_of(mongodb_uri, registry, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared_crew(
    mongodb_uri: str, registry: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crew]:
    """A crew with one running worker for all tests of a file. Its clients may take 2 seconds to speak."""
    with crew_of(mongodb_uri, registry, tmp_path_factory.mktemp("crew")) as made:
        made.start(
            READ_TIMEOUT_SECONDS="2", CHANNEL_POOL_SIZE="3", MAX_REQUEST_SIZE_MB="2", LOG_LEVEL="debug"
        )
        yield made
