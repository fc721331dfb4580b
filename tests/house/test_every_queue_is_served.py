"""Every lane is a queue that the Procfile's workers serve, through the actor that bells name."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from dramatiq.cli import make_argument_parser

from flow8.broker.bell import ACTOR
from flow8.domain.lanes import DEFAULT_LANE, LANES
from flow8.supervise import read_procfile

ROOT = Path(__file__).parents[2]
COUNT = """
import gevent.monkey
gevent.monkey.patch_all()
import importlib, json, sys
import dramatiq
module, _, function = sys.argv[1].partition(":")
getattr(importlib.import_module(module), function)()
for name in sys.argv[2:]:
    importlib.import_module(name)
broker = dramatiq.get_broker()
queues, actors = broker.get_declared_queues(), broker.get_declared_actors()
print(json.dumps({"queues": sorted(queues), "actors": sorted(actors)}))
"""


@pytest.fixture
def served(environment: dict[str, str]) -> dict[str, list[str]]:
    """What a worker has declared after it booted as the Procfile says."""
    _, *words = shlex.split(read_procfile(ROOT / "Procfile")["worker"].replace("${WORKER_THREADS:-200}", "1"))
    line = make_argument_parser().parse_args(words)  # type: ignore[no-untyped-call]  # not annotated
    booted = subprocess.run(
        [sys.executable, "-c", COUNT, line.broker, *line.modules],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert booted.returncode == 0, booted.stderr
    declared: dict[str, list[str]] = json.loads(booted.stdout.splitlines()[-1])
    chosen = line.queues or declared["queues"]
    return {**declared, "queues": sorted(set(chosen) & set(declared["queues"]))}


def test_every_lane_is_a_queue_that_workers_serve(served: dict[str, list[str]]) -> None:
    assert served["queues"] == sorted(LANES)


def test_the_actor_that_bells_name_is_the_only_one(served: dict[str, list[str]]) -> None:
    assert served["actors"] == [ACTOR]


def test_the_default_lane_is_one_of_the_lanes() -> None:
    assert DEFAULT_LANE in LANES
