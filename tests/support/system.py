"""A whole flow8 in processes of its own, started as a newcomer starts it, and used from outside only."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from bench.ports import free_ports
from bench.processes import command_line, descendants

ROOT = Path(__file__).parents[2]
MODULES = Path(__file__).parent / "modules"
OURS = (
    "MONGODB_",
    "BROKER_",
    "SERVER_",
    "CHANNEL_",
    "MCP_",
    "DATA_DIR",
    "ENCRYPTION_",
    "RETENTION_",
    "LOG_",
    "WORKER_",
)
CHANNELS = 4

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What a server said: its body as JSON where it is JSON."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.text)


def call(
    method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, seconds: float = 60
) -> Answer:
    """One HTTP request; any status is an answer."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data, sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read().decode())


def until(look: Callable[[], T | None], seconds: float = 30, what: str = "it") -> T:
    """What `look` gives as soon as it gives something; an AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} seconds")


@dataclass
class System:
    """A running `up`. Its output is kept in `output`; `entering` stands before its command."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    entering: Sequence[str] = ()
    process: subprocess.Popen[bytes] = field(init=False)
    _before: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        ports = free_ports(CHANNELS + 2)
        self.web, self.mcp, self.channel = ports[0], ports[1], ports[2]
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(OURS)},
            "DATA_DIR": str(self.folder / "data"),
            "SERVER_PORT": str(self.web),
            "MCP_SERVER_PORT": str(self.mcp),
            "CHANNEL_PORT_RANGE": f"{ports[2]}-{ports[-1]}",
            "ADMIN_PASSWORD": "correct horse battery staple",
            "MODULES_DIR": str(MODULES),
            **self.settings,
        }

    @property
    def output(self) -> str:
        """All that `up` printed so far."""
        return (self.folder / "output.txt").read_text()

    def start(self) -> "System":
        """Start it and wait until it says that it is ready."""
        self._before = len(self.output) if (self.folder / "output.txt").exists() else 0
        with (self.folder / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [*self.entering, sys.executable, "-m", "flow8", "up"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        until(self._is_ready, 120, "the start")
        return self

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"flow8 ended with {self.process.returncode}:\n{self.output}")
        with contextlib.suppress(OSError):
            return "flow8 is ready" in self.output[self._before :] and self._channel_listens()
        return False

    def _channel_listens(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.channel), 1):
            return True

    def stop(self) -> int:
        """Stop it as Ctrl-C does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def header(self, name: str) -> dict[str, str]:
        """The header that a file of the first start holds."""
        key, _, value = (self.folder / "data" / "keys" / f"{name}.header").read_text().strip().partition(": ")
        return {key: value}

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """A request to the API with the key of the first start."""
        url = f"http://127.0.0.1:{self.web}/api/v1/{path}"
        return call(method, url, body, {**self.header("api-key"), **headers})

    def post_order(self, body: Any, **headers: str) -> Answer:
        """A request to the channel of the example."""
        return call(
            "POST",
            f"http://127.0.0.1:{self.channel}/orders",
            body,
            {**self.header("orders-token"), **headers},
        )

    def is_served(self, url: str) -> bool:
        """Whether an address answers a GET with 200."""
        try:
            return call("GET", url, None, {}).status == HTTPStatus.OK
        except OSError:
            return False

    def publish(self, flow: dict[str, Any]) -> None:
        """Import and publish a flow."""
        answer = self.api("POST", "flows/import?publish=true", flow)
        assert answer.status in (200, 201), answer.text

    def run(self, flow: str, **body: Any) -> Any:
        """Run a flow through the API; the answer's JSON."""
        answer = self.api("POST", f"flows/{flow}/run", {"args": {}, **body})
        assert answer.status in (200, 202), answer.text
        return answer.json

    def finished(self, play_id: str, seconds: float = 60) -> Any:
        """The play once it is over."""
        return until(lambda: self._over(play_id), seconds, f"the end of play {play_id}")

    def _over(self, play_id: str) -> Any:
        play = self.api("GET", f"plays/{play_id}").json
        return play if play["state"] in ("DONE", "FAIL", "SKIP", "FILTERED", "CANCELLED") else None

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command beside the running `up`."""
        return subprocess.run(
            [sys.executable, "-m", "flow8", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )

    def processes(self, *words: str) -> list[int]:
        """The ids of this system's processes whose command line holds all these words."""
        return [
            pid for pid in descendants(self.process.pid) if all(word in command_line(pid) for word in words)
        ]


def is_alive(process: int) -> bool:
    """Whether a process is there, and not just one that has ended and was not waited for."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


@contextlib.contextmanager
def running(folder: Path, *, entering: Sequence[str] = (), **settings: str) -> Iterator[System]:
    """A system that is stopped at the end, whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    system = System(folder, settings, entering)
    try:
        yield system.start()
    finally:
        if hasattr(system, "process"):
            system.stop()
