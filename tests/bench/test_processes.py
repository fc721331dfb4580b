"""Processes are started without the caller's settings, rest, and tell what they cost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import processes
from bench.faults import NotHere, Wrong


@pytest.fixture
def busy() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    yield process
    process.kill()
    process.wait()


def test_a_process_knows_the_settings_it_is_told_and_none_of_the_callers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BROKER_URL", "amqp://somebody")
    monkeypatch.setenv("MONGODB_URI_FILE", "/somewhere")
    monkeypatch.setenv("LANG", "C.UTF-8")

    made = processes.environment({"MONGODB_URI": "mongodb://here"})

    assert "BROKER_URL" not in made
    assert "MONGODB_URI_FILE" not in made
    assert (made["LANG"], made["MONGODB_URI"]) == ("C.UTF-8", "mongodb://here")


def test_a_process_that_rests_takes_no_processor_time_and_goes_on_afterwards(
    busy: subprocess.Popen[bytes],
) -> None:
    with processes.resting([busy.pid]):
        processes.until(lambda: state_of(busy.pid) == "T", 30, "the rest")

    assert processes.until(lambda: state_of(busy.pid) != "T", 30, "the end of the rest")


def test_processor_time_and_memory_of_a_process_are_read(busy: subprocess.Popen[bytes]) -> None:
    assert processes.until(lambda: processes.cpu_seconds([busy.pid]), 30, "some work") > 0
    assert processes.pss_mb(busy.pid) > 1


def test_the_peak_of_memory_is_what_it_was_at_most_since_it_was_forgotten() -> None:
    take = "kept = bytearray(64 << 20); del kept; print(flush=True); import sys; sys.stdin.readline()\n"
    command = [sys.executable, "-c", take * 2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        assert processes.peak_mb(process.pid) - processes.rss_mb(process.pid) > 60

        processes.forget_peak(process.pid)
        assert processes.peak_mb(process.pid) - processes.rss_mb(process.pid) < 10
        process.stdin.write("\n")
        process.stdin.flush()
        process.stdout.readline()

        assert processes.peak_mb(process.pid) - processes.rss_mb(process.pid) > 60
        process.stdin.write("\n")


def test_a_process_that_is_gone_costs_nothing(busy: subprocess.Popen[bytes]) -> None:
    busy.kill()
    busy.wait()

    assert (processes.cpu_seconds([busy.pid]), processes.pss_mb(busy.pid)) == (0.0, 0.0)
    assert (processes.rss_mb(busy.pid), processes.peak_mb(busy.pid)) == (0.0, 0.0)
    with pytest.raises(NotHere, match="peaks"):
        processes.forget_peak(busy.pid)
    assert processes.command_line(busy.pid) == ""


def test_children_of_children_are_found() -> None:
    shell = subprocess.Popen(["sh", "-c", "sh -c 'sleep 60; true'; true"])
    try:
        found = processes.until(lambda: two(processes.descendants(shell.pid)), 30, "both")
        assert "sleep" in processes.command_line(found[1])
    finally:
        for pid in [*processes.descendants(shell.pid), shell.pid]:
            os.kill(pid, 9)
        shell.wait()


def test_what_does_not_happen_in_time_is_wrong() -> None:
    with pytest.raises(Wrong, match="the moon did not happen within 0 seconds"):
        processes.until(lambda: None, 0.05, "the moon")


def test_what_a_process_says_goes_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"

    process = processes.start([sys.executable, "-c", "print('hello')"], {}, log)
    process.wait(20)

    assert log.read_text() == "hello\n"


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def two(pids: list[int]) -> list[int] | None:
    return pids if len(pids) == 2 else None
