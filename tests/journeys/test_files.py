"""Large files through a running system: to a channel, through the API, back again, and gone in the end."""

import hashlib
import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.channels import TOKEN
from tests.support.system import System, running, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

MEBIBYTE = 1024 * 1024
SIZE = 90 * MEBIBYTE
MAY_GROW_MIB = 8.0
BOUNDARY = "a-boundary-of-the-tests"
HEAD = (
    f"--{BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="scan"; filename="scan.pdf"\r\n'
    "Content-Type: application/pdf\r\n\r\n"
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()
BLOCK = hashlib.shake_256(b"flow8").digest(MEBIBYTE)
AS_FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}

AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}

GIVES_BACK = {
    "flow": "gives-back",
    "name": "Gives back",
    "flowlets": [
        {
            "ref": "answer",
            "appId": "respond",
            "args": {"headers": {"X-Digest": "{{ $args.scan.sha256 }}"}, "body": "{{ $args.scan }}"},
        }
    ],
}


def content(size: int) -> Iterator[bytes]:
    """So many bytes, a mebibyte at a time."""
    for start in range(0, size, MEBIBYTE):
        yield BLOCK[: min(MEBIBYTE, size - start)]


def digest_of(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


@dataclass
class Received:
    """An answer whose body was not kept: its size and digest are enough, and its start."""

    status: int
    headers: dict[str, str]
    size: int
    sha256: str
    start: bytes


def exchange(
    port: int, method: str, path: str, headers: dict[str, str], body: Iterator[bytes] | None = None
) -> Received:
    """One request, sent and read piece by piece."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.putrequest(method, path)
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders()
    try:
        for piece in body or ():
            line.send(piece)
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused before the end; the answer is there
    answer = line.getresponse()
    digest, size, start = hashlib.sha256(), 0, b""
    while piece := answer.read(MEBIBYTE):
        digest.update(piece)
        size += len(piece)
        start = start or piece[:10_000]
    line.close()
    told = {name.lower(): value for name, value in answer.getheaders()}
    return Received(answer.status, told, size, digest.hexdigest(), start)


def send(port: int, path: str, headers: dict[str, str], size: int) -> Received:
    """A form with one file of this size."""
    length = {"Content-Length": str(len(HEAD) + size + len(TAIL))}

    def form() -> Iterator[bytes]:
        yield HEAD
        yield from content(size)
        yield TAIL

    return exchange(port, "POST", path, {**AS_FORM, **length, **headers}, form())


@dataclass
class Memory:
    """What processes take in memory, in MiB: before, and at most since then."""

    processes: list[int]
    before: dict[int, float] = field(default_factory=dict)
    most: dict[int, float] = field(default_factory=dict)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look every few milliseconds."""
        over = threading.Event()
        self.before = {pid: in_memory(pid) for pid in self.processes}
        self.most = dict(self.before)
        thread = threading.Thread(target=self._look, args=(over,))
        thread.start()
        yield
        over.set()
        thread.join()

    def _look(self, over: threading.Event) -> None:
        while not over.wait(0.02):
            for pid in self.processes:
                self.most[pid] = max(self.most[pid], in_memory(pid))

    @property
    def growth(self) -> float:
        """By how much the one that grew most did."""
        return max(self.most[pid] - self.before[pid] for pid in self.processes)


def in_memory(pid: int) -> float:
    """What a process alone takes, and its share of what it shares."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"process {pid} tells nothing")


def serve(system: System) -> int:
    """The port of a channel that plays the flow."""
    system.publish(GIVES_BACK)
    made = system.api(
        "POST", "channels", {"name": "scans", "kind": "http", "authToken": TOKEN, "enabled": True}
    )
    assert made.status == 201, made.text
    route = {"name": "in", "httpMethod": "POST", "path": "/scans", "targetFlowIds": ["gives-back"]}
    answer = system.api("POST", "channels/scans/routes", {**route, "timeoutSeconds": 60})
    assert answer.status == 201, answer.text
    port = int(made.json["port"])
    until(lambda: _is_served(port), 20, f"port {port}")
    return port


def _is_served(port: int) -> bool:
    """Whether every worker knows the route: each connection may meet another one."""
    try:
        return all(exchange(port, "PURGE", "/scans", AUTHORIZED).status == 405 for _ in range(20))
    except OSError:
        return False


@dataclass(frozen=True)
class Doors:
    """A running system whose plays go after seconds, and its two doors for files."""

    system: System
    port: int

    @property
    def both(self) -> list[tuple[int, str, dict[str, str]]]:
        """Port, path and headers of each."""
        api = (self.system.web, "/api/v1/files", self.system.header("api-key"))
        return [(self.port, "/scans", AUTHORIZED), api]

    @property
    def attachments(self) -> set[str]:
        """What lies on the disk."""
        folder = self.system.folder / "data" / "data" / "attachments"
        return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """Both doors, which have taken a small file before, so that what is loaded once is loaded."""
    settings = {"RETENTION_CLEANUP_INTERVAL": "1s", "RETENTION_FLOWS_CADENCE": "10s"}
    settings["RETENTION_FLOWS_ALL_MIN_ENTRIES"] = "0"
    with running(tmp_path_factory.mktemp("files"), **settings) as system:
        made = Doors(system, serve(system))
        for where, path, known in made.both:
            for _ in range(4):
                assert send(where, path, known, 3 * MEBIBYTE).status in (200, 201)
        yield made


def test_large_files_pass_in_little_memory_and_go_with_their_plays(doors: Doors) -> None:
    system, sha256, before = doors.system, digest_of(content(SIZE)), doors.attachments
    memory = Memory([*system.processes("dramatiq"), *system.processes("gunicorn")])
    assert len(memory.processes) >= 4

    with memory.watched():
        channel, api = (send(*where, size=SIZE) for where in doors.both)
        file = json.loads(api.start)
        fetched = exchange(system.web, "GET", f"/api/v1/files/{file['id']}", system.header("api-key"))
        play = system.run("gives-back", args={"scan": file}, wait=30)

    assert (channel.status, channel.size, channel.sha256) == (200, SIZE, sha256)
    assert channel.headers["x-digest"] == sha256
    assert channel.headers["content-type"] == "application/pdf"
    assert channel.headers["content-security-policy"] == "sandbox"
    assert (api.status, file["size"], file["sha256"]) == (201, SIZE, sha256)
    assert (fetched.status, fetched.size, fetched.sha256) == (200, SIZE, sha256)
    assert fetched.headers["content-disposition"].startswith("attachment;")
    assert play["output"]["body"] == file
    assert memory.growth < MAY_GROW_MIB
    assert len(doors.attachments - before) == 2
    until(lambda: not doors.attachments - before, 60, "the clean-up")
    assert system.api("GET", f"files/{file['id']}").status == 404


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(doors: Doors) -> None:
    before = doors.attachments

    answers = [send(*where, size=101 * MEBIBYTE) for where in doors.both]

    assert [(each.status, json.loads(each.start)["error"]) for each in answers] == [(413, "TOO_LARGE")] * 2
    assert doors.attachments <= before


def test_a_sender_that_goes_away_leaves_nothing(doors: Doors) -> None:
    before = doors.attachments

    for where in doors.both:
        _send_half(*where)

    time.sleep(0.5)
    until(lambda: doors.attachments <= before, 20, "nothing left")


def _send_half(port: int, path: str, headers: dict[str, str]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.putrequest("POST", path)
    for name, value in {**AS_FORM, **headers, "Content-Length": str(20 * MEBIBYTE)}.items():
        line.putheader(name, value)
    line.endheaders()
    for piece in (HEAD, *content(5 * MEBIBYTE)):
        line.send(piece)
    line.close()
