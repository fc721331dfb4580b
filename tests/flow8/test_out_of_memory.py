"""Processes that the kernel ended for want of memory are counted, however this machine counts them."""

from pathlib import Path

import pytest

from flow8.out_of_memory import OutOfMemory

NEW = "low 0\nhigh 0\nmax 12\noom 1\noom_kill {}\noom_group_kill 0\n"
OLD = "oom_kill_disable 0\nunder_oom 0\noom_kill {}\n"


@pytest.mark.parametrize(
    ("proc", "counter", "text"),
    [
        ("0::/\n", "memory.events", NEW),
        ("0::/system.slice/docker.scope\n", "system.slice/docker.scope/memory.events", NEW),
        ("4:memory:/box\n0::/\n", "memory/box/memory.oom_control", OLD),
        ("4:memory:/docker/4711\n0::/\n", "memory/memory.oom_control", OLD),
    ],
)
def test_it_counts_what_came_since_it_was_asked_last(
    tmp_path: Path, proc: str, counter: str, text: str
) -> None:
    (tmp_path / "proc").write_text(proc)
    file = tmp_path / "groups" / counter
    file.parent.mkdir(parents=True)
    file.write_text(text.format(3))
    looked = OutOfMemory(tmp_path / "proc", tmp_path / "groups")

    before = looked.news()
    file.write_text(text.format(5))

    assert (before, looked.news(), looked.news()) == (0, 2, 0)


def test_where_nothing_is_limited_nothing_is_counted(tmp_path: Path) -> None:
    (tmp_path / "proc").write_text("0::/\n")

    assert OutOfMemory(tmp_path / "proc", tmp_path / "groups").news() == 0
    assert OutOfMemory(tmp_path / "nowhere", tmp_path / "groups").news() == 0


def test_a_counter_that_goes_away_is_no_news(tmp_path: Path) -> None:
    (tmp_path / "proc").write_text("0::/\n")
    (tmp_path / "memory.events").write_text(NEW.format(7))
    looked = OutOfMemory(tmp_path / "proc", tmp_path)

    (tmp_path / "memory.events").unlink()

    assert looked.news() == 0
