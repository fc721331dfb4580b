"""What may go wrong at the start, as the documentation lists it: each is named with its way out."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bench.ports import free_ports
from flow8.out_of_memory import ADVICE
from tests.support.cgroups import box
from tests.support.keys import KEYS
from tests.support.system import OURS, ROOT, System, until

TOO_FEW_MB = 200
"""Enough for `up` itself, not for its processes; in 512 all run (tests/endurance/test_small_machine.py)."""
pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def as_owner_only() -> list[str]:
    """What makes root obey the rights of files as everybody else has to."""
    if os.getuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("Root may write anywhere, and there is no setpriv here to take that right away.")
    return ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]


def tried(settings: Mapping[str, str], command: str = "up") -> subprocess.CompletedProcess[str]:
    """What a command says that ends by itself."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return subprocess.run(
        [*as_owner_only(), sys.executable, "-m", "flow8", command],
        cwd=ROOT,
        env={**clean, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said_of(settings: Mapping[str, str]) -> str:
    """Why `up` does not start."""
    done = tried(settings)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may write to."""
    made = tmp_path / "app"
    made.mkdir(mode=0o555)
    yield made
    made.chmod(0o755)


def test_each_documented_failure_is_named_and_after_the_last_one_is_mended_it_starts(
    folder: Path, mongodb_uri: str, database_name: str
) -> None:
    told = {"FLOW8_IN_CONTAINER": "true", "DATA_DIR": f"{folder}/data", "MONGODB_DB": database_name, **KEYS}
    system = System(folder.parent, {**told, "MONGODB_URI": mongodb_uri})
    server, [nobody] = system.web, free_ports(1)
    settings = {**system.environment, "MONGODB_URI": f"mongodb://127.0.0.1:{nobody}/flow8"}
    with socket.create_server(("127.0.0.1", server)):
        key = said_of({**settings, "ENCRYPTION_KEY": "c0ffee"})
        everything = tried(settings, "doctor")
        directory = said_of(settings)
        folder.chmod(0o755)
        port = said_of(settings)
    mongodb = said_of(settings)

    assert re.search(r"ENCRYPTION_KEY \(.+\): must be 256 hexadecimal digits .+: openssl rand -hex 128", key)
    assert "c0ffee" not in key
    assert f"mkdir: cannot create directory '{folder}/data': Permission denied" in directory
    assert f"chown {os.getuid()} '{folder}/data'" in directory
    assert f"Port {server} is used by another program; end it, or set SERVER_PORT to a free port." in port
    assert "MongoDB does not answer (connect: connection refused); look whether it runs." in mongodb
    assert_all_are_found_at_once(everything, server)
    try:
        assert "flow8 is ready" in system.start().output
        assert tried(system.environment, "doctor").returncode == 0
    finally:
        system.stop()


def assert_all_are_found_at_once(doctor: subprocess.CompletedProcess[str], port: int) -> None:
    """`doctor` goes on after the first bad thing, and has a fix for each."""
    bad = [line.removeprefix("BAD ").strip() for line in doctor.stdout.splitlines() if line.startswith("BAD")]

    assert doctor.returncode == 1
    assert [line.partition("  ")[0] for line in bad] == ["data directory", "MongoDB", f"port {port}"]
    assert doctor.stdout.count("fix: ") == len(bad)
    assert "connect: connection refused" in doctor.stdout


def test_the_variables_that_are_too_short_or_too_long_are_listed_together() -> None:
    done = tried({"ENCRYPTION_KEY": "0" * 255, "ENCRYPTION_KEY_SALT": "0" * 65}, "doctor")

    assert done.returncode == 1
    assert "openssl rand -hex 128" in done.stdout
    assert "openssl rand -hex 32" in done.stdout


def test_too_little_memory_is_told_with_the_way_out(tmp_path: Path, mongodb_uri: str) -> None:
    system = System(tmp_path, {"MONGODB_URI": mongodb_uri, "MONGODB_DB": f"flow8_{tmp_path.name}"})
    with box(TOO_FEW_MB, 2.0) as small:
        with (tmp_path / "output.txt").open("wb") as output:
            process = subprocess.Popen(
                [*small.entering, sys.executable, "-m", "flow8", "up"],
                cwd=ROOT,
                env=system.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            until(lambda: ADVICE in system.output or process.poll() is not None, 60, "the advice")
        finally:
            process.terminate()
            process.wait(40)

        assert ADVICE in system.output
        assert small.killed
