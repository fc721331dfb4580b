"""A report tells shares, aims and what was left out, as JSON and as a table."""

import io

import pytest
from rich.console import Console

from bench.report import Report, number, show
from bench.rows import RATE, Aim, Row, results_of

SETTINGS = {"quick": False, "rounds": 1, "seconds": 3.0, "broker": "mongodb"}
MACHINE = {"cores": 2, "processor": "a processor", "filesystem": "ext4"}
AIM = Aim(RATE, at_least=0.6, of="bare")


def a_report(*rows: Row, quick: bool = False) -> Report:
    settings = {**SETTINGS, "quick": quick}
    left_out = {"memory": "no /proc here"}
    return Report("now", 7, {"flow8": "1"}, MACHINE, settings, results_of(rows), left_out, [1.5])


def ours(rate: float) -> Row:
    return Row("ours", "Ours", {RATE: rate, "mb": 3.0}, of="bare", aims=(AIM,))


def printed(report: Report) -> str:
    output = io.StringIO()
    show(report, Console(file=output, width=132))
    return output.getvalue()


def test_the_json_holds_values_shares_aims_and_what_they_need_beside_them() -> None:
    found = a_report(Row("bare", "Bare", {RATE: 1000.0}), ours(650.0)).as_json()

    assert (found["seed"], found["versions"], found["settings"]) == (7, {"flow8": "1"}, SETTINGS)
    assert found["machine"] == {**MACHINE, "load": [1.5]}
    assert found["leftOut"] == {"memory": "no /proc here"}
    assert found["results"][1] == {
        "name": "ours",
        "title": "Ours",
        "rounds": 1,
        "values": {RATE: 650.0, "mb": 3.0},
        "spread": {RATE: [650.0, 650.0], "mb": [3.0, 3.0]},
        "of": "bare",
        "share": 0.65,
        "aims": [{"value": RATE, "at_least": 0.6, "of": "bare", "reached": True}],
    }


def test_a_share_of_something_that_was_not_measured_is_nothing() -> None:
    found = a_report(ours(650.0)).as_json()["results"][0]

    assert (found["share"], found["aims"][0]["reached"]) == (None, None)


@pytest.mark.parametrize(("rate", "mark"), [(650.0, "✓"), (590.0, "✗")])
def test_the_table_marks_aims(rate: float, mark: str) -> None:
    text = printed(a_report(Row("bare", "Bare", {RATE: 1000.0}), ours(rate)))

    assert f"{mark} per s ≥ 0.6 of bare" in text
    assert f"{rate / 1000:.2f}" in text
    assert "mb 3" in text
    assert "left out: memory: no /proc here" in text


def test_a_quick_run_marks_no_aim_for_its_times_say_nothing() -> None:
    text = printed(a_report(Row("bare", "Bare", {RATE: 1000.0}), ours(590.0), quick=True))

    assert "✗" not in text
    assert "its times say nothing" in text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.1234, "0.123"), (12.0, "12"), (99.94, "99.9"), (1234.5, "1,234")]
)
def test_numbers_are_as_long_as_they_are_true(value: float, text: str) -> None:
    assert number(value) == text
