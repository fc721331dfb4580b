"""A watched program keeps its limits, and its words and its end are told."""

import os
import signal
import time
from pathlib import Path

from flow8.kit.child import MIB, Limits, run_child
from flow8.kit.testing import FakeContext
from tests.support.children import carrying, every_wall, python, shell


def test_it_reads_nothing_from_anybody(folder: Path) -> None:
    assert shell("read line || echo nothing", folder).output == "nothing\n"


def test_a_program_that_is_not_there_is_said_so(folder: Path) -> None:
    ended = run_child(["/no/such/program"], FakeContext(), folder=folder)

    assert (ended.code, ended.output) == (127, "It cannot be started: No such file or directory")


def test_of_many_words_the_last_are_kept(folder: Path) -> None:
    ended = python("print('x' * 5_000_000); print('the end')", folder)

    assert ended.code == 0
    assert ended.output.endswith("x\nthe end\n")
    assert len(ended.output) == 16 * 1024


def test_words_without_end_do_not_lengthen_its_time(folder: Path) -> None:
    ended = shell("while :; do echo y; done", folder, Limits(seconds=0.5))

    assert (ended.timed_out, ended.code) == (True, -signal.SIGTERM)


def test_who_hears_sigterm_may_tidy_up(folder: Path) -> None:
    ended = shell("trap 'echo tidy; exit 3' TERM; while sleep 0.1; do :; done", folder, Limits(seconds=0.5))

    assert (ended.timed_out, ended.code) == (True, 3)
    assert ended.output.endswith("tidy\n")


@every_wall
def test_who_does_not_hear_sigterm_is_killed_after_two_seconds(
    folder: Path, mark: str, walls: tuple[str, ...]
) -> None:
    began = time.monotonic()

    ended = shell(f"trap '' TERM; while :; do sleep 100; done # {mark}", folder, Limits(seconds=0.5), walls)

    assert (ended.timed_out, ended.code) == (True, -signal.SIGKILL)
    assert 2.5 <= time.monotonic() - began < 20
    assert carrying(mark) == []


def test_memory_is_bounded(folder: Path) -> None:
    ended = python("x = bytearray(300 * 2**20)", folder, limits=Limits(memory_bytes=100 * MIB))

    assert ended.code == 1
    assert "MemoryError" in ended.output


def test_processor_time_is_bounded(folder: Path) -> None:
    ended = python("while True: pass", folder, limits=Limits(seconds=60, cpu_seconds=1))

    assert (ended.code, ended.timed_out) == (-signal.SIGXCPU, False)


def test_processor_time_is_twice_the_seconds_unless_given(folder: Path) -> None:
    assert shell("ulimit -t", folder, Limits(seconds=7)).output == "14\n"


def test_files_are_bounded_in_size_and_number_and_no_core_is_dumped(folder: Path) -> None:
    limits = Limits(file_bytes=MIB, open_files=20)
    copy = ["/bin/dd", "if=/dev/zero", "of=big", "bs=1M", "count=3"]

    big = run_child(copy, FakeContext(), folder=folder, limits=limits)
    told = shell("ulimit -n; ulimit -c", folder, limits)

    assert big.code == -signal.SIGXFSZ
    assert (folder / "big").stat().st_size == MIB
    assert told.output == "20\n0\n"


def test_it_has_no_privileges_even_of_root(folder: Path) -> None:
    ended = shell("grep -E '^(CapPrm|CapEff)' /proc/self/status; grep NoNewPrivs /proc/self/status", folder)

    assert [int(line.split()[1], 16) for line in ended.output.splitlines()] == [0, 0, 1]


def test_it_gives_way_to_others_in_time_and_memory(folder: Path) -> None:
    ended = shell("nice; cat /proc/self/oom_score_adj", folder)

    assert ended.output == f"{min(19, os.nice(0) + 10)}\n1000\n"
