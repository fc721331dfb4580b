"""What the measurements of a run share: MongoDB, flow8, the bare programs; each starts when first used."""

import contextlib
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench import processes, work
from bench.bare.plays import make_ended
from bench.bare.queues import QUEUES
from bench.options import Options
from bench.ports import free_port
from bench.system import Channel, System
from config.settings import load
from flow8 import embedded
from flow8.domain.lanes import LANES
from flow8.embedded import Embedded
from flow8.store.database import SURE, Documents
from flow8.store.queue_jobs import QueueJobs

OURS = "flow8"
BARE = "bare"
CACHE_GB = 0.25
START_SECONDS = 30.0
FLOWS = (work.THREE, work.STORED_FIRST, work.FORTY, work.CHECKPOINTS, work.WAITS, work.LOOP, work.LOOP_OF_TEN)


@dataclass(frozen=True)
class Server:
    """Programs that answer on a port."""

    port: int
    pids: tuple[int, ...]


class Stage(contextlib.ExitStack):
    """Everything is stopped at the end, what was started last first."""

    def __init__(self, options: Options, folder: Path) -> None:
        super().__init__()
        self.options, self.folder = options, folder
        self.workers = load({}).worker_processes
        self.orders = work.orders(options.seed)

    @cached_property
    def mongodb(self) -> Embedded:
        """The MongoDB of everything that is measured; only a cold start brings its own."""
        server = embedded.start(self.folder / "mongodb", mongod=load({}).flow8_mongod, cache_gb=CACHE_GB)
        self.callback(server.stop)
        return server

    @cached_property
    def client(self) -> MongoClient[dict[str, Any]]:
        """A connection to it."""
        client: MongoClient[dict[str, Any]] = MongoClient(self.mongodb.uri, tz_aware=True)
        self.callback(client.close)
        return client

    def database(self, name: str) -> Documents:
        """One of its databases."""
        return self.client.get_database(name, write_concern=SURE)

    def system_of(self, name: str, **settings: str) -> System:
        """A flow8 over the shared MongoDB, in a database and a folder of this name; not started."""
        broker = {} if self.options.broker is None else {"BROKER_URL": self.options.broker}
        shared = {"MONGODB_URI": self.mongodb.uri, "MONGODB_DB": name, **broker}
        system = System(self.folder / name, {**shared, **settings})
        self.callback(system.stop)
        return system

    @cached_property
    def system(self) -> System:
        """The flow8 that is measured, with its settings as they are by default."""
        system = self.system_of(OURS).start()
        system.publish(*FLOWS)
        return system

    @cached_property
    def channel(self) -> Channel:
        """Its channel, with a route for each flow."""
        return self.system.open_channel(FLOWS)

    def bare_settings(self) -> dict[str, str]:
        """What the bare programs are told."""
        folder = self.folder / BARE
        folder.mkdir(exist_ok=True)
        broker = {} if self.options.broker is None else {"BROKER_URL": self.options.broker}
        return {
            "MONGODB_URI": self.mongodb.uri,
            "MONGODB_DB": BARE,
            "DATA_DIR": str(folder),
            **broker,
        }

    @cached_property
    def bare_stack(self) -> Server:
        """As many bare handlers on one port as flow8 has workers."""
        port = free_port()
        command = [sys.executable, "-m", "bench.bare.stack", str(port)]
        pids = [self._bare(command, "stack.txt").pid for _ in range(self.workers)]
        return self._listening(port, *pids)

    @cached_property
    def bare_front(self) -> Server:
        """Flask behind gunicorn, with as many processes as flow8's web has."""
        _ = self.bare_workers
        port = free_port()
        command = [
            *(str(processes.BIN / "gunicorn"), "-k", "gevent", "-w", str(load({}).web_concurrency)),
            *("-b", f"127.0.0.1:{port}", "--worker-connections", "2000", "--keep-alive", "5"),
            *("--no-control-socket", "bench.bare.front:app"),
        ]
        return self._listening(port, self._bare(command, "front.txt").pid)

    @cached_property
    def bare_workers(self) -> tuple[int, ...]:
        """The processes of bare Dramatiq workers, as many as flow8 has and with as many threads."""
        database = self.database(BARE)
        make_ended(database)
        QueueJobs(database).ensure_indexes()
        command = [
            *(str(processes.BIN / "dramatiq-gevent"), "bench.bare.boot:set_up", "bench.bare.actors"),
            *("--processes", "1", "--threads", str(load({}).worker_threads), "--queues", *QUEUES),
        ]
        masters = [self._bare(command, "workers.txt").pid for _ in range(self.workers)]
        log = self.folder / BARE / "workers.txt"
        processes.until(
            lambda: log.read_text().count("Worker process is ready") >= self.workers,
            START_SECONDS,
            f"the start of bare workers (their output: {log})",
        )
        return tuple(pid for master in masters for pid in (master, *processes.descendants(master)))

    def _bare(self, command: list[str], log: str) -> subprocess.Popen[bytes]:
        settings = self.bare_settings()
        process = processes.start(command, settings, self.folder / BARE / log)
        self.callback(processes.stop, process)
        return process

    def _listening(self, port: int, *pids: int) -> Server:
        processes.until(lambda: processes.listens(port), START_SECONDS, f"the start of port {port}")
        found = [each for pid in pids for each in (pid, *processes.descendants(pid))]
        return Server(port, tuple(found))


def queue_names() -> tuple[str, ...]:
    """Every queue that a run uses in its broker."""
    return (*LANES, *QUEUES)
