"""A worker's engine that holds a play while its loop computes: prints the play's id, then stalls 4 seconds.

Run as `python -m tests.support.stalled`, with a worker's environment. Its beat is faster than a real one's.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402 - after the patching, as in a worker
import time  # noqa: E402

from config.settings import from_environment  # noqa: E402
from flow8.domain.play import Lease, Origin  # noqa: E402
from flow8.engine import held  # noqa: E402
from flow8.engine.accept import StartRequest, accept  # noqa: E402
from flow8.ids import new_id  # noqa: E402
from tests.support.factories import a_flow  # noqa: E402
from workers.boot import broker_of  # noqa: E402
from workers.middleware import engine_of  # noqa: E402

STALL_SECONDS = 4.0


def main() -> None:
    """Take a play, let the beat begin, and compute."""
    held.BEAT_SECONDS = held.LOOK_SECONDS = 0.2
    engine = engine_of(broker_of(from_environment()))
    flows, company = engine.store.flows, engine.store.companies.ensure("default", "Default")
    flow = flows.publish(flows.create(company.id, a_flow(), "test"), None, "test")
    play, _ = accept(engine, StartRequest(flow, {}, Origin("test")), Lease(engine.owner, new_id()))
    engine.held.add(play)
    time.sleep(1.0)
    sys.stdout.write(f"{play.id}\n")
    sys.stdout.flush()
    until = time.monotonic() + STALL_SECONDS
    while time.monotonic() < until:
        sum(range(10_000))
    engine.close()


if __name__ == "__main__":
    main()
