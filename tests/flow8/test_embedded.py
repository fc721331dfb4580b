"""The MongoDB of `up`: starts, keeps to itself, survives kills, is never started twice."""

import logging
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pymongo import MongoClient, WriteConcern

from flow8 import embedded
from flow8.errors import Unavailable
from tests.support.system import is_alive, until

MONGOD = os.environ.get("FLOW8_MONGOD")
STARTER = """
import os, signal, sys
from pathlib import Path
from flow8 import embedded
server = embedded.start(Path(sys.argv[1]), mongod=os.environ.get("FLOW8_MONGOD"))
print(server.process.pid, flush=True)
signal.pause()
"""


def start_elsewhere(folder: Path) -> tuple["subprocess.Popen[str]", int]:
    """A MongoDB whose parent is a process that a test can kill, and its process id."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert starter.stdout is not None
    with starter.stdout as said:
        return starter, int(said.readline())


def count_of(uri: str) -> int:
    with MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=10_000) as client:
        things = client.test.things.with_options(write_concern=WriteConcern(j=True))
        things.insert_one({})
        return things.count_documents({})


def test_it_answers_on_a_private_socket_and_keeps_its_files(tmp_path: Path) -> None:
    for expected in (1, 2):
        server = embedded.start(tmp_path / "db", mongod=MONGOD)
        try:
            assert count_of(server.uri) == expected
            assert stat.S_IMODE(embedded.socket_folder(tmp_path / "db").stat().st_mode) == 0o700
        finally:
            server.stop()

    assert not embedded.is_running(tmp_path / "db")
    assert server.process.returncode == 0


def test_it_dies_with_its_parent_and_starts_again_over_what_that_left(tmp_path: Path) -> None:
    starter, server_id = start_elsewhere(tmp_path)

    starter.kill()
    starter.wait()
    server = embedded.start(tmp_path, mongod=MONGOD)

    try:
        assert not is_alive(server_id)
        assert count_of(server.uri) == 1
    finally:
        server.stop()


def test_a_server_that_was_killed_leaves_nothing_that_hinders_the_next(tmp_path: Path) -> None:
    server = embedded.start(tmp_path, mongod=MONGOD)
    assert count_of(server.uri) == 1
    server.process.kill()
    server.process.wait()
    server.lock.close()
    assert (tmp_path / "files" / "mongod.lock").stat().st_size > 0
    assert (embedded.socket_folder(tmp_path) / embedded.SOCKET_NAME).exists()

    again = embedded.start(tmp_path, mongod=MONGOD)

    try:
        assert count_of(again.uri) == 2
    finally:
        again.stop()


def test_a_second_start_in_the_same_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LOCK_PATIENCE", 0.1)
    server = embedded.start(tmp_path, mongod=MONGOD)

    try:
        with pytest.raises(
            Unavailable, match=f"Another flow8 uses the database in {tmp_path}; stop it first"
        ):
            embedded.start(tmp_path, mongod=MONGOD)
        assert count_of(server.uri) == 1
    finally:
        server.stop()


def test_a_server_that_ended_is_started_again_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(embedded, "RESTART_PAUSE", 0.1)
    server = embedded.start(tmp_path, mongod=MONGOD)
    first = server.process

    try:
        assert server.keep_alive() is None
        first.send_signal(signal.SIGKILL)
        first.wait()
        with caplog.at_level(logging.WARNING):
            until(lambda: server.keep_alive() is None)

        assert server.process.pid != first.pid
        assert [each.message for each in caplog.records] == ["MongoDB ended (SIGKILL); it starts again"]
        assert count_of(server.uri) == 1
    finally:
        server.stop()


def test_a_server_that_keeps_dying_is_not_started_without_pause(tmp_path: Path) -> None:
    server = embedded.start(tmp_path, mongod=MONGOD)
    try:
        server.process.kill()
        server.process.wait()

        left = server.keep_alive()

        assert left is not None
        assert 0 < left <= embedded.RESTART_PAUSE
    finally:
        server.stop()


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 40)

    server = embedded.start(folder, mongod=MONGOD)

    try:
        assert count_of(server.uri) == 1
        assert embedded.socket_folder(folder) != folder / "run"
    finally:
        server.stop()
        (embedded.socket_folder(folder) / embedded.SOCKET_NAME).unlink(missing_ok=True)
        embedded.socket_folder(folder).rmdir()


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "real")

    with pytest.raises(Unavailable, match="belongs to somebody else"):
        embedded.start(tmp_path, mongod=MONGOD)


def test_a_start_that_fails_says_why(tmp_path: Path) -> None:
    program = tmp_path / "mongod"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)

    with pytest.raises(Unavailable, match="MongoDB did not start: it wrote no log"):
        embedded.start(tmp_path / "db", mongod=program)

    program.chmod(0o644)
    with pytest.raises(Unavailable, match=r"FLOW8_MONGOD names .*, which is not a program"):
        embedded.start(tmp_path / "db", mongod=program)
