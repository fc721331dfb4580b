"""Runs through the API that are only accepted, while the workers rest; beside a bare accept."""

from collections.abc import Iterator

from bench import processes
from bench.load import post
from bench.measurements.window import window
from bench.plays import all_over
from bench.rows import RATE, Aim, Row
from bench.stage import Stage
from bench.work import THREE, as_json

CALLERS = 10
SHARE = 0.6
LONGEST_SECONDS = 120.0


def measure(stage: Stage) -> Iterator[Row]:
    """Bare and ours in turns; afterwards the workers play what was accepted."""
    front, system = stage.bare_front, stage.system
    bare = [post("/accept", as_json(order), _accepted) for order in stage.orders]
    ours = [system.run_call(str(THREE["flow"]), {"args": order}, _accepted) for order in stage.orders]
    yield Row(
        "bare-accept",
        f"bare accept: Flask, 1 journaled insert, {CALLERS} callers",
        window(stage, front.port, bare, CALLERS, front.pids),
    )
    with processes.resting(system.pids("worker")):
        values = window(stage, system.web, ours, CALLERS, system.pids("web"))
    processes.until(lambda: all_over(stage), LONGEST_SECONDS, "the end of all accepted plays")
    yield Row(
        "accept",
        f"API: accepted runs, {CALLERS} callers",
        values,
        of="bare-accept",
        aims=(Aim(RATE, at_least=SHARE, of="bare-accept"),),
    )


def _accepted(status: int, body: bytes) -> bool:
    return status == 202 and b'"playId"' in body  # noqa: PLR2004 - HTTP's Accepted
