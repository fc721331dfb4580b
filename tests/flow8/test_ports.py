"""Ports: free, used by others, held by another flow8 (in another process, as it is in life)."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.ports import free_port, free_ports
from config.settings import load
from flow8.errors import Unavailable
from flow8.ports import Wanted, problem_of, reserve, wanted_by

HOLDER = """
import sys
from pathlib import Path
from flow8.ports import Wanted, reserve
with reserve([Wanted("X", "127.0.0.1", range(int(sys.argv[2]), int(sys.argv[3])))], Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_flow8(tmp_path: Path) -> Iterator[range]:
    """Ports that a flow8 in another process holds."""
    ports = free_ports(3)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), str(ports.start), str(ports.stop)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield ports
        holder.kill()


def one(setting: str, port: int) -> Wanted:
    return Wanted(setting, "127.0.0.1", range(port, port + 1))


def test_what_an_installation_listens_on_follows_from_its_settings() -> None:
    environ = {"FLOW8_IN_CONTAINER": "false", "SERVER_PORT": "5000", "CHANNEL_HOST": "::"}

    assert wanted_by(load(environ)) == [
        Wanted("SERVER_PORT", "127.0.0.1", range(5000, 5001)),
        Wanted("MCP_SERVER_PORT", "127.0.0.1", range(4445, 4446)),
        Wanted("CHANNEL_PORT_RANGE", "::", range(7701, 7800)),
    ]
    assert len(wanted_by(load({**environ, "MCP_SERVER_ENABLED": "false"}))) == 2


def test_free_ports_are_reserved_and_can_be_listened_on(tmp_path: Path) -> None:
    port = free_port()

    with reserve([one("SERVER_PORT", port)], tmp_path), socket.create_server(("127.0.0.1", port)) as server:
        assert server.getsockname()[1] == port

    assert problem_of(one("SERVER_PORT", port), ours=False, folder=tmp_path) is None


@pytest.mark.parametrize("shared", [False, True])
def test_a_port_of_another_program_is_refused_even_when_that_would_share_it(
    tmp_path: Path, *, shared: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=shared) as server:
        port = server.getsockname()[1]

        with pytest.raises(Unavailable) as caught:
            reserve([one("SERVER_PORT", port)], tmp_path)

    assert str(caught.value) == (
        f"Port {port} is used by another program; end it, or set SERVER_PORT to a free port."
    )


def test_a_port_of_another_flow8_is_refused_though_nobody_listens_yet(
    tmp_path: Path, other_flow8: range
) -> None:
    wanted = Wanted("CHANNEL_PORT_RANGE", "127.0.0.1", range(other_flow8[-1], other_flow8[-1] + 2))

    with pytest.raises(Unavailable) as caught:
        reserve([wanted], tmp_path)

    assert str(caught.value) == (
        f"Port {other_flow8[-1]} belongs to another flow8 that is running; stop that one, "
        "or set CHANNEL_PORT_RANGE to a range without it."
    )


def test_a_port_of_our_own_running_flow8_is_no_problem(tmp_path: Path, other_flow8: range) -> None:
    wanted = Wanted("CHANNEL_PORT_RANGE", "127.0.0.1", other_flow8)

    with socket.create_server(("127.0.0.1", other_flow8[0])):
        assert problem_of(wanted, ours=True, folder=tmp_path) is None
        assert "another flow8" in (problem_of(wanted, ours=False, folder=tmp_path) or "")


def test_a_host_that_is_not_ours_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        reserve([Wanted("CHANNEL_PORT_RANGE", "192.0.2.1", range(free_port(), 65536)[:1])], tmp_path)

    assert str(caught.value) == "192.0.2.1 is no address of this machine to listen on; correct CHANNEL_HOST."


def test_a_lock_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)

    with pytest.raises(Unavailable, match="belongs to somebody else"):
        reserve([], tmp_path / "link")
