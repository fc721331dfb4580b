"""`up` from outside: what it prints, who it refuses, what survives kills, how it ends."""

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.ports import free_ports
from bench.processes import command_line, descendants
from tests.support.system import System, call, running, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A running `up` whose administrator's password was not given, with the default four processes."""
    with running(tmp_path_factory.mktemp("up"), ADMIN_PASSWORD="", FLOW8_IN_CONTAINER="false") as started:
        yield started


def refused(system: System, **changed: str) -> str:
    """What a second `up` says that must not start."""
    other = System(system.folder, {**system.settings, **changed})
    other.environment.update(
        {name: system.environment[name] for name in ("SERVER_PORT",) if name not in changed}
    )
    done = other.cli("up")
    assert done.returncode == 1, done.stdout
    return done.stderr


def gone(pids: list[int]) -> bool:
    return not any(command_line(pid) for pid in pids)


def test_it_prints_the_address_the_password_once_and_lines_that_work(system: System) -> None:
    printed = system.output

    assert f"flow8 is ready: http://localhost:{system.web}\n" in printed
    assert re.search(r"administrator: admin@localhost\n +password: +\S{20} ", printed)
    assert "No ENCRYPTION_KEY is given" in printed
    assert "ENCRYPTION_KEY=$(openssl rand -hex 128)" in printed
    lines = [line.strip() for line in printed.splitlines() if line.startswith("  curl ")]
    answers = [subprocess.check_output(shlex.split(line), text=True) for line in lines]
    assert len(answers) == 2
    assert '"state":"DONE"' in answers[0].replace(" ", "")
    assert '"label":"small"' in answers[1].replace(" ", "") or '"label":"big"' in answers[1].replace(" ", "")


def test_output_is_prefixed_by_the_name_of_the_process(system: System) -> None:
    names = {line.partition("|")[0].strip() for line in system.output.splitlines() if " | " in line[:14]}

    assert names <= {"web", "worker.1", "worker.2", "scheduler", "mcp"}
    assert {"worker.1", "worker.2"} & names


def test_a_second_up_with_the_same_data_directory_is_refused(system: System) -> None:
    said = refused(system, SERVER_PORT=str(free_ports(1)[0]))

    assert said.startswith(
        f"Error: flow8 runs already with the data directory '{system.folder}/data' (process "
    )
    assert said.endswith("stop it first, or set DATA_DIR to another.\n")


def test_a_second_up_on_the_same_ports_is_refused(system: System, tmp_path: Path) -> None:
    said = refused(system, DATA_DIR=str(tmp_path / "other"))

    assert said == (
        f"Error: Port {system.web} belongs to another flow8 that is running; stop that one, "
        "or set SERVER_PORT to a free port.\n"
    )


def test_doctor_finds_everything_well_while_it_runs(system: System) -> None:
    done = system.cli("doctor")

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("used by the flow8 that runs here") == 3
    assert re.search(r"MongoDB +answers", done.stdout)


def test_a_killed_mongodb_is_started_again_and_the_web_recovers(system: System) -> None:
    [mongod] = system.processes("mongod")

    os.kill(mongod, signal.SIGKILL)

    until(lambda: [pid for pid in system.processes("mongod") if pid != mongod], 30, "a new MongoDB")
    until(lambda: call("GET", f"http://127.0.0.1:{system.web}/health").status == 200, 30, "health")


def test_killed_itself_it_leaves_nobody_and_the_next_start_finds_everything(tmp_path: Path) -> None:
    with running(tmp_path, ADMIN_PASSWORD="", FLOW8_IN_CONTAINER="false") as system:
        everybody = descendants(system.process.pid)
        assert len(everybody) >= 7
        keys = (tmp_path / "data" / "keys" / "encryption" / "encryption_key").read_text()

        system.process.kill()
        system.process.wait()
        until(lambda: gone(everybody), 30, "the end of every process")
        first = len(system.output)
        system.start()

        assert system.run("orders-report", wait=30)["state"] == "DONE"
        assert (tmp_path / "data" / "keys" / "encryption" / "encryption_key").read_text() == keys
        assert "password:" not in system.output[first:]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_ends_everything_in_time_with_code_0(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path, FLOW8_IN_CONTAINER="false") as system:
        everybody = descendants(system.process.pid)
        started = time.monotonic()

        system.process.send_signal(number)
        code = system.process.wait(40)

        assert (code, gone(everybody)) == (0, True)
        assert time.monotonic() - started < 30
        assert system.output.endswith("flow8 has stopped.\n")
