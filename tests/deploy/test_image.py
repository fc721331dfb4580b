"""The Dockerfile keeps its own rules and brings all that flow8 needs."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import load
from flow8.bundle import BUILT, MADE
from tests.support.system import ROOT

TEXT = (ROOT / "Dockerfile").read_text()
BIN = Path(sys.executable).parent
DOCUMENTED = (
    *("imagemagick", "imagemagick-jpeg", "imagemagick-tiff", "imagemagick-webp"),
    *("ghostscript", "tesseract-ocr", "tesseract-ocr-data-eng"),
    *("curl", "wget", "ca-certificates", "openssl", "zip", "unzip", "tar", "gzip"),
    *("mongodb-tools", "mongosh", "postgresql-client", "mysql-client"),
)


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
        assert any(f"!{part}\n" in ignore for part in (name, str(Path(name).parent))), name


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
    assert 'ENTRYPOINT ["/sbin/tini", "--", "/app/enter"]' in last
    assert 'CMD ["up"]' in last
    assert "STOPSIGNAL SIGTERM" in last
    assert 'CMD curl -f "http://localhost:${SERVER_PORT:-4454}/health" || exit 1' in last


def test_no_build_tool_and_no_source_of_the_ui_stays() -> None:
    last = TEXT.rpartition("FROM ")[2]

    assert not re.search(r"build-base|python3-dev|-dev\b|linux-headers|\bgcc\b", last)
    assert not re.search(r"^COPY ui\b", last, re.MULTILINE)
    assert "apk del .npm" in last


def test_the_ui_is_built_in_a_stage_of_its_own_by_the_command_that_builds_it_everywhere() -> None:
    [stage] = [each for each in TEXT.split("\nFROM ") if each.startswith("build AS ui")]

    assert "RUN FLOW8_VENV=/app/.venv ./flow8core ui build" in stage
    assert f"COPY --from=ui /app/{BUILT.relative_to(ROOT)} {BUILT.relative_to(ROOT)}" in TEXT


def test_what_a_checkout_built_is_left_out() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert {f"ui/{name}" for name in MADE} <= set(ignored)
    assert str(BUILT.parent.relative_to(ROOT)) in ignored


@pytest.mark.parametrize("package", DOCUMENTED)
def test_each_documented_package_is_installed(package: str) -> None:
    last = TEXT.rpartition("FROM ")[2]

    assert re.search(rf"\s{re.escape(package)}(@[\d.]+)?\s", last)


def test_the_ui_can_be_built_on_musl() -> None:
    packages = json.loads((ROOT / "ui" / "package-lock.json").read_text())["packages"]
    native = {name.rpartition("-linux-")[0] for name in packages if "-linux-" in name}

    assert native
    for name in native:
        for machine in ("x64", "arm64"):
            assert f"{name}-linux-{machine}-musl" in packages
