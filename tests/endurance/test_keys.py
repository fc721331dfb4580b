"""Idempotency keys, each asked for many times at once through API and channel, while the web is killed."""

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import pytest

from bench.chaos.clients import Address, Clients
from bench.chaos.evidence import read_log
from bench.chaos.killer import Killer
from bench.chaos.options import Options
from bench.chaos.plan import Door, Order, Planned, Victim
from bench.chaos.stage import Stage
from bench.chaos.work import EFFECTS, FLOW
from tests.support.sizes import sized
from tests.support.system import call, until

KEYS: Final = sized(100, 1000)
KEYS_A_SECOND: Final = sized(10, 12)
REPEATS: Final[Mapping[Door, int]] = sized(
    {Door.CHANNEL: 2, Door.WAIT: 2, Door.ACCEPT: 1}, {Door.CHANNEL: 4, Door.WAIT: 3, Door.ACCEPT: 3}
)
"""How often each key is asked for at once, and how."""
WEB_KILLS: Final = sized((4.0,), (20.0, 45.0, 70.0))
"""After so many seconds."""
LONGEST_FLOWLET: Final = 200
"""In milliseconds."""
STORM_SECONDS: Final = sized(120, 400)
QUIET_SECONDS: Final = 120
PAGE: Final = 100
SEED: Final = 20260808

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(400, 1200))]


@dataclass(frozen=True)
class Said:
    """An answer as it came, and through which door."""

    door: Door
    status: int
    play: str
    body: bytes

    @property
    def json(self) -> Any:
        """What it says."""
        return json.loads(self.body)


@dataclass
class Listeners(Clients):
    """Clients that keep every 2xx whole, by the number of its key."""

    said: dict[int, list[Said]] = field(default_factory=lambda: defaultdict(list))

    def _request(self, order: Order) -> tuple[int, str, bytes]:
        status, play, body = super()._request(order)
        if status in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
            self.said[order.n].append(Said(order.door, status, play or json.loads(body)["playId"], body))
        return status, play, body


def orders(repeats: Mapping[Door, int], rng: random.Random) -> list[Order]:
    """Every key at its time, through all the doors at once."""
    found = []
    for n in range(KEYS):
        doors = [door for door, count in repeats.items() for _ in range(count)]
        rng.shuffle(doors)
        found += [Order(n, n / KEYS_A_SECOND, door, 1 + n * 37 % LONGEST_FLOWLET, 1) for door in doors]
    return found


def ask(stage: Stage, address: Address, wanted: Sequence[Order], kills: Sequence[float]) -> Listeners:
    """Ask for all of that while the web is killed; what was answered."""
    listeners, began = Listeners(address, wanted), time.monotonic()
    killer = Killer(stage, [Planned(at, Victim.WEB, 0.0, 0.0, at_work=False) for at in kills], began)

    def is_over() -> bool:
        killer.step()
        return killer.is_done and listeners.are_done()

    listeners.start(began)
    try:
        until(is_over, STORM_SECONDS, "an answer to everybody")
        until(stage.is_quiet, QUIET_SECONDS, "the end of every play")
    finally:
        listeners.stop()
    return listeners


def differing(n: int, said: Sequence[Said]) -> Iterator[str]:
    """What is not the same in the answers to one key."""
    if len({each.play for each in said}) != 1:
        yield f"key {n} became the plays {sorted({each.play for each in said})}"
    finished = [each for each in said if each.status == HTTPStatus.OK]
    of_channel = {each.body for each in finished if each.door is Door.CHANNEL}
    of_api = {each.body for each in finished if each.door is not Door.CHANNEL}
    accepted = {
        (each.json["playId"], each.json["startedAt"])
        for each in said
        if each.status == HTTPStatus.ACCEPTED and each.door is not Door.CHANNEL
    }
    if any(len(kind) != 1 for kind in (of_channel, of_api, accepted)):
        yield f"key {n} was answered {of_channel}, {of_api}, {accepted}"
    outputs = [json.loads(body) for body in of_channel] + [json.loads(body)["output"] for body in of_api]
    if any(output["n"] != n or output != outputs[0] for output in outputs):
        yield f"key {n} has the outputs {outputs}"


def plays_of(address: Address) -> list[str]:
    """Every play that there is, as the API lists them."""
    found: list[str] = []
    after = ""
    while True:
        url = f"http://127.0.0.1:{address.web}/api/v1/flows/{FLOW}/plays?size={PAGE}{after}"
        page = call("GET", url, headers={"Authorization": address.key}).json
        found += [row["id"] for row in page["data"]]
        if not page["next"]:
            return found
        after = f"&after={page['next']}"


def test_a_key_is_one_play_and_one_answer_through_every_door_and_over_a_restart(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    with Stage(Options(), tmp_path) as stage:
        address = stage.start()

        storm = ask(stage, address, orders(REPEATS, rng), WEB_KILLS)
        later = ask(stage, address, orders(dict.fromkeys(Door, 1), rng), ())

        said = {n: storm.said[n] + later.said[n] for n in range(KEYS)}
        lines = read_log(stage.log.read_text())
        plays = plays_of(address)
    assert storm.retries > 0
    assert storm.refused + later.refused == []
    assert [fault for n in said for fault in differing(n, said[n])] == []
    assert {len(answers) for answers in said.values()} == {sum(REPEATS.values()) + len(Door)}
    assert (len(plays), len(set(plays))) == (KEYS, KEYS)
    assert set(plays) == {each.play for answers in said.values() for each in answers}
    begun = Counter((line.play, line.ref) for line in lines if not line.ends)
    assert begun == Counter({(play, ref): 1 for play in plays for ref in EFFECTS})
