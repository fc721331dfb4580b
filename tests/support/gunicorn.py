"""The front as it really runs: a gunicorn with gevent workers, started for a test and stopped after it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.ports import free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Served:
    """A running front: its master process, its port, its output so far."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path

    def get(self, path: str, seconds: float = 15) -> tuple[int, bytes]:
        """GET a path: status and body."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=seconds)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def log(self) -> str:
        """Everything that was written so far."""
        return self.output.read_text()

    def workers(self) -> list[int]:
        """The process ids of the workers that were started."""
        return [int(found) for found in re.findall(r"Booting worker with pid: (\d+)", self.log())]

    def stop(self, seconds: float = 30) -> int:
        """End it as a supervisor does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def wait_for(what: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether something becomes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def serving(folder: Path, environment: dict[str, str], port: int | None = None) -> Iterator[Served]:
    """A front with these settings on a free port, or on this one."""
    port = port or free_port()
    output = folder / "gunicorn.log"
    told = {"SERVER_PORT": str(port), "DATA_DIR": str(folder / "data"), **environment}
    with output.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "web.wsgi:app"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **told},
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    served = Served(process, port, output)
    try:
        assert wait_for(lambda: _answers(served)), served.log()
        yield served
    finally:
        process.kill()
        process.wait()


def _answers(served: Served) -> bool:
    assert served.process.poll() is None, served.log()
    try:
        return served.get("/livez")[0] == 200
    except (OSError, HTTPException):
        return False
