"""The command line as a person meets it: the list, plain sentences, exit codes, speed."""

import ast
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.ports import free_ports
from flow8.cli import FOLDER


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, with nothing set but what is said here."""
    return subprocess.run(
        [sys.executable, "-m", "flow8", *arguments],
        env={"PATH": os.environ["PATH"], "FLOW8_IN_CONTAINER": "false", **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def quiet_ports() -> dict[str, str]:
    """Ports that no other installation on this machine wants."""
    server, mcp, channels = free_ports(3)
    return {
        "SERVER_PORT": str(server),
        "MCP_SERVER_PORT": str(mcp),
        "CHANNEL_PORT_RANGE": f"{channels}-{channels}",
    }


def commands() -> dict[str, ast.Module]:
    trees = {file.stem: ast.parse(file.read_text()) for file in FOLDER.glob("*.py")}
    return {
        name: tree
        for name, tree in trees.items()
        if any(isinstance(node, ast.FunctionDef) and node.name == "command" for node in tree.body)
    }


def test_help_lists_every_command_with_its_sentence_and_is_quick() -> None:
    took = []
    for _ in range(5):
        started = time.monotonic()
        done = run("--help")
        took.append(time.monotonic() - started)

    shown = " ".join(done.stdout.split())
    assert {"up", "web", "worker", "scheduler", "mcp", "test", "doctor"} <= set(commands())
    for name, tree in commands().items():
        assert f"{name} {(ast.get_docstring(tree) or '').splitlines()[0]}" in shown
    assert min(took) < 2


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_explains_itself(name: str) -> None:
    done = run(name, "--help")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: flow8core {name}")


def test_an_unknown_command_is_refused_in_one_sentence() -> None:
    done = run("dance")

    assert done.returncode == 2
    assert "No such command 'dance'" in done.stderr


@pytest.mark.parametrize("name", ["up", "web", "worker", "scheduler", "mcp"])
def test_wrong_settings_stop_the_start_with_one_list(name: str) -> None:
    done = run(name, MCP_SERVER_PORT="none", LOG_LEVEL="loud")

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Error: Some settings are not right:",
        (
            "  MCP_SERVER_PORT: must be a whole number from 1 to 65535; is 'none'; "
            "correct it, or leave it out for 4445"
        ),
        "  LOG_LEVEL: must be debug, info, warn or error; is 'loud'; correct it, or leave it out for info",
    ]


@pytest.mark.parametrize("name", ["web", "worker", "scheduler", "mcp"])
def test_a_process_alone_without_a_database_says_how_to_start_one(name: str, tmp_path: Path) -> None:
    done = run(name, DATA_DIR=str(tmp_path))

    assert done.returncode == 1
    assert done.stderr == "Error: flow8 is not running; start it with ./flow8core up\n"


def test_a_lane_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    done = run(
        "worker", "--lanes", "plays,fast", DATA_DIR=str(tmp_path), MONGODB_URI="mongodb://127.0.0.1:1/"
    )

    assert done.returncode == 2
    assert "'fast' is no lane; there are plays, documents." in done.stderr


def test_up_on_a_port_in_use_names_the_port_and_the_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = run("up", **{**quiet_ports(), "SERVER_PORT": port, "DATA_DIR": str(tmp_path)})

    assert done.returncode == 1
    assert (
        f"Port {port} is used by another program; end it, or set SERVER_PORT to a free port." in done.stderr
    )


def test_up_with_a_data_directory_that_cannot_be_made_says_so_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    done = run("up", DATA_DIR=str(tmp_path / "data"))

    assert done.returncode == 1
    assert done.stderr.startswith(
        f"Error: mkdir: cannot create directory '{tmp_path}/data': File exists; let user"
    )
    assert len(done.stderr.splitlines()) == 1


def test_doctor_finds_a_machine_that_is_ready(tmp_path: Path) -> None:
    done = run("doctor", "--json", DATA_DIR=str(tmp_path), **quiet_ports())

    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert report["healthy"] is True
    assert [check["name"].split()[0] for check in report["checks"]] == [
        "settings",
        "data",
        "encryption",
        "MongoDB",
        "secrets",
        "broker",
        "retention",
        "Microsoft",
        "catalogue",
        "default",
        "LibreOffice",
        "converters",
        "port",
        "port",
        "port",
    ]


def test_doctor_names_every_bad_thing_with_its_fix(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ports = {**quiet_ports(), "MCP_SERVER_PORT": str(server.getsockname()[1])}
        done = run(
            "doctor",
            DATA_DIR=str(tmp_path),
            MONGODB_URI="mongodb://user:hunter2@127.0.0.1:1/",
            BROKER_URL="amqp://user:hunter2@127.0.0.1:1/",
            MODULES_DIR=str(tmp_path / "nowhere"),
            **ports,
        )

    bad = re.findall(r"^BAD  (.+?)  ", done.stdout, re.MULTILINE)
    assert done.returncode == 1
    assert bad == ["MongoDB", "broker", "catalogue", f"port {ports['MCP_SERVER_PORT']}"]
    assert done.stdout.count("fix: ") == 4
    assert "hunter2" not in done.stdout + done.stderr


def test_doctor_with_wrong_settings_lists_them_and_looks_no_further() -> None:
    done = run("doctor", "--json", MCP_SERVER_PORT="none", LOG_LEVEL="loud")

    checks = json.loads(done.stdout)["checks"]
    assert done.returncode == 1
    assert [check["name"] for check in checks] == ["settings", "settings"]
    assert checks[0]["found"].startswith("MCP_SERVER_PORT: must be")
