"""A private RabbitMQ node for tests, which they may kill, wipe and start again."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from flow8.supervise import end_with_parent

PROGRAMS: Final = ("/usr/lib/rabbitmq/bin/rabbitmq-server",)
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0


def find_program() -> str | None:
    """The server script itself: the one on PATH of some systems insists on a user and files of its own."""
    return next((each for each in PROGRAMS if os.access(each, os.X_OK)), None) or shutil.which(
        "rabbitmq-server"
    )


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RabbitMq:
    """One node with a name server of its own, on loopback ports and in a folder that nobody else uses."""

    def __init__(self, folder: Path, program: str) -> None:
        self._folder, self._program = folder, program
        self._port, self._link_port, self._names_port = free_port(), free_port(), free_port()
        self._names: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Where it listens, also while it does not."""
        return f"amqp://guest:guest@127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Start the node and wait until it accepts connections."""
        self._start_names()
        (self._folder / "plugins").touch()
        self._node = self._popen([self._program], self._folder / "output")
        until = time.monotonic() + START_SECONDS
        while not answers(self._port):
            if self._node.poll() is not None or time.monotonic() > until:
                raise RuntimeError(
                    f"RabbitMQ did not start:\n{(self._folder / 'output').read_text()[-2000:]}"
                )
            time.sleep(0.05)

    def kill(self) -> None:
        """End the node as a power cut would."""
        if self._node is not None:
            self._node.kill()
            self._node.wait()
            self._node = None

    def wipe(self) -> None:
        """Forget everything; only while the node is down."""
        shutil.rmtree(self._folder / "mnesia", ignore_errors=True)

    def stop(self) -> None:
        """End the node in good order, then its name server."""
        if self._node is not None:
            self._node.terminate()
            try:
                self._node.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
            self._node = None
        if self._names is not None:
            self._names.kill()
            self._names.wait()
            self._names = None

    def _start_names(self) -> None:
        if self._names is not None:
            return
        epmd = shutil.which("epmd") or "epmd"
        self._names = self._popen(
            [epmd, "-port", str(self._names_port), "-address", "127.0.0.1"], self._folder / "names"
        )

    def _popen(self, command: list[str], output: Path) -> subprocess.Popen[bytes]:
        with output.open("ab") as log:
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
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self._folder),  # the cookie lies here
            "ERL_EPMD_PORT": str(self._names_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "flow8@localhost",
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


def answers(port: int) -> bool:
    """Whether something listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMq]:
    """A running node for each file of tests: what one leaves in its queues must not reach another.

    A test that kills it starts it again.
    """
    program = find_program()
    if program is None:
        missing = "There is no rabbitmq-server program here."
        if os.environ.get("FLOW8_TEST_ALL") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    node = RabbitMq(tmp_path_factory.mktemp("rabbitmq"), program)
    try:
        node.start()
        yield node
    finally:
        node.stop()


@pytest.fixture
def rabbitmq_uri(rabbitmq: RabbitMq) -> str:
    """The address of this file's RabbitMQ."""
    return rabbitmq.uri
