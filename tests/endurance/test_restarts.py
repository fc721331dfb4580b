"""A channel under load while its workers are restarted one after another: everybody gets an answer."""

import itertools
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from typing import Final

import pytest

from tests.support.crew import AUTHORIZATION, Crew
from tests.support.factories import a_flow
from tests.support.sizes import sized
from tests.support.system import until

A_SECOND: Final = sized(60, 200)
CALLERS: Final = 20
RESTARTS: Final = sized(2, 8)
PAUSE_SECONDS: Final = 2.0
PATIENCE_SECONDS: Final = 30.0

HEADERS: Final = {**AUTHORIZATION, "Content-Type": "application/json"}

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(200, 600))]


class Callers:
    """Clients that ask at a steady pace, and ask again with the same key when they got no answer at all."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._numbers = itertools.count()
        self._began = time.monotonic()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.asked = 0
        self.again = 0
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(CALLERS)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask no more, and wait for what is asked already."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()

    def _run(self) -> None:
        line = self._line()
        while not self._stop.is_set():
            number = next(self._numbers)
            time.sleep(max(0.0, self._began + number / A_SECOND - time.monotonic()))
            status, line = self._ask(line, number)
            with self._lock:
                self.asked += 1
                self.statuses[status] += 1
        line.close()

    def _ask(self, line: HTTPConnection, number: int) -> tuple[int, HTTPConnection]:
        until_ = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                headers = {**HEADERS, "Idempotency-Key": f"k{number}"}
                line.request("POST", "/orders", b'{"n": %d}' % number, headers)
                answer = line.getresponse()
            except (OSError, HTTPException):
                # Refused, or reset before the first byte.
                line.close()
                line = self._line()
                with self._lock:
                    self.again += 1
                if time.monotonic() > until_:
                    return 0, line
                continue
            answer.read()
            return answer.status, line

    def _line(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)


def test_restarts_are_seen_by_nobody(crew: Crew) -> None:
    workers = [crew.start(), crew.start()]
    slow = {"ref": "nap", "appId": "probe", "args": {"log": str(crew.stage.log), "seconds": 0.05}}
    port = crew.serve(a_flow(slow), timeout_seconds=60)
    until(lambda: all(f":{port}" in worker.output for worker in workers), 10, "both listening")
    callers = Callers(port)

    callers.start()
    for number in range(RESTARTS):
        time.sleep(PAUSE_SECONDS)
        assert workers[number % 2].stop() == 0
        workers[number % 2] = crew.start()
        until(lambda worker=workers[number % 2]: f":{port}" in worker.output, 10, "the port")  # type: ignore[misc]  # bound here
    time.sleep(PAUSE_SECONDS)
    callers.stop()

    plays = crew.engine.store.database["plays"]
    until(lambda: plays.count_documents({"state": {"$ne": "DONE"}}) == 0, 60, "the end of every play")
    print(f"{callers.asked} asked, {callers.again} asked again, {dict(callers.statuses)}")  # noqa: T201 - a report
    assert {status for status in callers.statuses if not 200 <= status < 300} == set()
    assert plays.count_documents({}) == callers.asked > 100
