"""A port is given to one process only, is none that the kernel gives to clients, and is free."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.faults import NotHere
from bench.ports import END, FIRST, KERNELS_RANGE, Ports, free_port, free_ports, places

SOME = range(18_000, 18_064)
OTHER = """
import sys
from pathlib import Path
from bench.ports import Ports
print(Ports(Path(sys.argv[1]), range(*map(int, sys.argv[2:4]))).take(int(sys.argv[4])), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which holds 60 of the ports."""
    command = [sys.executable, "-c", OTHER, str(tmp_path), str(SOME.start), str(SOME.stop), "60"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("range(180")
        yield process
        process.kill()


def test_no_port_is_given_twice() -> None:
    given = [*free_ports(3), free_port(), *free_ports(2)]

    assert len(set(given)) == 6


def test_what_another_process_holds_is_given_again_when_it_has_ended(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    ports = Ports(tmp_path, SOME)

    with pytest.raises(NotHere, match="no 5 free ports in a row"):
        ports.take(5)
    left = ports.take(4)
    other.kill()
    other.wait()

    assert set(left) | set(ports.take(60)) == set(SOME)


def test_a_search_in_vain_takes_nothing(tmp_path: Path) -> None:
    ports = Ports(tmp_path, range(18_100, 18_104))

    with pytest.raises(NotHere):
        ports.take(5)

    assert ports.take(4) == range(18_100, 18_104)


def test_a_port_that_somebody_listens_on_is_left_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as server:
        port = server.getsockname()[1]
        ports = Ports(tmp_path, range(port, port + 1))

        with pytest.raises(NotHere):
            ports.take(1)


@pytest.mark.skipif(not KERNELS_RANGE.exists(), reason="this kernel does not tell its own range")
def test_the_kernel_gives_none_of_them_to_a_client() -> None:
    lowest, highest = map(int, KERNELS_RANGE.read_text().split())

    assert free_port() not in range(lowest, highest + 1) or lowest < FIRST + 1_000


@pytest.mark.parametrize(
    ("kernels", "expected"),
    [
        ("32768\t60999\n", range(FIRST, END)),
        ("15000\t60999\n", range(FIRST, 15_000)),
        ("1024\t65535\n", range(FIRST, END)),
        ("", range(FIRST, END)),
    ],
)
def test_places_lie_below_the_kernels_own_where_that_leaves_enough(
    tmp_path: Path, kernels: str, expected: range
) -> None:
    file = tmp_path / "range"
    file.write_text(kernels)

    assert places(file) == expected
    assert places(tmp_path / "none") == range(FIRST, END)
