"""Events on their way from the engine's write to many sockets: how long they take, and that none is lost."""

import json
import statistics
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from flow8.engine.engine import Engine
from flow8.engine.perform import perform
from tests.support.engines import Stage
from tests.support.factories import a_flow
from tests.support.gunicorn import Served, serving
from tests.support.listeners import hear, lines_of, listen, say
from tests.support.sizes import sized
from tests.support.web import a_key

SOCKETS: Final = sized(10, 50)
EVENTS: Final = sized(120, 1000)
PLAYS_A_SECOND: Final = 10
LONGEST_P95: Final = 1.0
"""Seconds: a bound that holds on a busy machine. The aim is a tenth of it."""
AWAY_SECONDS: Final = sized(3, 20)

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(200, 600))]


@pytest.fixture
def front(engine: Engine, environment: dict[str, str], tmp_path: Path) -> Iterator[Served]:
    """A front over the test's database."""
    assert engine
    folder = tmp_path / "front"
    folder.mkdir()
    with serving(folder, environment) as served:
        yield served


class Ear:
    """One socket that follows a flow and notes how old each event is when it comes."""

    def __init__(self, port: int, key: str, flow_id: str) -> None:
        self.ages: list[float] = []
        self._socket = listen(port, Authorization=f"Bearer {key}")
        say(self._socket, sub=f"flow:{flow_id}")
        hear(self._socket)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                text = self._socket.recv()
            except ConnectionClosed:
                return
            now, event = time.time(), json.loads(text)
            if "seq" in event:
                self.ages.append(now - datetime.fromisoformat(event["timestamp"]).timestamp())

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()
        self._thread.join(10)


def test_events_reach_many_sockets_soon(front: Served, stage: Stage) -> None:
    flow, key = stage.publish(a_flow(stage.probe("one", effect="write"))), a_key(stage.engine)
    ears = [Ear(front.port, key, flow.id) for _ in range(SOCKETS)]
    time.sleep(1)

    while min(len(ear.ages) for ear in ears) < EVENTS:
        began = time.monotonic()
        perform(stage.engine, stage.accept(flow))
        time.sleep(max(0.0, 1 / PLAYS_A_SECOND - (time.monotonic() - began)))

    for ear in ears:
        ear.close()
    ages = [age for ear in ears for age in ear.ages[:EVENTS]]
    p95 = statistics.quantiles(ages, n=20)[-1]
    print(  # noqa: T201 - a report
        f"{len(ages)} events at {SOCKETS} sockets: median {statistics.median(ages) * 1000:.0f} ms, "
        f"p95 {p95 * 1000:.0f} ms, longest {max(ages) * 1000:.0f} ms"
    )
    assert p95 < LONGEST_P95


def test_a_socket_that_was_away_resumes_without_gap_or_repeat(front: Served, stage: Stage) -> None:
    steps = [stage.probe(f"step{number}", seconds=0.25, effect="write") for number in range(8 * AWAY_SECONDS)]
    play_id, key = stage.accept(a_flow(*steps)), a_key(stage.engine)
    player = threading.Thread(target=perform, args=(stage.engine, play_id))

    with listen(front.port, Authorization=f"Bearer {key}") as socket:
        say(socket, sub=f"play:{play_id}", after=0)
        player.start()
        first = _lines_for(socket, AWAY_SECONDS / 2)
    time.sleep(AWAY_SECONDS)
    with listen(front.port, Authorization=f"Bearer {key}") as socket:
        say(socket, sub=f"play:{play_id}", after=first[-1]["seq"])
        rest = lines_of(socket)

    player.join(60)
    seqs = [line["seq"] for line in first + rest]
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(seqs) == 2 + 2 * len(steps)
    assert len(first) > 2


def _lines_for(socket: ClientConnection, seconds: float) -> list[dict[str, Any]]:
    until, found = time.monotonic() + seconds, []
    while (left := until - time.monotonic()) > 0:
        try:
            message = hear(socket, left)
        except TimeoutError:
            break
        if "seq" in message:
            found.append(message)
    return found
