"""Starts and performs plays of a flow, so many a second, until its input is closed: a process for tests.

    python -m tests.support.play_load FLOW_ID A_SECOND FILE

Each line of the file says when a play began, in unix seconds, and how long it took to its end.
"""

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from config.settings import from_environment
from flow8.domain.play import Origin
from flow8.engine.engine import Engine, open_engine
from flow8.engine.perform import perform
from flow8.engine.start import StartRequest, start

THREADS = 8


class Load:
    """The plays, and how long each took."""

    def __init__(self, engine: Engine, flow_id: str, seconds: float) -> None:
        company = engine.store.companies.ensure("default", "Default")
        flow = engine.store.flows.find(company.id, flow_id)
        assert flow is not None
        self._engine, self._flow, self._step = engine, flow, seconds
        self._next, self._lock = time.time(), threading.Lock()
        self.over = threading.Event()
        self.ran: list[tuple[float, float]] = []

    def one(self, number: int) -> None:
        """Start a play, and perform it."""
        play_id = start(self._engine, StartRequest(self._flow, {"n": number}, Origin("load"))).play_id
        perform(self._engine, play_id)

    def work(self) -> None:
        """One play after the other, each when it is its turn."""
        while not self.over.is_set():
            with self._lock:
                turn = self._next
                self._next += self._step
            time.sleep(max(0.0, turn - time.time()))
            began = time.time()
            self.one(len(self.ran))
            self.ran.append((turn, time.time() - turn if turn < began else time.time() - began))


def main(flow_id: str, a_second: str, file: str) -> None:
    """Run until the input is closed."""
    engine: Any = open_engine(from_environment())
    load = Load(engine, flow_id, 1 / float(a_second))
    threads = [threading.Thread(target=load.work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    load.over.set()
    for thread in threads:
        thread.join()
    Path(file).write_text("".join(f"{json.dumps(each)}\n" for each in load.ran))
    engine.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
