"""A RabbitMQ node of a run's own, on loopback ports, that may be killed and come back."""

import os
import shutil
import subprocess
from functools import partial
from pathlib import Path

from bench import processes
from bench.faults import NotHere
from config.settings import environment_with
from flow8.supervise import end_with_parent

SCRIPT = "/usr/lib/rabbitmq/bin/rabbitmq-server"
"""The server script itself: the one on PATH of some systems insists on a user and files of its own."""
START_SECONDS = 60.0
STOP_SECONDS = 20.0


def find_program() -> str | None:
    """The program that starts a node; None where RabbitMQ is not installed."""
    return SCRIPT if os.access(SCRIPT, os.X_OK) else shutil.which("rabbitmq-server")


class RabbitMq:
    """One node. Call it in the main thread, with which it ends."""

    def __init__(self, folder: Path) -> None:
        program = find_program()
        if program is None:
            raise NotHere(
                "There is no rabbitmq-server program here; install RabbitMQ, or leave --broker out."
            )
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._program = folder, program
        self._port, self._link_port, self._names_port = processes.free_ports()[:3]
        self._names: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Where it listens, also while it does not."""
        return f"amqp://guest:guest@127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Start it and wait until it accepts connections.

        Raises:
            Wrong: it does not.
        """
        self.launch()
        what = f"the start of RabbitMQ (its output: {self._folder / 'output'})"
        processes.until(lambda: processes.listens(self._port), START_SECONDS, what)

    def launch(self) -> None:
        """Start it without waiting."""
        if self._names is None:
            names = [shutil.which("epmd") or "epmd", "-port", str(self._names_port), "-address", "127.0.0.1"]
            self._names = self._popen(names)
        (self._folder / "plugins").touch()
        self._node = self._popen([self._program])

    def kill(self) -> tuple[int, ...]:
        """End the node as a power cut would; the process that it was, none if it does not run."""
        if self._node is None or self._node.poll() is not None:
            return ()
        self._node.kill()
        self._node.wait()
        return (self._node.pid,)

    def stop(self) -> None:
        """End the node and its name server."""
        for process in (self._node, self._names):
            if process is not None:
                processes.stop(process)
        self._node = self._names = None

    def _popen(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / "output").open("ab") as log:
            return subprocess.Popen(
                command,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - one prctl call, no lock
            )

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": environment_with({}).get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self._folder),  # the cookie lies here
            "ERL_EPMD_PORT": str(self._names_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "flow8chaos@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(self._link_port),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(self._folder / "none"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
            "detached": "true",  # the script then becomes the node, so that a signal reaches it
        }
