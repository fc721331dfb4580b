"""Everything dies under load, again and again, by a fixed plan: nothing is lost, and nothing repeated."""

import json
import logging
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
from tests.support.sizes import is_full, sized

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(sized(400, 1_200)),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc"),
]

log = logging.getLogger("chaos")

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
    """In every size all is over within two minutes; a share of it sooner, on a machine of its own."""
    figures = [percentile(seconds, share) or 0 for share in (0.5, 0.9, 0.99, 1)]
    log.info("%d rescues, p50, p90, p99 and longest in s: %s", len(seconds), figures)
    if is_full():
        assert figures[2] <= RESCUE_SECONDS
        assert figures[3] <= 3 * RESCUE_SECONDS


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
        command, ["--plays", "20", "--worker-kills", "0", *kills, "--seed", "3", "--json", str(file)]
    )

    assert result.exit_code == 0, result.output
    assert "plays accepted" in result.output
    found = json.loads(file.read_text())
    assert (found["holds"], found["accepted"], found["seed"]) == (True, 20, 3)
    assert sum(found["kills"].values()) == 1
