"""A whole flow8 for the bench, started as people start it: `up` in a folder of its own, on free ports."""

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bench import processes
from bench.faults import Wrong
from bench.load import Call, Check, post
from bench.ports import free_ports
from config.kinds import ROOT

START_SECONDS = 60.0
PORTS = 8
"""Web, MCP, and the others for channels."""
MODULES = ROOT / "bench" / "modules"
PROGRAMS = {"web": "web.wsgi", "worker": "workers.boot", "scheduler": "scheduler", "mcp": "agents"}
"""What the command line of each of the programs of `up` holds."""

Channel = tuple[int, str]
"""The port of a channel, and its token."""


class System:
    """One `up`. Its folder may be started again, and has then what it had."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        ports = free_ports(PORTS)
        self.web = ports[0]
        self.settings = {
            "DATA_DIR": str(folder / "data"),
            "SERVER_PORT": str(ports[0]),
            "MCP_SERVER_PORT": str(ports[1]),
            "CHANNEL_PORT_RANGE": f"{ports[2]}-{ports[-1]}",
            "MODULES_DIR": str(MODULES),
            "OUTBOUND_ALLOW": "127.0.0.0/8",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._output = folder / "output.txt"
        self._said_before = 0

    def launch(self) -> None:
        """Start it, without waiting."""
        self._said_before = self._output.stat().st_size if self._output.exists() else 0
        command = [sys.executable, "-m", "flow8", "up"]
        self._process = processes.start(command, self.settings, self._output)

    def start(self) -> "System":
        """Start it and wait until everything is there."""
        self.launch()
        processes.until(lambda: self.is_healthy() and self._has_greeted(), START_SECONDS, self._start_of())
        return self

    def _start_of(self) -> str:
        return f"the start of flow8 (its output: {self._output})"

    def _has_greeted(self) -> bool:
        return b"flow8 is ready" in self._output.read_bytes()[self._said_before :]

    def is_healthy(self) -> bool:
        """Whether `/health` answers 200.

        Raises:
            Wrong: the process has ended.
        """
        if self._process is not None and self._process.poll() is not None:
            raise Wrong(f"{self._start_of()} failed: {self._last_words()}")
        with suppress(OSError, http.client.HTTPException):
            return self._ask("GET", "/health")[0] == HTTPStatus.OK
        return False

    def _last_words(self) -> str:
        lines = self._output.read_text(errors="replace").strip().splitlines()
        return " / ".join(lines[-3:])

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self._process is not None:
            processes.stop(self._process, signal.SIGINT)
            self._process = None

    @property
    def pid(self) -> int:
        """The process of `up` itself."""
        return 0 if self._process is None else self._process.pid

    def pids(self, program: str) -> list[int]:
        """The processes of one program: `web`, `worker`, `scheduler` or `mcp`."""
        words = PROGRAMS[program]
        return [pid for pid in processes.descendants(self.pid) if words in processes.command_line(pid)]

    def publish(self, *flows: Mapping[str, Any]) -> None:
        """Import and publish flows."""
        for flow in flows:
            self._import(json.dumps(flow))

    def open_channel(self, flows: Sequence[Mapping[str, Any]]) -> Channel:
        """A channel that plays each of these published flows at `POST /<flow>`."""
        routes = [
            {"httpMethod": "POST", "path": f"/{flow['flow']}", "flow": flow["flow"], "timeoutSeconds": 60}
            for flow in flows
        ]
        channel = {"channel": "bench", "kind": "http", "routes": routes}
        made = self._import(f"{json.dumps(flows[0])}\n---\n{json.dumps(channel)}")["channels"][0]
        port: int = made["port"]
        processes.until(lambda: processes.listens(port), START_SECONDS, "the channel")
        return port, made["authToken"]

    def run_call(self, flow: str, body: Mapping[str, Any], is_right: Check) -> Call:
        """`POST flows/<flow>/run` with the key of the first start."""
        path = f"/api/v1/flows/{flow}/run"
        return post(path, json.dumps(body).encode(), is_right, Authorization=self._key())

    def _key(self) -> str:
        header = (self.folder / "data" / "keys" / "api-key.header").read_text()
        return header.partition(": ")[2].strip()

    def _import(self, text: str) -> Any:
        path = "/api/v1/flows/import?publish=true"
        headers = {"Authorization": self._key(), "Content-Type": "application/yaml"}
        status, body = self._ask("POST", path, text.encode(), headers)
        if status != HTTPStatus.OK:
            raise Wrong(f"the import of a flow was answered {status}: {body.decode(errors='replace')}")
        return json.loads(body)

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.web, timeout=10)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
