"""What the image starts, as a container starts it: /app as the Dockerfile makes it, the rest to read only."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from bench.ports import free_ports
from bench.processes import descendants
from flow8 import bundle
from flow8.errors import Unavailable
from tests.support.dropping import Life, dropping
from tests.support.image import (
    USER,
    Container,
    instructions,
    lay_out,
    leave_out,
    need_a_root_of_its_own,
)
from tests.support.keys import KEYS
from tests.support.sizes import sized
from tests.support.system import call, until
from web.bundle import load_bundle

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
CALM = Life(seconds=1e9, asked=1e12, answered=1e12)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """/app of the image."""
    need_a_root_of_its_own()
    try:
        bundle.build(print)
    except Unavailable as error:
        leave_out(f"The image's web UI cannot be built here: {error.message}")
    folder = tmp_path_factory.mktemp("image") / "app"
    lay_out(folder)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A folder that Docker made for `-v /data/flow8:/app/data`: it belongs to root."""
    folder = tmp_path / "flow8"
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Iterator[dict[str, str]]:
    """The variables that the documentation calls required; the ports are those that are free here."""
    ports = free_ports(4)
    socket = unquote(urlsplit(mongodb_uri).netloc)
    with dropping(socket, CALM, 1) as network:
        yield {
            "MONGODB_URI": f"mongodb://127.0.0.1:{network.port}/flow8",
            "MONGODB_DB": database_name,
            **KEYS,
            "SERVER_PORT": str(ports[0]),
            "MCP_SERVER_PORT": str(ports[1]),
            "CHANNEL_PORT_RANGE": f"{ports[2]}-{ports[3]}",
        }


def is_well(settings: dict[str, str]) -> bool:
    """What the image's own health check says."""
    [check] = instructions("HEALTHCHECK")
    command = check.partition("CMD ")[2]
    done = subprocess.run(
        ["sh", "-c", command], env={**os.environ, **settings}, check=False, capture_output=True
    )
    return done.returncode == 0


def version_of(app: Path) -> str:
    """Under which address the image's web UI is served."""
    found = load_bundle(app / "web" / "static" / "ui")
    assert found is not None
    return found.version


def users_of(container: Container) -> set[str]:
    """Which users the processes of a container run as."""
    [first, *_] = descendants(container.process.pid)
    found = [Path(f"/proc/{pid}/status").read_text() for pid in (first, *descendants(first))]
    return {re.findall(r"^Uid:\s+(.+)$", status, re.MULTILINE)[0] for status in found}


def stopped(container: Container) -> tuple[int, str]:
    """Its exit code and its words after a `docker stop`."""
    [first, *_] = descendants(container.process.pid)
    os.kill(first, signal.SIGTERM)
    return container.end()


@pytest.mark.parametrize("user", sized([0], [0, USER]))
def test_it_runs_as_911_from_nothing_but_what_the_image_has(
    app: Path, data: Path, settings: dict[str, str], user: int
) -> None:
    if user == USER:
        os.chown(data, USER, USER)
    container = Container(app, data, settings, user).start()
    until(lambda: container.process.poll() is not None or is_well(settings), 120, "the container's health")
    assert container.process.poll() is None, container.end()

    script = call("GET", f"http://127.0.0.1:{settings['SERVER_PORT']}/ui/{version_of(app)}/app.js")
    users = users_of(container)
    code, said = stopped(container)

    assert users == {"\t".join([str(USER)] * 4)}
    assert (script.status, "Building the web UI" in said) == (200, False)
    assert {"db", "data", "logs", "tmp"} <= {path.name for path in data.iterdir()}
    assert {path.stat().st_uid for path in data.rglob("*")} == {USER}
    assert (code, said.endswith("flow8 has stopped.\n")) == (0, True), said


def test_a_folder_that_911_cannot_write_to_is_refused_in_the_documented_words(
    app: Path, data: Path, settings: dict[str, str]
) -> None:
    code, said = Container(app, data, settings, USER).start().end()

    assert code == 1
    assert "Permission denied" in said or "cannot be written to" in said
    assert "chown 911" in said


def test_the_image_brings_the_pages_that_the_ui_shows(app: Path) -> None:
    assert (app / "docs" / "reference" / "settings.md").is_file()
    assert not (app / "ui").exists()
    assert not list(app.rglob("__pycache__"))
