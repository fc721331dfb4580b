"""LOG_FILE grows, is put aside and compressed, and loses no line."""

import gzip
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import log_file
from config.log_file import LogFile
from tests.support.system import until

WRITER = """
import sys, time
from pathlib import Path
from config import log_file
log_file.LOOK_SECONDS = 0.05
log_file.PAUSE_SECONDS = 0
file = log_file.LogFile(Path(sys.argv[1]), largest=20_000, kept=100)
for number in range(3000):
    file.write(f"{sys.argv[2]} {number:08d} {'x' * 30}\\n".encode())
    if number % 10 == 0:
        time.sleep(0.002)
time.sleep(1)
"""


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(log_file, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where it lies; the folder is made."""
    return tmp_path / "logs" / "app.log"


def everything(path: Path) -> Iterator[str]:
    """The lines of all files, put aside or not."""
    for file in path.parent.glob("app.log*"):
        if file.suffix == ".gz":
            yield from gzip.decompress(file.read_bytes()).decode().splitlines()
        elif file.suffix != ".lock":
            yield from file.read_text().splitlines()


def test_lines_are_appended(path: Path) -> None:
    LogFile(path).write(b"one\n")
    LogFile(path).write(b"two\n")

    assert path.read_text() == "one\ntwo\n"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_full_one_is_put_aside_and_compressed(path: Path) -> None:
    file = LogFile(path, largest=10)

    for line in (b"first line\n", b"second line\n"):
        file.write(line)

    assert path.read_text() == "second line\n"
    until(path.with_name("app.log.1.gz").exists)
    assert gzip.decompress(path.with_name("app.log.1.gz").read_bytes()) == b"first line\n"
    until(lambda: not path.with_name("app.log.1").exists())


def test_only_so_many_are_kept(path: Path) -> None:
    file = LogFile(path, largest=1, kept=3)

    for number in range(8):
        file.write(f"{number}\n".encode())
        time.sleep(0.05)

    until(lambda: len(list(path.parent.glob("*.gz"))) == 3 and not path.with_name("app.log.1").exists())
    assert sorted(everything(path)) == ["4", "5", "6", "7"]


def test_somebody_else_may_move_or_remove_it(path: Path) -> None:
    file = LogFile(path)
    file.write(b"one\n")
    path.rename(path.with_name("moved"))

    file.write(b"two\n")
    assert path.read_text() == "two\n"
    path.unlink()
    file.write(b"three\n")

    assert path.read_text() == "three\n"


def test_a_disk_that_refuses_is_told(path: Path) -> None:
    file = LogFile(path)
    shutil.rmtree(path.parent)

    with pytest.raises(FileNotFoundError):
        file.write(b"one\n")


def test_what_a_killed_process_left_uncompressed_is_compressed_by_the_next(path: Path) -> None:
    file = LogFile(path, largest=1)
    path.with_name("app.log.1").write_text("left\n")
    path.with_name("app.log.gz.new").write_bytes(b"half")

    file.write(b"one\n")
    file.write(b"two\n")

    until(path.with_name("app.log.2.gz").exists)
    until(lambda: not path.with_name("app.log.2").exists() and not path.with_name("app.log.1").exists())
    assert sorted(everything(path)) == ["left", "one", "two"]


def test_three_processes_lose_no_line(path: Path) -> None:
    path.parent.mkdir()
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(each)]) for each in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]

    heads = sorted(line.rsplit(" ", 1)[0] for line in everything(path))

    assert heads == sorted(f"{each} {number:08d}" for each in range(3) for number in range(3000))
    assert len(list(path.parent.glob("app.log.[0-9]*"))) > 3
