"""A whole flow8 with a MongoDB, a RabbitMQ and a small disk of its own, and what its processes say."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bench.ports import free_ports
from bench.rabbitmq import RabbitMq
from flow8 import embedded
from flow8.services.checks import CHECKS
from tests.support.system import Answer, System, call, is_alive, running, until

ROLES = ("web", "worker", "scheduler", "mcp")
WORDS = {
    "web": ("web.wsgi",),
    "worker": ("workers.boot",),
    "scheduler": ("-m", "scheduler"),
    "mcp": ("-m", "agents"),
}
"""What the command line of each of the four holds."""
WELL = {check.name: check.well for check in CHECKS}
DISK_BYTES = 64 * 1024 * 1024


@dataclass
class Doors:
    """A running flow8 and all that it stands on."""

    system: System
    mongodb: embedded.Embedded
    rabbitmq: RabbitMq
    health_port: int
    ports: dict[str, int] = field(default_factory=dict)

    def find(self) -> bool:
        """Learn which port is whose, the web's and MCP's own beside HEALTH_PORT's; whether all are known."""
        self.ports = {"web": self.system.web, "mcp": self.system.mcp}
        for port in range(self.health_port, self.health_port + 12):
            role = None if port in self.ports.values() else self._role_at(port)
            if role is not None:
                self.ports.setdefault(role, port)
        return len(self.ports) == len(ROLES)

    def _role_at(self, port: int) -> str | None:
        with contextlib.suppress(OSError):
            found = re.search(
                r'role="(\w+)"', call("GET", f"http://127.0.0.1:{port}/metrics", seconds=4).text
            )
            return None if found is None else found[1]
        return None

    def ask(self, role: str, path: str) -> Answer | None:
        """What a process answers; None when nobody answers at all within 4 seconds."""
        try:
            return call("GET", f"http://127.0.0.1:{self.ports[role]}{path}", seconds=4)
        except OSError:
            return None

    def is_ready(self, role: str) -> bool:
        """Whether a process says that it is ready."""
        answer = self.ask(role, "/readyz")
        return answer is not None and answer.status == 200

    def not_ready(self, role: str, check: str) -> str | None:
        """The word of a check in a process that says it is not ready, unless it is the word for well."""
        answer = self.ask(role, "/readyz")
        if answer is None or answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
            return None
        word: str = answer.json["checks"][check]
        return None if word == WELL[check] else word

    def all_ready(self, seconds: float = 40) -> None:
        """Wait until all four are."""
        for role in ROLES:
            until(lambda role=role: self.is_ready(role), seconds, f"{role} to be ready")  # type: ignore[misc]  # bound here

    def told(self, check: str, seconds: float) -> dict[str, tuple[float, str]]:
        """How soon each process says that it is not ready by a check, and its word; all are asked at once."""

        def wait(role: str) -> tuple[float, str]:
            began = time.monotonic()
            word = until(lambda: self.not_ready(role, check), seconds, f"{role} to say it is not ready")
            return time.monotonic() - began, word

        with ThreadPoolExecutor(len(ROLES)) as askers:
            return dict(zip(ROLES, askers.map(wait, ROLES), strict=True))

    def lives(self) -> dict[str, Any]:
        """What `/livez` of each says."""
        answers = {role: self.ask(role, "/livez") for role in ROLES}
        return {role: None if answer is None else answer.json for role, answer in answers.items()}

    @property
    def disk(self) -> Path:
        """Where flow8 keeps its files."""
        return self.system.folder / "data"

    def fill_disk(self) -> Path:
        """Leave no room on it; what fills it."""
        filler = self.disk / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 65536)
        return filler

    def restart_mongodb(self) -> None:
        """Start the MongoDB that was stopped."""
        self.mongodb = embedded.start(self.mongodb.folder)

    def hold_mongodb(self) -> Callable[[], None]:
        """Have MongoDB hang; what is called lets it go on."""
        process = self.mongodb.process
        process.send_signal(signal.SIGSTOP)
        return lambda: process.send_signal(signal.SIGCONT)

    def kill(self, role: str, number: int) -> None:
        """Kill one of the four with no warning: of a worker in turn the master and the process that works.

        It is gone afterwards, so that whatever answers from then on is another one.
        """
        pids = until(lambda: self.system.processes(*WORDS[role]), 20, f"{role} to be there")
        pid = pids[number % len(pids)]
        os.kill(pid, signal.SIGKILL)
        until(lambda: not is_alive(pid), 20, f"{role} to be gone")


def has_small_disks() -> bool:
    """Whether this user may mount one."""
    return os.geteuid() == 0


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of 64 MiB at this folder, if this user may mount one; otherwise the folder alone."""
    folder.mkdir(parents=True)
    mounted = (
        has_small_disks()
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)], check=False
        ).returncode
    )
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


@contextlib.contextmanager
def doors(folder: Path, rabbitmq: RabbitMq) -> Iterator[Doors]:
    """A flow8 whose four processes are ready."""
    mongodb = embedded.start(folder / "mongodb")
    [health_port] = free_ports(1)
    settings = {
        "MONGODB_URI": mongodb.uri,
        "BROKER_URL": rabbitmq.uri,
        "WORKER_PROCESSES": "1",
        "HEALTH_PORT": str(health_port),
    }
    with small_disk(folder / "flow8" / "data"), running(folder / "flow8", **settings) as system:
        made = Doors(system, mongodb, rabbitmq, health_port)
        until(made.find, 20, "a door of each process")
        made.all_ready()
        yield made
    made.mongodb.stop()
