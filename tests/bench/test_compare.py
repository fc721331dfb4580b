"""A run beside an earlier one: ratios, what is worse, and what else differs."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bench import compare
from bench.compare import Unreadable
from bench.report import FORMAT
from bench.rows import RATE


def a_run(
    versions: dict[str, str] | None = None, cores: int = 2, **results: dict[str, float]
) -> dict[str, Any]:
    rows = [{"name": name, "title": name.title(), "values": values} for name, values in results.items()]
    return {
        "format": FORMAT,
        "at": "then",
        "versions": versions or {"flow8": "1"},
        "machine": {"cores": cores},
        "settings": {},
        "results": rows,
    }


def test_every_value_that_both_have_becomes_a_ratio() -> None:
    before = a_run(channel={RATE: 1000.0, "p50_ms": 4.0, "count": 9.0}, gone={RATE: 1.0})
    now = a_run(fresh={RATE: 1.0}, channel={RATE: 1500.0, "p50_ms": 6.0, "p99_ms": 8.0, "count": 3.0})

    found = [(each.title, each.value, each.ratio) for each in compare.changes(before, now)]

    assert found == [("Channel", RATE, 1.5), ("Channel", "p50_ms", 1.5)]


@pytest.mark.parametrize(
    ("value", "now", "worse"),
    [
        (RATE, 89.0, True),
        (RATE, 91.0, False),
        (RATE, 200.0, False),
        ("p99_ms", 111.0, True),
        ("p99_ms", 109.0, False),
        ("mb", 50.0, False),
    ],
)
def test_fewer_per_second_or_more_of_anything_else_is_worse(value: str, now: float, *, worse: bool) -> None:
    (change,) = compare.changes(a_run(a={value: 100.0}), a_run(a={value: now}))

    assert change.is_worse is worse


def test_what_else_differs_is_told() -> None:
    found = compare.differences(
        a_run({"flow8": "1", "old": "1"}), a_run({"flow8": "2", "old": "1", "new": "3"}, cores=4)
    )

    assert found == [
        "machine.cores: 2 before, 4 now",
        "flow8: 1 before, 2 now",
        "new: None before, 3 now",
    ]


def test_what_is_not_measured_any_more_is_told() -> None:
    output = io.StringIO()

    compare.show(a_run(steps={RATE: 1.0}, drain={RATE: 1.0}), a_run(steps={RATE: 1.0}), Console(file=output))

    assert "measured before, and not now: Drain" in output.getvalue()
    assert "not now: Steps" not in output.getvalue()


def test_the_table_shows_both_and_their_ratio() -> None:
    output = io.StringIO()

    compare.show(
        a_run(channel={RATE: 1000.0}), a_run(channel={RATE: 1500.0}), Console(file=output, width=132)
    )

    assert all(text in output.getvalue() for text in ("Channel", "1,000", "1,500", "1.50", "run of then"))


def test_a_run_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text(json.dumps(a_run()))

    assert compare.read(file) == a_run()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 999}'])
def test_a_file_that_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(text)

    with pytest.raises(Unreadable, match=r"run\.json"):
        compare.read(file)
