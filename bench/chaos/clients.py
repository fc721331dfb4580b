"""The clients of a storm: each order is asked for until a 2xx comes, under one idempotency key."""

import http.client
import json
import random
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from bench.chaos.evidence import Heard, Refused
from bench.chaos.plan import Door, Order
from bench.chaos.work import FLOW

CALLERS = 256
ANSWER_SECONDS = 20.0
"""A client that waited so long for an answer gives up and asks again."""
PAUSE_SECONDS = 0.3
API_WAIT_SECONDS = 15


@dataclass(frozen=True)
class Address:
    """Where flow8 is, and with what one may come in."""

    web: int
    key: str
    channel: int
    token: str


@dataclass
class Clients:
    """Call `start`; then `are_done` sooner or later, unless some order is never answered."""

    address: Address
    orders: Sequence[Order]
    heard: list[Heard] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    retries: int = 0

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(CALLERS, "client")
        self._asked: list[Future[None]] = []
        self._given_up = threading.Event()
        self._lock = threading.Lock()

    def start(self, began: float) -> None:
        """Begin to ask, in threads; the times of the orders count from `began`."""
        self._asked = [
            self._pool.submit(self._ask, order, began) for order in self.orders for _ in range(order.repeats)
        ]

    def are_done(self) -> bool:
        """Whether every order was answered or refused.

        Raises:
            Exception: what a client did not expect.
        """
        return all(asked.done() and asked.result() is None for asked in self._asked)

    def stop(self) -> None:
        """Let those who still ask give up."""
        self._given_up.set()
        self._pool.shutdown(cancel_futures=True)

    def _ask(self, order: Order, began: float) -> None:
        self._given_up.wait(max(0.0, began + order.at - time.monotonic()))
        while not self._given_up.is_set():
            if self._is_answered(order):
                return
            with self._lock:
                self.retries += 1
            self._given_up.wait(PAUSE_SECONDS * random.uniform(0.5, 1.5))

    def _is_answered(self, order: Order) -> bool:
        try:
            status, play, body = self._request(order)
        except (OSError, http.client.HTTPException):
            return False
        return self._take(order.n, status, play, body)

    def _take(self, n: int, status: int, play: str, body: bytes) -> bool:
        if status in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
            said = json.loads(body)
            output = said.get("output", said) if status == HTTPStatus.OK else None
            self.heard.append(Heard(n, time.monotonic(), play or said["playId"], output))
            return True
        if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            return False
        self.refused.append(Refused(n, status, body[:300].decode(errors="replace")))
        return True

    def _request(self, order: Order) -> tuple[int, str, bytes]:
        port, path, headers, body = self._call(order)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        try:
            sent = {"Content-Type": "application/json", "Idempotency-Key": f"order-{order.n}", **headers}
            connection.request("POST", path, json.dumps(body), sent)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("X-Flow8-Play", ""), answer.read()
        finally:
            connection.close()

    def _call(self, order: Order) -> tuple[int, str, Mapping[str, str], Mapping[str, Any]]:
        args = {"n": order.n, "milliseconds": order.milliseconds}
        if order.door is Door.CHANNEL:
            token = {"Authorization": f"Bearer {self.address.token}"}
            return self.address.channel, f"/{FLOW}", token, args
        wait = {"wait": API_WAIT_SECONDS} if order.door is Door.WAIT else {}
        path = f"/api/v1/flows/{FLOW}/run"
        return self.address.web, path, {"Authorization": self.address.key}, {"args": args, **wait}
