"""Clients of sockets that are dropped again and again: each message is answered, one play each, in order."""

import random
import time
from collections.abc import Callable
from threading import Thread
from typing import Any, Final

import pytest

from tests.support.crew import Crew
from tests.support.factories import a_flow
from tests.support.sizes import sized
from tests.support.sockets import Line, Resuming, SocketLine, TcpLine, open_socket_channel

SOCKETS: Final = sized(20, 500)
DROPS: Final = sized(3, 10)
MESSAGES: Final = 3 * (DROPS + 1)
"""Of each client, so that there is something to say after each drop."""
SECONDS: Final = sized(100, 900)
SEED: Final = 20261128

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(200, 1200))]

VALUES = {"n": "{{ $args.n + 1 }}", "by": "{{ $args.by }}"}
PLUS_ONE = {"ref": "plus", "appId": "var", "args": {"values": VALUES}}


def lines(kind: str, port: int, client: str) -> Callable[[int], Line]:
    """How a client connects again behind an answer."""
    if kind == "tcp":
        return lambda after: TcpLine(port, client=client, after=after)
    return lambda after: SocketLine(port, f"?client={client}&after={after}")


def problems_of(client: Resuming, by: str) -> list[str]:
    """What is not as it was promised to one client."""
    answers = [client.answers[n] for n in sorted(client.answers)]
    found = []
    if client.order != sorted(client.order):
        found.append(f"{by}: answers came as {client.order}")
    if [answer["n"] for answer in answers] != list(range(1, MESSAGES + 1)):
        found.append(f"{by}: numbers {[answer['n'] for answer in answers]}")
    if [answer["id"] for answer in answers] != list(range(MESSAGES)):
        found.append(f"{by}: messages {[answer['id'] for answer in answers]}")
    if [answer.get("output") for answer in answers] != [{"n": n + 1, "by": by} for n in range(MESSAGES)]:
        found.append(f"{by}: outputs {answers}")
    return found


@pytest.mark.parametrize("kind", ["websocket", "tcp"])
def test_whatever_is_dropped_every_message_is_answered_once_and_in_order(crew: Crew, kind: str) -> None:
    rng = random.Random(SEED)
    crew.start()
    crew.start()
    port = open_socket_channel(crew, kind, crew.publish(a_flow(PLUS_ONE)), timeout_seconds=60).channel.port
    clients: dict[str, Resuming] = {}
    for number in range(SOCKETS):
        by = f"client-{number}"
        messages: list[dict[str, Any]] = [{"id": n, "n": n, "by": by} for n in range(MESSAGES)]
        clients[by] = Resuming(lines(kind, port, by), messages)
    drops = [[rng.randrange(4) for _ in range(DROPS)] for _ in clients]
    threads = [
        Thread(target=client.run, args=(after,), daemon=True)
        for client, after in zip(clients.values(), drops, strict=True)
    ]

    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.1, began + SECONDS - time.monotonic()))

    plays = list(crew.engine.store.database["plays"].find({}, {"state": 1}))
    told = {answer["playId"] for client in clients.values() for answer in client.answers.values()}
    total = sum(client.drops for client in clients.values())
    print(f"{kind}: {len(plays)} messages, {total} connections, {time.monotonic() - began:.1f} s")  # noqa: T201 - a report
    assert [by for by, client in clients.items() if len(client.answered) != MESSAGES] == []
    assert [found for by, client in clients.items() for found in problems_of(client, by)] == []
    assert len(plays) == SOCKETS * MESSAGES
    assert told == {play["_id"] for play in plays}
    assert {play["state"] for play in plays} == {"DONE"}
