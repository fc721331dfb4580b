"""Connections drop all the time, to MongoDB and from clients: nothing ever freezes."""

import http.client
import json
import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pytest

from bench.processes import command_line, descendants
from flow8.ids import new_id
from tests.support.dropping import Dropping, Life, dropping
from tests.support.sizes import sized
from tests.support.system import System, call, running, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(sized(600, 3_000))]

SECONDS: Final = sized(60.0, 1_800.0)
SEED: Final = 20261123
CALLERS: Final = 8
PAUSE_SECONDS: Final = sized(0.4, 0.25)
LONGEST_REQUEST: Final = sized(20.0, 10.0)
"""A route's five seconds and MongoDB's five on a calm machine; this one is shared with other tests."""
PATIENCE_SECONDS: Final = 30.0
ROUTE_SECONDS: Final = 5
QUIET_SECONDS: Final = 120.0
TO_MONGODB: Final = Life(seconds=4.0, asked=60_000, answered=60_000)
FROM_CLIENTS: Final = Life(seconds=0.5, asked=1_500, answered=1_500)
FLOW: Final = {
    "flow": "soak",
    "name": "Soak",
    "flowlets": [
        {"ref": "before", "appId": "var", "args": {"values": {"n": "{{ $args.n }}"}}},
        {
            "ref": "file",
            "appId": "storage-write",
            "args": {"path": "soak/{{ $args.n % 50 }}", "content": "x"},
        },
        {"ref": "after", "appId": "var", "args": {"values": {"n": "{{ $prev.before.n }}"}}},
    ],
}
EXPECTED: Final = {HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.SERVICE_UNAVAILABLE}

log = logging.getLogger("soak")


@dataclass
class Seen:
    """What the callers of a storm saw."""

    answers: Counter[int] = field(default_factory=Counter)
    dropped: int = 0
    longest: float = 0.0
    strange: list[str] = field(default_factory=list)
    plays: dict[str, int] = field(default_factory=dict)
    """Every play that a 2xx told of, and its order."""


