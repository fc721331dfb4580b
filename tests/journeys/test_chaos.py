"""Everything dies under load, again and again, by a fixed plan: nothing is lost, and nothing repeated."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.chaos.checker import percentile
from bench.chaos.options import Broker, Options
from bench.chaos.plan import kills_of
from bench.chaos.run import run
from flow8.cli.chaos import command
from tests.support.rabbitmq import need_rabbitmq
from tests.support.sizes import sized

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(sized(400, 1_200)),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]

RESCUE_SECONDS = 45
FULL = Options(
    plays=2_000, rate=4, worker_kills=60, broker_kills=10, web_kills=5, mongodb_kills=5, seed=20260101
)


def storm(options: Options) -> None:
    """Make it, and see that it was one, and that flow8 came through."""
    report = run(options)

    verdict = report.verdict
    assert {name: found for name, found in verdict.faults.items() if found} == {}
    assert verdict.accepted == options.plays
    assert len(report.evidence.kills) == len(kills_of(options))
    assert len(report.evidence.lines) >= 7 * options.plays
    assert report.evidence.quiet_after is not None
    assert_rescued(verdict.rescues)


def assert_rescued(seconds: Sequence[float]) -> None:
    """In a storm of ordinary size one rescuer that is killed itself already is more than one in a hundred."""
    assert (percentile(seconds, sized(0.9, 0.99)) or 0) <= RESCUE_SECONDS
    assert max(seconds, default=0) <= sized(2, 3) * RESCUE_SECONDS


def test_plays_survive_a_storm_over_mongodb_alone() -> None:
    storm(sized(Options(plays=500, rate=12, seed=20260101), FULL))


@pytest.mark.rabbitmq
def test_plays_survive_a_storm_over_rabbitmq() -> None:
    need_rabbitmq()
    usual = Options(plays=150, rate=5, worker_kills=6, seed=20260101)

    storm(replace(sized(usual, FULL), broker=Broker.AMQP))


def test_the_command_prints_a_table_and_writes_json(tmp_path: Path) -> None:
    file = tmp_path / "chaos.json"
    kills = ["--broker-kills", "0", "--web-kills", "1", "--mongodb-kills", "0", "--scheduler-kills", "0"]

    result = CliRunner().invoke(
        command, ["--plays", "20", "--worker-kills", "1", *kills, "--seed", "3", "--json", str(file)]
    )

    assert result.exit_code == 0, result.output
    assert "plays accepted" in result.output
    found = json.loads(file.read_text())
    assert (found["holds"], found["accepted"], found["seed"]) == (True, 20, 3)
    assert sum(found["kills"].values()) == 2
