"""A child has an empty environment, a folder, its time and its place among others."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from flow8.kit import Failed, child
from flow8.kit.child import AT_ONCE, Limits, fresh_folder, run_child, walls_here
from flow8.kit.testing import FakeContext
from tests.support.children import carrying, every_wall, name_of, shell, until


@every_wall
def test_the_environment_knows_of_nothing_but_the_folder(
    folder: Path, walls: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCRYPTION_KEY", "a secret")

    ended = run_child(["/usr/bin/env"], FakeContext(), folder=folder, walls=walls)

    assert dict(line.split("=", 1) for line in ended.output.splitlines()) == {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": f"{folder}/home",
        "TMPDIR": f"{folder}/tmp",
    }
    assert (folder / "home").is_dir()
    assert (folder / "tmp").is_dir()


def test_it_runs_in_its_folder_and_its_code_and_words_are_told(folder: Path) -> None:
    ended = shell("pwd; echo wrong >&2; exit 7", folder)

    assert (ended.code, ended.timed_out, ended.told) == (7, False, "code 7")
    assert ended.output == f"{folder}\nwrong\n"


def test_a_signal_that_ends_it_is_told(folder: Path) -> None:
    ended = shell("kill -SEGV $$", folder)

    assert (ended.code, ended.told) == (-signal.SIGSEGV, "signal 11 (Segmentation fault)")


def test_its_time_is_no_longer_than_what_the_flowlet_has(folder: Path) -> None:
    began = time.monotonic()

    ended = run_child(["/bin/sleep", "60"], FakeContext(seconds=0.5), folder=folder)

    assert (ended.timed_out, ended.code) == (True, -signal.SIGTERM)
    assert time.monotonic() - began < 20


@every_wall
def test_the_walls_that_stand_are_told(folder: Path, walls: tuple[str, ...]) -> None:
    assert shell("true", folder, walls=walls).walls == set(walls) & walls_here()


def test_a_fresh_folder_is_nobody_elses_and_gone_afterwards() -> None:
    with fresh_folder(FakeContext()) as made:
        mode = made.stat().st_mode & 0o777
        (made / "deep" / "deeper").mkdir(parents=True)

    assert made.parent == Path(tempfile.gettempdir()).resolve()
    assert mode == 0o700
    assert not made.exists()


def test_only_so_many_run_at_once_and_who_waits_too_long_fails(mark: str) -> None:
    def hold_a_place() -> None:
        with fresh_folder(FakeContext()) as own:
            shell(f"while sleep 0.1; do :; done # {mark}", own, Limits(seconds=3))

    threads = [threading.Thread(target=hold_a_place) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    all_run = until(lambda: len([pid for pid in carrying(mark) if name_of(pid) == "sh"]) == AT_ONCE)
    with pytest.raises(Failed, match="execution timeout") as failed, fresh_folder(FakeContext(seconds=0.2)):
        pass
    for thread in threads:
        thread.join()
    with fresh_folder(FakeContext(seconds=0.2)) as own:
        after = shell("true", own)

    assert all_run
    assert failed.value.code == "TIMEOUT"
    assert after.code == 0


def test_a_warden_that_hangs_is_killed_and_its_program_with_it(
    folder: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "LATE_SECONDS", 0.5)

    def stop_the_first_process() -> None:
        until(lambda: "sh" in map(name_of, carrying(mark)))
        first = min(pid for pid in carrying(mark) if name_of(pid) != "sh")
        os.kill(first, signal.SIGSTOP)

    stopper = threading.Thread(target=stop_the_first_process)
    stopper.start()
    with pytest.raises(Failed, match="could not be ended in time"):
        shell(f"while sleep 0.1; do :; done # {mark}", folder, Limits(seconds=1))
    stopper.join()

    assert until(lambda: carrying(mark) == [])


BEATS = """
import gevent.monkey
gevent.monkey.patch_all()
import sys, time
import gevent
from flow8.kit.child import Limits, fresh_folder, run_child
from flow8.kit.testing import FakeContext

beats = []
def beat():
    while True:
        beats.append(time.monotonic())
        gevent.sleep(0.01)

def convert():
    with fresh_folder(FakeContext()) as folder:
        return run_child(["/bin/sh", "-c", "sleep 2; echo done"], FakeContext(), folder=folder)

heart = gevent.spawn(beat)
runs = [gevent.spawn(convert) for _ in range(2)]
began = time.monotonic()
gevent.joinall(runs, raise_error=True)
took = time.monotonic() - began
print([run.value.output for run in runs], took < 3.9, len(beats) > 40)
"""


def test_under_gevent_others_go_on_while_children_run_side_by_side() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEATS],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == "['done\\n', 'done\\n'] True True\n"
