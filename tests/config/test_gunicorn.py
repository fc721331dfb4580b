"""The front under a real gunicorn: its settings, its limits, its end."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flow8 import embedded
from tests.support.gunicorn import ROOT, Served, serving, wait_for

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO http GET /api/v1/flows\?page=1 401 \d+ms")


def printed(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["-m", "gunicorn", "--print-config", "-c", "config/gunicorn.py", "web.wsgi:app"]
    told = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=told, capture_output=True, text=True, check=False
    )


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_gunicorn_is_set_as_our_settings_say(environment: dict[str, str]) -> None:
    told = {"SERVER_PORT": "4999", "SERVER_HOST": "::1", "WEB_CONCURRENCY": "3", "LOG_LEVEL": "warn"}

    done = printed({**environment, **told})

    found = dict(re.findall(r"^(\w+) +=+ (.*)$", done.stdout, re.MULTILINE))
    assert found["bind"] == "['[::1]:4999']"
    assert (found["workers"], found["worker_class"], found["loglevel"]) == ("3", "gevent", "warning")
    assert int(found["graceful_timeout"]) <= 25
    assert (found["accesslog"], found["preload_app"]) == ("None", "False")
    assert found["control_socket_disable"] == "True"


def test_wrong_settings_are_one_list_and_no_traceback() -> None:
    done = printed({"SERVER_PORT": "none", "WEB_CONCURRENCY": "0"})

    assert done.returncode == 1
    assert "SERVER_PORT (server.port in config.yml): must be" in done.stderr
    assert "WEB_CONCURRENCY: must be" in done.stderr
    assert "Traceback" not in done.stderr


def test_health_follows_mongodb_and_sigterm_ends_everything(tmp_path: Path) -> None:
    server = embedded.start(tmp_path / "db")
    with serving(tmp_path, {"MONGODB_URI": server.uri}) as front:
        before = front.get("/health")[0]
        front.get("/api/v1/flows?page=1")

        server.stop()
        asked = time.monotonic()
        fails = wait_for(lambda: front.get("/health")[0] == 503)
        body = front.get("/health")[1]
        took = time.monotonic() - asked
        server = embedded.start(tmp_path / "db")
        recovered = wait_for(lambda: front.get("/health")[0] == 200)
        code = front.stop()
        server.stop()

        assert (before, fails, recovered) == (200, True, True)
        assert took < 10
        assert json.loads(body)["checks"]["mongodb"] == "disconnected"
        assert LINE.search(front.log()), front.log()
        assert code == 0
        assert front.log().count("Booting worker") == 1
        assert not any(alive(pid) for pid in front.workers())
        assert "Warning" not in front.log()
        assert "Traceback" not in front.log()


def test_no_worker_outlives_its_master(tmp_path: Path, mongodb_uri: str) -> None:
    with serving(tmp_path, {"MONGODB_URI": mongodb_uri, "WEB_CONCURRENCY": "2"}) as front:
        assert wait_for(lambda: len(front.workers()) == 2)

        front.process.send_signal(signal.SIGKILL)

        assert wait_for(lambda: not any(alive(pid) for pid in front.workers()))


def test_a_request_that_never_ends_is_ended(tmp_path: Path, mongodb_uri: str) -> None:
    settings = {"MONGODB_URI": mongodb_uri, "READ_TIMEOUT_SECONDS": "1"}
    head = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with serving(tmp_path, settings) as front:
        with socket.create_connection(("127.0.0.1", front.port), timeout=10) as slow:
            slow.sendall(head + b"Content-Length: 60000\r\n\r\n{")
            slow.settimeout(0.2)
            answer, began = b"", time.monotonic()
            while not answer and time.monotonic() - began < 8:
                slow.sendall(b" ")
                try:
                    answer = slow.recv(5000)
                except TimeoutError:
                    continue

        assert answer.startswith(b"HTTP/1.1 408"), answer
        assert time.monotonic() - began < 5


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str) -> Iterator[Served]:
    """A front that takes bodies of one MiB."""
    settings = {"MONGODB_URI": mongodb_uri, "MAX_REQUEST_SIZE_MB": "1"}
    with serving(tmp_path_factory.mktemp("front"), settings) as served:
        yield served


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        (b"Content-Length: 3000000\r\n", b"x" * 3_000_000, b"413"),
        (b"Content-Length: 100\r\n", b'{"email": "a", "password": "b"}', b"400"),
        (b"Content-Length: 31\r\n", b'{"email": "a", "password": "b"}', b"401"),
        (b"Transfer-Encoding: chunked\r\n", b'1f\r\n{"email": "a", "password": "b"}\r\n', b"400"),
        (b"Transfer-Encoding: chunked\r\n", b"200000\r\n" + b" " * 0x200000 + b"\r\n0\r\n\r\n", b"413"),
        (b"Transfer-Encoding: chunked\r\n", b"zz\r\n{}\r\n0\r\n\r\n", b"400"),
        (b"Transfer-Encoding: chunked\r\n", b"2\r\n{}\r\n0\r\n\r\n", b"422"),
        (b"Content-Length: 2\r\nContent-Length: 3\r\n", b"{}", b"400"),
        (b"X-Long: " + b"a" * 10_000 + b"\r\n", b"", b"431"),
    ],
)
def test_bodies_and_headers_have_limits(front: Served, head: bytes, body: bytes, status: bytes) -> None:
    start = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

    with socket.create_connection(("127.0.0.1", front.port), timeout=20) as client:
        client.sendall(start + head + b"\r\n" + body)
        client.shutdown(socket.SHUT_WR)
        answer = client.recv(12)

    assert answer.removeprefix(b"HTTP/1.1 ") == status, front.log()
    assert "Traceback" not in front.log()
