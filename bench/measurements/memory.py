"""Memory (PSS: shared pages count once) and idle processor time of all processes of `up` but MongoDB."""

import time
from collections.abc import Iterator

from bench import processes
from bench.faults import NotHere
from bench.rows import Aim, Row
from bench.stage import Stage
from bench.system import PROGRAMS

SETTLE_SECONDS = 5.0
QUICK_SECONDS = 0.2


def idle(stage: Stage) -> Iterator[Row]:
    """Before anything was played."""
    yield _row(stage, "memory-idle", "memory of all processes, idle", (Aim("mb", below=350.0),))


def after_work(stage: Stage) -> Iterator[Row]:
    """After everything was."""
    yield _row(stage, "memory-after", "memory of all processes, after the work", ())


def _row(stage: Stage, name: str, title: str, aims: tuple[Aim, ...]) -> Row:
    system, seconds = stage.system, QUICK_SECONDS if stage.options.quick else SETTLE_SECONDS
    time.sleep(seconds)
    everybody = [system.pid, *processes.descendants(system.pid)]
    before = processes.cpu_seconds(everybody)
    time.sleep(seconds)
    busy = 100 * (processes.cpu_seconds(everybody) - before) / seconds
    everything = sum(map(processes.pss_mb, everybody))
    if not everything:
        raise NotHere("this system does not tell shared memory apart (no smaps_rollup)")
    parts = {f"{program}_mb": sum(map(processes.pss_mb, system.pids(program))) for program in PROGRAMS}
    mongodb = processes.pss_mb(stage.mongodb.process.pid)
    counts = {"processes": float(len(everybody)), "cpu_percent": busy}
    values = {"mb": everything, **parts, "mongodb_mb": mongodb}
    return Row(name, title, {**values, **counts}, aims=aims)
