"""Keys that are not those of the database stop the start of every process, in words that say what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flow8.supervise import read_procfile
from tests.support.crew import Crew
from tests.support.entries import an_entry
from tests.support.keys import OTHER_KEYS
from tests.support.system import ROOT, running

SECONDS = 100
SENTENCE = "ENCRYPTION_KEY and ENCRYPTION_KEY_SALT are not the ones with which the secrets in this database"

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def ended(crew: Crew, line: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What a program said that ended by itself."""
    return subprocess.run(
        ["sh", "-c", f"exec {line}"],
        cwd=ROOT,
        env={**crew.environment, **settings},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.parametrize("name", read_procfile(ROOT / "Procfile"))
def test_no_process_starts_with_wrong_keys(crew: Crew, name: str) -> None:
    an_entry(crew.engine, "token", "swordfish-and-chips")
    ports = {"SERVER_PORT": str(crew.ports[0]), "MCP_SERVER_PORT": str(crew.ports[1])}
    channels = {"CHANNEL_PORT_RANGE": f"{crew.ports[2]}-{crew.ports[-1]}"}

    done = ended(crew, read_procfile(ROOT / "Procfile")[name], **ports, **channels, **OTHER_KEYS)

    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert SENTENCE in said
    assert "Traceback" not in said
    assert not any(value in said for value in OTHER_KEYS.values())


def test_doctor_tells_it_too(crew: Crew) -> None:
    an_entry(crew.engine, "token", "swordfish-and-chips")
    ports = {"SERVER_PORT": str(crew.ports[0]), "MCP_SERVER_PORT": str(crew.ports[1])}
    ports["CHANNEL_PORT_RANGE"] = f"{crew.ports[2]}-{crew.ports[-1]}"
    doctor = f"{sys.executable} -m flow8 doctor"

    good, bad = (ended(crew, doctor, **ports, **keys) for keys in ({}, OTHER_KEYS))

    assert "secrets" in good.stdout
    assert "can be opened with these keys" in good.stdout
    assert bad.returncode == 1
    assert SENTENCE in bad.stdout
    assert (
        "fix: set the ENCRYPTION_KEY and ENCRYPTION_KEY_SALT that this database was used with" in bad.stdout
    )


def test_up_that_lost_its_own_keys_says_so_and_ends(tmp_path: Path) -> None:
    with running(tmp_path, FLOW8_IN_CONTAINER="false") as system:
        system.process.terminate()
        system.process.wait(SECONDS)
        keys = tmp_path / "data" / "keys" / "encryption"
        keys.rename(tmp_path / "elsewhere")

        done = subprocess.run(
            [sys.executable, "-m", "flow8", "up"],
            cwd=ROOT,
            env={**os.environ, **system.environment},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    assert done.returncode == 1
    assert SENTENCE in done.stderr
    assert "DATA_DIR/keys" in done.stderr
