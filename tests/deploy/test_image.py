"""The Dockerfile keeps its own rules and brings all that flow8 needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import load
from tests.support.system import ROOT

TEXT = (ROOT / "Dockerfile").read_text()
BIN = Path(sys.executable).parent


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run(
        [BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")


def copied() -> list[str]:
    """What the build takes from here."""
    return [
        name
        for line in re.findall(r"^COPY (?!--from)(.+)$", TEXT, re.MULTILINE)
        for name in line.split()[:-1]
    ]


def test_what_is_copied_is_there_and_let_through() -> None:
    ignore = (ROOT / ".dockerignore").read_text()

    for name in copied():
        assert (ROOT / name).exists(), name
        assert f"!{name.split('/')[0]}\n" in ignore, name


def test_every_package_of_ours_is_copied() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    assert packages <= set(copied())


@pytest.mark.parametrize("name", ["SERVER_PORT", "MCP_SERVER_PORT", "CHANNEL_PORT_RANGE"])
def test_all_three_groups_of_ports_are_exposed(name: str) -> None:
    settings = load({})
    ports = settings.channel_port_range
    shown = {
        "SERVER_PORT": str(settings.server_port),
        "MCP_SERVER_PORT": str(settings.mcp_server_port),
        "CHANNEL_PORT_RANGE": f"{ports[0]}-{ports[-1]}",
    }

    [line] = re.findall(r"^EXPOSE (.+)$", TEXT, re.MULTILINE)
    assert shown[name] in line.split()


def test_it_runs_as_911_under_tini_and_ends_by_sigterm() -> None:
    last = TEXT.rpartition("FROM ")[2]

    assert re.findall(r"^USER (.+)$", last, re.MULTILINE)[-1] == "911:911"
    assert 'ENTRYPOINT ["/sbin/tini", "--", "/app/flow8core"]' in last
    assert "STOPSIGNAL SIGTERM" in last
    assert 'CMD curl -f "http://localhost:${SERVER_PORT:-4454}/health" || exit 1' in last


def test_no_build_tool_stays() -> None:
    last = TEXT.rpartition("FROM ")[2]

    assert not re.search(r"build-base|python3-dev|-dev\b|linux-headers|\bgcc\b", last)
