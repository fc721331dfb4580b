"""Measures both brokers by hand: how soon a ring is received, and how fast a backlog drains.

By hand, from the checkout: `python -m tests.flow8.broker.measure [processes]`. No test: it asserts nothing.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.rabbitmq import RabbitMq
from flow8.ids import new_id
from tests.flow8.broker.places import MongodbService, Place, RabbitMqService
from tests.support.system import until

BACKLOG = 5_000
RINGS = 200
GREENLETS = 100


def lines_of(out: Path) -> list[list[str]]:
    """What the workers wrote down: play, kind, time."""
    return [line.split() for line in out.read_text(encoding="ascii").splitlines()]


def worker_command(processes: int) -> list[str]:
    """A real worker, as the Procfile would start it."""
    program = str(Path(sys.executable).with_name("dramatiq-gevent"))
    return [program, "worker_process:set_up", "-p", str(processes), "-t", str(GREENLETS)]


def drain(place: Place, out: Path, processes: int) -> str:
    """Ring for a backlog, then start a worker: messages per second from its first to its last."""
    place.rings(*[f"play-{number}" for number in range(BACKLOG)])
    place.start_process(worker_command(processes), FLOW8_TEST_OUT=str(out))
    until(lambda: len(lines_of(out)) >= BACKLOG, seconds=60)
    times = sorted(float(line[2]) for line in lines_of(out))
    return f"drain {BACKLOG}: {BACKLOG / (times[-1] - times[0]):,.0f}/s, {len(times)} performed"


def latency(place: Place, out: Path) -> str:
    """Ring one by one for idle workers: milliseconds from the ring to the actor."""
    bell, rung = place.bell(), {}
    for number in range(RINGS):
        before = len(lines_of(out))
        rung[f"single-{number}"] = time.monotonic()
        bell.ring(f"single-{number}", "plays")
        until(lambda before=before: len(lines_of(out)) > before)  # type: ignore[misc]  # bound now
    took = sorted(1000 * (float(line[2]) - rung[line[0]]) for line in lines_of(out) if line[0] in rung)
    return f"latency: median {statistics.median(took):.1f} ms, 99 % {took[int(0.99 * len(took))]:.1f} ms"


def main() -> None:
    """Measure on servers of its own."""
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    folder = Path(tempfile.mkdtemp())
    mongodb, node = MongodbService(folder / "mongodb"), RabbitMq(folder)
    mongodb.start()
    node.start()
    for name, url in (("mongodb", None), ("rabbitmq", node.uri)):
        place = Place(mongodb.uri, new_id(), url, RabbitMqService(node))
        out = folder / f"{name}.out"
        out.touch()
        sys.stdout.write(f"{name}: {drain(place, out, processes)}; {latency(place, out)}\n")
        place.close()
    node.stop()
    mongodb.stop()


if __name__ == "__main__":
    main()
