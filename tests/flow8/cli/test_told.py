"""What `up` wants to be told in a container."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import load
from flow8.cli.told import NEEDED, must_be_told
from flow8.errors import Unavailable
from tests.support.keys import KEYS
from tests.support.system import OURS, ROOT

ALL = {"MONGODB_URI": "mongodb://mongo/flow8", **KEYS}


def test_outside_the_image_nothing_is_asked() -> None:
    must_be_told(load({}))
    must_be_told(load({"FLOW8_IN_CONTAINER": "false"}))


def test_in_a_container_that_knows_all_nothing_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(ALL["ENCRYPTION_KEY"])
    told = {**ALL, "FLOW8_IN_CONTAINER": "true"}
    must_be_told(load(told))
    del told["ENCRYPTION_KEY"]

    must_be_told(load({**told, "ENCRYPTION_KEY_FILE": str(file)}))


@pytest.mark.parametrize("missing", NEEDED)
def test_what_is_missing_is_named_alone(missing: str) -> None:
    together = ("MONGODB_URI",) if missing == "MONGODB_URI" else tuple(KEYS)
    told = {name: value for name, value in ALL.items() if name not in together}
    with pytest.raises(Unavailable) as refused:
        must_be_told(load({**told, "FLOW8_IN_CONTAINER": "true"}))

    assert f"-e {missing}=" in refused.value.message
    assert all(f"-e {name}=" not in refused.value.message for name in told)


@pytest.mark.journey
def test_a_container_that_was_told_nothing_says_what_it_needs_and_makes_nothing(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    done = subprocess.run(
        [sys.executable, "-m", "flow8", "up"],
        cwd=ROOT,
        env={**clean, "FLOW8_IN_CONTAINER": "true", "DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )

    assert done.returncode == 1
    for line in ("-e MONGODB_URI=", "-e ENCRYPTION_KEY=$(openssl rand -hex 128)", "$(openssl rand -hex 32)"):
        assert line in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()
