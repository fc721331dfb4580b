"""What Dramatiq itself does over the same broker: taking messages that ask for nothing."""

import time
from collections.abc import Iterator

from bench import processes
from bench.bare.counter import total
from bench.bare.queues import NO_OP, NO_OPS
from bench.faults import Wrong
from bench.rows import RATE, Row
from bench.stage import BARE, Stage
from flow8.broker.choose import open_bell
from flow8.store.queue_jobs import QueueJobs

MESSAGES = 5000
LONGEST_SECONDS = 120.0


def measure(stage: Stage) -> Iterator[Row]:
    """Fill the queue while the workers rest, then let them go."""
    count, folder = stage.options.count(MESSAGES), stage.folder / BARE
    with processes.resting(stage.bare_workers):
        before = total(folder)
        _fill(stage, count)
        began = time.perf_counter()
    processes.until(lambda: total(folder) >= before + count, LONGEST_SECONDS, "the end of all no-ops")
    seconds = time.perf_counter() - began
    yield Row(
        "bare-no-ops",
        "bare: Dramatiq no-ops over the same broker",
        {RATE: count / seconds, "count": float(count)},
    )


def _fill(stage: Stage, count: int) -> None:
    bell = open_bell(stage.options.broker, lambda: QueueJobs(stage.database(BARE)))
    for number in range(count):
        bell.ring(f"{NO_OP}-{number}", NO_OPS)
    if not bell.flush(LONGEST_SECONDS):
        raise Wrong("the broker did not take all messages")
    bell.close()
