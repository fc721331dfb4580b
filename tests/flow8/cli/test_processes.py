"""What each process is started with, and that the Procfile's lines are what they should be."""

import dataclasses
import os
import shlex
import sys
from pathlib import Path

import pytest

from config.settings import load
from flow8.cli.processes import PROCFILE, environment, programs
from flow8.key_files import folder_of, make_missing
from flow8.supervise import Program, read_procfile

OUTSIDE = {"FLOW8_IN_CONTAINER": "false"}
MOST_THREADS = 2000
"""Dramatiq subtracts what it waits for one of its threads, 25 seconds at most, once for each of them."""


def test_up_runs_each_line_once_and_the_worker_as_often_as_set() -> None:
    names = [program.name for program in programs(load({"WORKER_PROCESSES": "3"}))]

    assert names == ["web", "worker.1", "worker.2", "worker.3", "scheduler", "mcp"]


def test_one_worker_has_no_number_and_mcp_can_be_left_out() -> None:
    settings = load({"WORKER_PROCESSES": "1", "MCP_SERVER_ENABLED": "false"})

    assert [program.name for program in programs(settings)] == ["web", "worker", "scheduler"]


def test_the_lines_are_those_of_the_procfile() -> None:
    commands = read_procfile(PROCFILE)

    assert Program("web", commands["web"]) in programs(load({}))
    assert list(commands) == ["web", "worker", "scheduler", "mcp"]


def test_the_worker_line_suits_dramatiq() -> None:
    from dramatiq.cli import make_argument_parser

    program, *arguments = shlex.split(
        read_procfile(PROCFILE)["worker"].replace("${WORKER_THREADS:-200}", "7")
    )
    parser = make_argument_parser()  # type: ignore[no-untyped-call]  # Dramatiq says no types here
    parsed = parser.parse_args([*arguments, "--queues", "documents"])

    assert program == "dramatiq-gevent"
    assert (parsed.broker, parsed.modules) == ("workers.boot:set_up", ["workers.actors"])
    assert (parsed.processes, parsed.threads) == (1, 7)
    assert parsed.worker_shutdown_timeout >= 25_000 * MOST_THREADS
    assert parsed.queues == ["documents"]


def test_a_process_finds_the_programs_of_this_environment_first() -> None:
    found = environment(load(OUTSIDE))

    assert found["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert found["PYTHONPATH"] == str(PROCFILE.parent)


def test_what_was_found_at_the_start_is_passed_on_and_keys_only_by_their_files(tmp_path: Path) -> None:
    settings = load({**OUTSIDE, "DATA_DIR": str(tmp_path), "WORKER_THREADS": "9"})
    make_missing(folder_of(settings))
    settings = dataclasses.replace(
        settings, mongodb_uri="mongodb://x/", encryption_key="a" * 256, encryption_key_salt="b" * 64
    )

    found = environment(settings)

    assert found["MONGODB_URI"] == "mongodb://x/"
    assert found["ENCRYPTION_KEY_FILE"] == str(folder_of(settings) / "encryption_key")
    assert found["ENCRYPTION_KEY_SALT_FILE"] == str(folder_of(settings) / "encryption_key_salt")
    assert found["WORKER_THREADS"] == "9"
    assert "a" * 256 not in found.values()


def test_what_was_given_is_not_passed_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MONGODB_URI", "ENCRYPTION_KEY_FILE", "SESSION_COOKIE_SECURE"):
        monkeypatch.delenv(name, raising=False)
    given = {
        "MONGODB_URI": "mongodb://x/",
        "ENCRYPTION_KEY": "a" * 256,
        "ENCRYPTION_KEY_SALT": "b" * 64,
        "SESSION_COOKIE_SECURE": "true",
    }

    found = environment(load({**OUTSIDE, **given}))

    assert not {"MONGODB_URI", "ENCRYPTION_KEY_FILE", "SESSION_COOKIE_SECURE"} & set(found)


@pytest.mark.parametrize(
    ("environ", "cookie"),
    [
        ({}, "false"),
        ({"PUBLIC_URL": "http://127.0.0.1:4454"}, "false"),
        ({"PUBLIC_URL": "https://localhost"}, None),
        ({"PUBLIC_URL": "http://flow8.example"}, None),
        ({"SERVER_HOST": "0.0.0.0"}, None),  # noqa: S104 - expected
    ],
)
def test_the_session_cookie_may_travel_by_http_on_this_machine_only(
    environ: dict[str, str], cookie: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SESSION_COOKIE_SECURE", raising=False)

    found = environment(load({**OUTSIDE, **environ}))

    assert found.get("SESSION_COOKIE_SECURE") == cookie
