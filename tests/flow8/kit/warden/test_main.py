"""Nothing survives a child: no process, wherever it hides, and no file, whoever is killed."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flow8.kit import Failed
from flow8.kit.child import Limits, fresh_folder
from flow8.kit.testing import FakeContext
from flow8.kit.warden.main import clear
from tests.support.children import carrying, every_wall, name_of, python, shell, until

ROOT = Path(__file__).parents[4]

FAMILY = """
import os, sys, time
for number in range(3):
    if os.fork() == 0:
        if number:
            os.setsid()
        if number == 2 and os.fork():
            os._exit(0)
        os.write(1, b"born.")
        time.sleep(600)
while sys.argv[2] == "stay":
    time.sleep(600)
time.sleep(0.5)
"""
"""A child, a child with a session of its own, and one whose parent is gone as well."""


@every_wall
@pytest.mark.parametrize("parent", ["stay", "leave"])
def test_children_that_hide_in_sessions_of_their_own_do_not_survive(
    folder: Path, mark: str, walls: tuple[str, ...], parent: str
) -> None:
    ended = python(FAMILY, folder, mark, parent, limits=Limits(seconds=2), walls=walls)

    assert ended.output == "born.born.born."
    assert ended.timed_out is (parent == "stay")
    assert carrying(mark) == []


SWARM = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(6):
    if os.fork() == 0:
        os.setsid()
while True:
    time.sleep(0.05)
    if os.fork():
        os._exit(0)
"""
"""64 processes in sessions of their own, each replaced by its child again and again."""


@every_wall
def test_a_swarm_that_forks_on_and_on_does_not_survive(
    folder: Path, mark: str, walls: tuple[str, ...]
) -> None:
    python(SWARM, folder, mark, limits=Limits(seconds=1), walls=walls)

    assert carrying(mark) == []


ASKS = """
import sys
from pathlib import Path
from flow8.kit.child import fresh_folder, run_child
from flow8.kit.testing import FakeContext

ctx = FakeContext(seconds=600)
with fresh_folder(ctx) as folder:
    print(folder, flush=True)
    script = f"setsid sh -c 'while sleep 0.1; do :; done # {sys.argv[1]}' & while sleep 0.1; do :; done"
    run_child(["/bin/sh", "-c", script], ctx, folder=folder, walls=sys.argv[2:])
"""


@every_wall
def test_when_whoever_asked_is_killed_its_child_ends_and_the_folder_goes(
    mark: str, walls: tuple[str, ...]
) -> None:
    asking = subprocess.Popen(
        [sys.executable, "-c", ASKS, mark, *walls], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with asking:
        folder = Path(asking.stdout.readline().strip()) if asking.stdout else Path()
        hidden = until(lambda: len(carrying(mark)) >= 4)
        asking.kill()

    assert hidden
    assert until(lambda: carrying(mark) == [])
    assert until(lambda: not folder.exists())


@every_wall
def test_when_the_process_that_watches_is_killed_the_program_goes_with_it(
    folder: Path, mark: str, walls: tuple[str, ...]
) -> None:
    def kill_it() -> None:
        until(lambda: "sh" in map(name_of, carrying(mark)))
        os.kill(max(pid for pid in carrying(mark) if name_of(pid) != "sh"), signal.SIGKILL)

    killer = threading.Thread(target=kill_it)
    killer.start()
    with pytest.raises(Failed, match="watches over a program was lost") as failed:
        shell(f"while sleep 0.1; do :; done # {mark}", folder, walls=walls)
    killer.join()

    assert (failed.value.final, failed.value.code) == (False, "CHILD_LOST")
    assert carrying(mark) == []


def test_a_folder_goes_though_its_program_locked_it(folder: Path) -> None:
    shell("mkdir -p a/b && echo x > a/b/c && chmod 0 a/b/c a/b a", folder)

    clear(folder)

    assert not folder.exists()


def test_what_a_link_in_the_folder_leads_to_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    (tmp_path / "kept").write_text("x")
    with fresh_folder(FakeContext()) as made:
        (made / "out").symlink_to(tmp_path)

    assert (tmp_path / "kept").read_text() == "x"
    assert tmp_path.stat().st_mode & 0o777 == 0o750
