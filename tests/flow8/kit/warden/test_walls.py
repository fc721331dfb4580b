"""Behind the walls there is no network, no other file, and nobody to send a signal to."""

import os
import signal
import socket
from pathlib import Path

import pytest

from flow8.kit.child import FILES, NETWORK, run_child
from flow8.kit.testing import FakeContext
from tests.support.children import needs, python, shell

CALL = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5); print('through')"


@pytest.mark.parametrize("walls", [(NETWORK,), (FILES,), ()], ids=lambda walls: "".join(walls) or "none")
def test_no_server_is_reached_through_a_wall(folder: Path, walls: tuple[str, ...]) -> None:
    needs(walls)
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = python(CALL, folder, str(server.getsockname()[1]), walls=walls)

    assert ended.walls == set(walls)
    assert (ended.output == "through\n") is (walls == ())


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that is not the child's."""
    file = tmp_path / "secret"
    file.write_text("TOP SECRET\n")
    return file


def test_a_file_of_others_is_neither_read_nor_written_through_the_wall(folder: Path, secret: Path) -> None:
    needs([FILES])
    look = f"ls {secret.parent}; cat {secret}; echo x > {secret}; cat < /proc/{os.getpid()}/environ"

    ended = shell(look, folder, walls=[FILES])

    assert ended.output.lower().count("permission denied") == 4
    assert secret.read_text() == "TOP SECRET\n"
    assert "SECRET" not in ended.output


def test_without_the_wall_it_is_read(folder: Path, secret: Path) -> None:
    assert shell(f"cat {secret}", folder, walls=[]).output == "TOP SECRET\n"


def test_what_may_be_read_may_not_be_written_and_the_own_folder_may(folder: Path, secret: Path) -> None:
    needs([FILES])
    script = f"cat {secret}; echo x > {secret}; mkdir own && echo mine > own/file && cat own/file"

    ended = run_child(
        ["/bin/sh", "-c", script],
        FakeContext(),
        folder=folder,
        reads=[str(secret.parent)],
        walls=[FILES],
    )

    assert ended.output.startswith("TOP SECRET\n")
    assert ended.output.endswith("mine\n")
    assert secret.read_text() == "TOP SECRET\n"


@pytest.mark.parametrize("wall", [FILES, NETWORK])
def test_nobody_outside_gets_a_signal_through_a_wall(folder: Path, wall: str) -> None:
    needs([wall])

    def signal_us(walls: list[str]) -> int:
        return shell(f"kill -{signal.SIGCONT.value} {os.getpid()}", folder, walls=walls).code

    assert signal_us([]) == 0
    assert signal_us([wall]) != 0


def test_several_processes_behind_walls_still_reach_each_other(folder: Path) -> None:
    ended = shell(
        "sleep 60 & kill $! && wait $!; echo $?; ls /proc/self/exe > /dev/null && echo seen", folder
    )

    assert ended.output.endswith("143\nseen\n")