@dataclass
class Caller:
    """One client: asks again and again on a connection that it keeps for as long as it lives."""

    number: int
    channel: int
    web: int
    key: dict[str, str]
    token: dict[str, str]
    seen: Seen = field(default_factory=Seen)

    def __post_init__(self) -> None:
        self._dice = random.Random(f"{SEED} {self.number}")
        self._connections: dict[int, http.client.HTTPConnection] = {}
        self._orders = self.number * 1_000_000

    def ask_for(self, seconds: float) -> Seen:
        """Ask for so long; what was seen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            port, *request = self._dice.choice([self._order, self._wait, self._accept, self._look])()
            self._timed(port, *request)
            time.sleep(self._dice.expovariate(1 / PAUSE_SECONDS))
        for connection in self._connections.values():
            connection.close()
        return self.seen

    def _order(self) -> tuple[int, str, str, Any, dict[str, str]]:
        self._orders += 1
        return self.channel, "POST", "/soak", {"n": self._orders}, self.token

    def _accept(self, **more: Any) -> tuple[int, str, str, Any, dict[str, str]]:
        self._orders += 1
        body = {"args": {"n": self._orders}, **more}
        return self.web, "POST", "/api/v1/flows/soak/run", body, self.key

    def _wait(self) -> tuple[int, str, str, Any, dict[str, str]]:
        return self._accept(wait=ROUTE_SECONDS)

    def _look(self) -> tuple[int, str, str, Any, dict[str, str]]:
        known = list(self.seen.plays)
        path = f"plays/{self._dice.choice(known)}" if known else "plays?size=5"
        return self.web, "GET", f"/api/v1/{path}", None, self.key

    def _timed(self, port: int, method: str, path: str, body: Any, headers: dict[str, str]) -> None:
        began = time.monotonic()
        try:
            status, play, text = self._ask(port, method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self.seen.dropped += 1
            self._connections.pop(port).close()
            if isinstance(error, TimeoutError):
                self.seen.strange.append(f"{method} {path} was not answered in {PATIENCE_SECONDS:.0f} s")
        else:
            self._take(f"{method} {path}", body, status, play, text)
        self.seen.longest = max(self.seen.longest, time.monotonic() - began)

    def _ask(
        self, port: int, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, str, bytes]:
        connection = self._connections.setdefault(
            port, http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        )
        sent = {"Content-Type": "application/json", "Idempotency-Key": f"order-{self._orders}", **headers}
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        if answer.length is None:
            raise http.client.IncompleteRead(b"")  # cut within its head, which `http.client` does not see
        return answer.status, answer.headers.get("X-Flow8-Play", ""), answer.read()

    def _take(self, request: str, body: Any, status: int, play: str, text: bytes) -> None:
        self.seen.answers[status] += 1
        if status not in EXPECTED:
            self.seen.strange.append(f"{request}: {status} {text[:200]!r}")
        elif body is not None and status != HTTPStatus.SERVICE_UNAVAILABLE:
            self.seen.plays[play or json.loads(text)["playId"]] = self._orders


@dataclass
class Soak:
    """A flow8 between two proxies that drop connections."""

    system: System
    to_mongodb: Dropping
    to_channel: Dropping
    to_web: Dropping

    def storm(self, seconds: float) -> list[Seen]:
        """Let connections die for so long, with callers at work; what they saw."""
        proxies = (self.to_mongodb, self.to_channel, self.to_web)
        for proxy in proxies:
            proxy.storm()
        with ThreadPoolExecutor(CALLERS) as pool:
            seen = list(pool.map(lambda caller: caller.ask_for(seconds), self._callers()))
        for proxy in proxies:
            proxy.calm()
        return seen

    def _callers(self) -> list[Caller]:
        key, token = self.system.header("api-key"), self.system.header("orders-token")
        ports = (self.to_channel.port, self.to_web.port)
        return [Caller(number, *ports, key, token) for number in range(CALLERS)]

    def processes(self) -> dict[int, str]:
        """Every process of the system, with its command."""
        return {pid: command_line(pid) for pid in descendants(self.system.process.pid)}

    def states(self) -> dict[str, str]:
        """How every play stands."""
        found: dict[str, str] = {}
        page = self.system.api("GET", "plays?size=100&flow=soak").json
        while page["data"]:
            found |= {play["id"]: play["state"] for play in page["data"]}
            page = self.system.api("GET", f"plays?size=100&flow=soak&after={min(found)}").json
        return found


@contextmanager
def a_soak(mongodb_uri: str, folder: Path) -> Iterator[Soak]:
    """A whole flow8 with the flow `soak`, reached and reaching MongoDB through proxies that are calm yet."""
    server = unquote(urlsplit(mongodb_uri).netloc)
    with dropping(server, TO_MONGODB, SEED) as to_mongodb:
        uri = f"mongodb://127.0.0.1:{to_mongodb.port}"
        with running(folder, MONGODB_URI=uri, MONGODB_DB=f"flow8_soak_{new_id()}") as system:
            system.publish(FLOW)
            channels = system.api("GET", "channels").json["data"]
            (channel,) = (each for each in channels if each["port"] == system.channel)
            route = {
                "name": "soak",
                "httpMethod": "POST",
                "path": "/soak",
                "targetFlowIds": ["soak"],
                "timeoutSeconds": ROUTE_SECONDS,
            }
            made = system.api("POST", f"channels/{channel['id']}/routes", route)
            assert made.status == HTTPStatus.CREATED, made.text
            until(lambda: all(_knows(system) for _ in range(CALLERS)), what="the route")
            with (
                dropping(system.channel, FROM_CLIENTS, SEED + 1) as to_channel,
                dropping(system.web, FROM_CLIENTS, SEED + 2) as to_web,
            ):
                yield Soak(system, to_mongodb, to_channel, to_web)


def _knows(system: System) -> bool:
    """Whether the worker that takes this connection serves the route already."""
    url = f"http://127.0.0.1:{system.channel}/soak"
    return call("PURGE", url, headers=system.header("orders-token")).status == HTTPStatus.METHOD_NOT_ALLOWED


def unfinished(system: System) -> int:
    """How many plays are not over."""
    report = system.api("GET", "system/invariants").json
    assert report["holds"], report
    return int(report["checked"])


def tracebacks(system: System) -> list[str]:
    """What the output holds of them: a connection that drops is no reason for one."""
    lines = system.output.splitlines()
    starts = [place for place, line in enumerate(lines) if "Traceback" in line]
    return ["\n".join(lines[place - 1 : place + 40]) for place in starts]


def test_nothing_freezes_while_connections_drop_on_both_sides(mongodb_uri: str, tmp_path: Path) -> None:
    with a_soak(mongodb_uri, tmp_path) as soak:
        before = soak.processes()
        seen = soak.storm(SECONDS)
        until(lambda: not unfinished(soak.system), QUIET_SECONDS, "the end of every play")
        calm = [soak.system.run("soak", args={"n": n}, wait=30) for n in range(5)]
        after, states, faults = soak.processes(), soak.states(), tracebacks(soak.system)
        drops = {"MongoDB": soak.to_mongodb.drops, "clients": soak.to_channel.drops + soak.to_web.drops}
    answers = sum((each.answers for each in seen), Counter[int]())
    longest = max(each.longest for each in seen)
    promised = [play for each in seen for play in each.plays]
    log.info("%.0f s: %s, longest %.2f s, dropped %s", SECONDS, dict(answers), longest, drops)

    assert [strange for each in seen for strange in each.strange] == []
    assert longest <= LONGEST_REQUEST
    assert Counter(states.get(play) for play in promised) == {"DONE": len(promised)}
    assert [play["state"] for play in calm] == ["DONE"] * 5
    assert before.items() <= after.items()
    assert faults == []
    assert min(drops.values()) > SECONDS / 2
    assert answers[HTTPStatus.OK] > SECONDS
