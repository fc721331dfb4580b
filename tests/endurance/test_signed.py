"""Forged requests to signed channels, of every sender and in every way: none of them starts a play."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Final

import pytest

from flow8.services import channels
from flow8.services.channel_rules import SENDERS
from tests.support.crew import Crew
from tests.support.factories import a_flow
from tests.support.signing import signed
from tests.support.sizes import sized
from tests.support.system import until

REQUESTS: Final = sized(300, 2000)
SEED: Final = 20261128
GOOD: Final = ("good", "chunked", "empty")
FORGED: Final = (
    "unsigned",
    "body bit",
    "signature bit",
    "old",
    "early",
    "replayed",
    "wrong channel",
    "chunked and flipped",
    "empty and filled",
    "of another sender",
)
OUTSIDE: Final = 400
"""Seconds, where five minutes are the window."""

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(200, 900))]


@dataclass
class Gate:
    """One signed channel."""

    sender: str
    secret: str
    port: int


@dataclass(frozen=True)
class Sent:
    """A request, and whether it may start a play."""

    how: str
    gate: Gate
    body: bytes
    headers: dict[str, str]
    is_chunked: bool
    is_good: bool


class Forger:
    """Makes requests, good ones and forged ones."""

    def __init__(self, gates: list[Gate], rng: random.Random) -> None:
        self._gates = gates
        self._rng = rng
        self._count = 0
        self._seconds: set[tuple[str, int]] = set()
        self._accepted: list[Sent] = []

    def make(self) -> Sent:
        """The next request."""
        how = self._rng.choice((*GOOD, *FORGED))
        gate = self._rng.choice(self._gates)
        if how == "replayed" and self._accepted:
            was = self._rng.choice(self._accepted)
            return Sent(how, was.gate, was.body, was.headers, was.is_chunked, is_good=False)
        if how == "replayed" or (gate.sender == "github" and how in ("old", "early", "empty")):
            how = "good"  # nothing was sent yet, or this sender signs no time
        sent = self._made(how, gate)
        if sent.is_good:
            self._accepted.append(sent)
        return sent

    def _made(self, how: str, gate: Gate) -> Sent:
        self._count += 1
        body, at = b'{"n": %d}' % self._count, time.time()
        if how in ("empty", "empty and filled"):
            body, at = b"", self._second_of_its_own(gate)
        at += {"old": -OUTSIDE, "early": OUTSIDE}.get(how, 0)
        headers = self._signed(how, gate, body, at)
        if how in ("body bit", "chunked and flipped"):
            body = _flipped(body, self._rng)
        if how == "empty and filled":
            body = b"{}"
        return Sent(how, gate, body, headers, how.startswith("chunked"), how in GOOD)

    def _second_of_its_own(self, gate: Gate) -> float:
        """A moment within the window: two empty bodies of one second would have one signature."""
        second = int(time.time())
        while (gate.sender, second) in self._seconds:
            second -= 1
        self._seconds.add((gate.sender, second))
        return second

    def _signed(self, how: str, gate: Gate, body: bytes, at: float) -> dict[str, str]:
        if how == "unsigned":
            return {}
        others = [each for each in self._gates if each is not gate]
        if how == "wrong channel":
            return signed(gate.sender, body, self._rng.choice(others).secret, at)
        if how == "of another sender":
            return signed(self._rng.choice(others).sender, body, gate.secret, at)
        headers = signed(gate.sender, body, gate.secret, at)
        if how == "signature bit":
            name = list(headers)[-1]
            headers[name] = _other_digit(headers[name])
        return headers


def _flipped(body: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(body) * 8)
    return bytes(byte ^ (1 << place % 8 if number == place // 8 else 0) for number, byte in enumerate(body))


def _other_digit(value: str) -> str:
    """The value with the first hex digit of its good digest changed."""
    place = value.rindex("v1=") + 3 if "v1=" in value else value.index("=") + 1
    return value[:place] + ("1" if value[place] != "1" else "2") + value[place + 1 :]


def _send(sent: Sent) -> int:
    with closing(HTTPConnection("127.0.0.1", sent.gate.port, timeout=30)) as line:
        headers = {"Content-Type": "application/json", **sent.headers}
        if sent.is_chunked:
            pieces: Iterator[bytes] = iter([sent.body[:3], sent.body[3:]])
            line.request(
                "POST", "/orders", pieces, {**headers, "Transfer-Encoding": "chunked"}, encode_chunked=True
            )
        else:
            line.request("POST", "/orders", sent.body, headers)
        answer = line.getresponse()
        answer.read()
        return answer.status


def test_no_forged_request_starts_a_play_and_every_good_one_does(crew: Crew) -> None:
    crew.start()
    crew.start()
    flow = crew.publish(a_flow())
    gates = []
    for number, sender in enumerate(SENDERS):
        secret = f"the-secret-number-{number}"
        made = channels.create_channel(
            crew.engine,
            crew.actor,
            name=sender,
            kind="http",
            auth_mode="hmac",
            auth_token=secret,
            sender=sender,
        )
        crew.add_route(made, flow)
        gates.append(Gate(sender, secret, made.channel.port))
    for gate in gates:
        until(lambda gate=gate: _is_served(gate), 10, f"port {gate.port}")  # type: ignore[misc]  # bound here
    forger, answers = Forger(gates, random.Random(SEED)), Counter[tuple[str, int]]()

    good = 0
    for _ in range(REQUESTS):
        sent = forger.make()
        answers[sent.how, _send(sent)] += 1
        good += sent.is_good

    print(dict(answers))  # noqa: T201 - a report
    assert {how for how, _ in answers} == {*GOOD, *FORGED}
    assert {(how, status) for how, status in answers if (status == 200) is not (how in GOOD)} == set()
    assert {status for how, status in answers if how in FORGED} == {401, 409}
    assert crew.engine.store.database["plays"].count_documents({}) == good > 0


def _is_served(gate: Gate) -> bool:
    try:
        return _send(Sent("unsigned", gate, b"", {}, is_chunked=False, is_good=False)) == 401
    except OSError:
        return False
