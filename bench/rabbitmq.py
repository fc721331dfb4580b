"""A RabbitMQ node of a run's own, on loopback ports and in a folder that nobody else uses.

It may be killed, wiped and started again.
"""

import os
import shutil
import signal
import socket
import struct
import subprocess
from functools import partial
from pathlib import Path
from typing import BinaryIO

from bench import processes
from bench.faults import NotHere, Wrong
from bench.ports import free_ports
from config.settings import environment_with
from flow8.ids import new_id
from flow8.supervise import end_with_parent

SCRIPT = "/usr/lib/rabbitmq/bin/rabbitmq-server"
"""The server script itself: the one on PATH of some systems insists on a user and files of its own."""
START_SECONDS = 50.0
LOOK_SECONDS = 1.0
HELLO = b"AMQP\x00\x00\x09\x01"
START_METHOD = b"\x00\x0a\x00\x0a"
METHOD_FRAME = b"\x01"
FRAME = struct.Struct(">BHI")
"""How a frame begins: its kind, its channel, the length of what it carries."""


def find_program() -> str | None:
    """The program that starts a node; None where RabbitMQ is not installed."""
    return SCRIPT if os.access(SCRIPT, os.X_OK) else shutil.which("rabbitmq-server")


class RabbitMq:
    """One node with a name server of its own. Call it in the main thread, with which it ends.

    It has the settings of `node.conf` in its folder, if somebody has put one there.

    Raises:
        NotHere: RabbitMQ is not installed.
    """

    def __init__(self, folder: Path) -> None:
        program = find_program()
        if program is None:
            raise NotHere("There is no rabbitmq-server program here; install RabbitMQ to use one.")
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._program = folder, program
        self._ports = free_ports(3)
        self._name = f"flow8-{new_id()}@"  # its greeting tells it: nobody else is taken for it
        self._has_started = False
        self._names: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Where it listens once it has started, and then always, also while it is down."""
        return f"amqp://guest:guest@127.0.0.1:{self._ports[0]}/"

    @property
    def folder(self) -> Path:
        """Where it keeps everything: its messages, its log, its output."""
        return self._folder

    def start(self) -> None:
        """Start it and wait until it speaks AMQP. Its first start is tried twice, on other ports each time.

        Raises:
            Wrong: it does not.
        """
        try:
            self._start()
        except Wrong:
            if self._has_started:
                raise
            self._begin_anew()
            self._start()
        self._has_started = True

    def _start(self) -> None:
        self.launch()
        processes.until(self._is_ready, START_SECONDS, self._its_start())

    def _begin_anew(self) -> None:
        self.kill()
        self.stop()
        self.wipe()
        self._ports = free_ports(3)

    def _is_ready(self) -> bool:
        if self._node is not None and self._node.poll() is not None:
            raise Wrong(f"{self._its_start()} failed: {self._last_words()}")
        return self._name.encode() in greeting(self._ports[0])

    def _its_start(self) -> str:
        return f"the start of RabbitMQ (its output: {self._folder / 'output'})"

    def _last_words(self) -> str:
        return (self._folder / "output").read_text(errors="replace")[-2000:]

    def launch(self) -> None:
        """Start it without waiting."""
        if self._names is None:
            names = [shutil.which("epmd") or "epmd", "-port", str(self._ports[2]), "-address", "127.0.0.1"]
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

    def freeze(self) -> None:
        """Have the node hang: it holds its connections and does nothing, until `thaw`."""
        if self._node is not None:
            self._node.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        if self._node is not None:
            self._node.send_signal(signal.SIGCONT)

    def wipe(self) -> None:
        """Forget everything; only while the node is down."""
        shutil.rmtree(self._folder / "mnesia", ignore_errors=True)

    def stop(self) -> None:
        """End the node in good order, then its name server."""
        if self._node is not None:
            processes.stop(self._node)
        if self._names is not None:
            processes.stop(self._names, signal.SIGKILL)
        self._node = self._names = None

    def _popen(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / "output").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self._folder,  # where a crash leaves its dump
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - one prctl call, no lock
            )

    def _environment(self) -> dict[str, str]:
        port, link_port, names_port = map(str, self._ports)
        return {
            "PATH": environment_with({}).get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self._folder),  # the cookie lies here
            "ERL_EPMD_PORT": names_port,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"{self._name}localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": port,
            "RABBITMQ_DIST_PORT": link_port,
            "RABBITMQ_MNESIA_BASE": str(self._folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(self._folder / "node.conf"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
            "detached": "true",  # the script then becomes the node, so that a signal reaches it
        }


def greeting(port: int) -> bytes:
    """What the AMQP server on a port says of itself to whoever comes; empty when none greets there."""
    try:
        with socket.create_connection(("127.0.0.1", port), LOOK_SECONDS) as connection:
            connection.sendall(HELLO)
            with connection.makefile("rb") as answer:
                return _start_method(answer)
    except OSError:
        return b""


def _start_method(answer: BinaryIO) -> bytes:
    head = answer.read(FRAME.size)
    if not head.startswith(METHOD_FRAME) or len(head) < FRAME.size:
        return b""
    carried = answer.read(FRAME.unpack(head)[-1])
    return carried if carried.startswith(START_METHOD) else b""
