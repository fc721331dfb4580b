"""Processes die in the middle of work: what was accepted is finished, what was finished is not repeated."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.processes import command_line, descendants
from tests.support.system import System, running, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    """A whole flow8 over MongoDB alone."""
    with running(tmp_path) as started:
        yield started


def five_flowlets(log: Path) -> dict[str, Any]:
    """Two writes to storage, two marks in the effect log, and one slow flowlet in their middle."""

    def write(ref: str) -> dict[str, Any]:
        return {"ref": ref, "appId": "storage-write", "args": {"path": f"{ref}.txt", "content": "{{ $now }}"}}

    def mark(ref: str, seconds: float) -> dict[str, Any]:
        return {"ref": ref, "appId": "probe", "args": {"log": str(log), "seconds": seconds}}

    flowlets = [write("one"), mark("first", 0), mark("slow", 3), write("two"), mark("last", 0)]
    return {"flow": "five", "name": "Five", "flowlets": flowlets}


def workers(system: System) -> tuple[list[int], list[int]]:
    """The Dramatiq masters and their children."""
    masters = [
        pid for pid in system.processes("workers.boot") if not _under(pid, system.processes("workers.boot"))
    ]
    return masters, [child for master in masters for child in descendants(master)]


def _under(pid: int, others: list[int]) -> bool:
    return any(pid in descendants(other) for other in others if other != pid)


def count(log: Path, words: str) -> int:
    return log.read_text().count(words) if log.exists() else 0


@pytest.mark.parametrize("victim", ["child", "master"])
def test_another_worker_finishes_the_play_and_repeats_no_finished_flowlet(
    system: System, tmp_path: Path, victim: str
) -> None:
    log = tmp_path / "effects.log"
    system.publish(five_flowlets(log))
    stored = tmp_path / "data" / "data" / "flows" / "default"
    play_id = system.run("five")["playId"]
    until(lambda: count(log, "/slow"), what="the slow flowlet")
    written = (stored / "one.txt").read_text()
    masters, children = workers(system)

    for pid in masters if victim == "master" else children:
        os.kill(pid, signal.SIGKILL)

    play = system.finished(play_id, 90)
    assert play["state"] == "DONE"
    assert (stored / "one.txt").read_text() == written
    assert [count(log, f"end {play_id}/{ref}") for ref in ("first", "slow", "last")] == [1, 1, 1]
    assert count(log, f"start {play_id}/slow") == 2


def test_every_process_that_dies_comes_back_and_none_outlives_up(system: System) -> None:
    before = descendants(system.process.pid)
    for words in ("workers.boot", "web.wsgi", "scheduler", "agents"):
        os.kill(system.processes(words)[0], signal.SIGKILL)

    until(lambda: _answers(system), what="the web")
    until(lambda: len(descendants(system.process.pid)) >= len(before), what="every process")

    everything = descendants(system.process.pid)
    os.kill(system.process.pid, signal.SIGKILL)
    until(lambda: not [pid for pid in everything if command_line(pid)], what="the end of every process")


def _answers(system: System) -> bool:
    try:
        return system.api("GET", "flows").status == 200
    except OSError:
        return False


def test_ctrl_c_stops_everything_within_30_seconds(system: System) -> None:
    everything = descendants(system.process.pid)

    code = system.stop()

    assert code == 0
    assert [pid for pid in everything if command_line(pid)] == []
