"""The whole bench, quickly: every measurement runs, what it counts is right, and nothing is left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.measurements import TABLE
from config.kinds import ROOT

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]
ROWS = (
    "start-first",
    "start-again",
    "memory-idle",
    "bare-inserts",
    "bare-no-ops",
    *("bare-stack-1", "channel-1", "bare-stack-10", "channel-10", "bare-stack-50", "channel-50"),
    "channel-stored-first",
    *("bare-queue-10", "queue-10", "bare-queue-50", "queue-50"),
    *("bare-accept", "accept"),
    "drain",
    *("steps-pure", "steps-checkpoints"),
    "parallel",
    *("loop-100", "loop-100-parallel", "loop-10000", "loop-10000-parallel"),
    "waiting",
    *("writes-channel", "writes-queue"),
    "memory-after",
)


def bench(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flow8", "bench", "--quick", "--folder", str(folder), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "BROKER_URL": "amqp://nobody:nothing@127.0.0.1:1/"},
        capture_output=True,
        text=True,
        check=False,
        timeout=380,
    )


def measured(file: Path) -> dict[str, dict[str, float]]:
    run: dict[str, Any] = json.loads(file.read_text())
    assert run["leftOut"] == {}
    return {each["name"]: each["values"] for each in run["results"]}


def test_every_measurement_runs_and_counts_right(tmp_path: Path) -> None:
    ground, file = tmp_path / "ground", tmp_path / "run.json"
    ground.mkdir()

    done = bench(ground, "--json", str(file))

    assert done.returncode == 0, done.stderr
    values = measured(file)
    assert tuple(values) == ROWS
    assert {name: values[name]["count"] for name in ("drain", "waiting", "channel-50", "queue-50")} == {
        "drain": 40,
        "waiting": 20,
        "channel-50": 60,
        "queue-50": 60,
    }
    assert values["waiting"]["at_once"] == 20
    assert 1 <= values["writes-channel"]["writes"] < 1.5
    assert 3 <= values["writes-queue"]["writes"] < 3.5
    assert values["memory-idle"]["mb"] > 50
    assert values["loop-10000"]["peak_mb"] > values["loop-10000"]["grown_mb"] >= 0
    assert list(ground.iterdir()) == []
    assert left_over(ground) == []


@pytest.mark.rabbitmq
def test_rabbitmq_can_carry_the_messages_and_runs_can_be_compared(tmp_path: Path, rabbitmq_uri: str) -> None:
    file = tmp_path / "run.json"
    chosen = ("--only", "no-ops,queue,drain", "--broker", rabbitmq_uri)

    first = bench(tmp_path, "--json", str(file), *chosen)
    second = bench(tmp_path, "--compare", str(file), "--only", "no-ops", "--broker", rabbitmq_uri)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert measured(file)["drain"]["count"] == 40
    assert json.loads(file.read_text())["settings"]["broker"] == "rabbitmq"
    assert "now / before" in second.stdout
    assert "guest" not in first.stdout + second.stdout + file.read_text()


def test_every_measurement_has_a_name_of_its_own() -> None:
    names = [each.name for each in TABLE]

    assert len(set(names)) == len(names)


def left_over(folder: Path) -> list[str]:
    """The command lines of processes that still know the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in path.read_bytes():
                found.append(path.with_name("cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found
