"""Connections kept for the next request to the same judged address."""

import http.client
import select
import threading
import time
import weakref
from collections import OrderedDict
from dataclasses import dataclass

from flow8.kit.outbound.addresses import Address

MAX_IDLE = 16
IDLE_SECONDS = 15.0


@dataclass(frozen=True)
class Line:
    """What two exchanges must share to use one connection: the name too, for TLS was checked against it."""

    scheme: str
    host: str
    address: Address
    port: int


Kept = OrderedDict[tuple[Line, int], tuple[http.client.HTTPConnection, float]]


class Pool:
    """Idle connections, the oldest closed first; safe among threads and greenlets."""

    def __init__(self) -> None:
        self._kept: Kept = OrderedDict()
        self._lock = threading.Lock()
        self._number = 0
        weakref.finalize(self, _close_all, self._kept)

    def take(self, line: Line) -> http.client.HTTPConnection | None:
        """A connection that is still quiet, or none."""
        while (wire := self._pop(line)) is not None:
            if is_quiet(wire):
                return wire
            wire.close()
        return None

    def give(self, line: Line, wire: http.client.HTTPConnection) -> None:
        """Keep a connection for a while."""
        with self._lock:
            self._number += 1
            self._kept[line, self._number] = (wire, time.monotonic() + IDLE_SECONDS)
            stale = self._take_stale()
        for each in stale:
            each.close()

    def _pop(self, line: Line) -> http.client.HTTPConnection | None:
        with self._lock:
            key = next((key for key in reversed(self._kept) if key[0] == line), None)
            return self._kept.pop(key)[0] if key else None

    def _take_stale(self) -> list[http.client.HTTPConnection]:
        now = time.monotonic()
        over = len(self._kept) - MAX_IDLE
        stale = [
            key for place, (key, (_, until)) in enumerate(self._kept.items()) if place < over or until < now
        ]
        return [self._kept.pop(key)[0] for key in stale]


def is_quiet(wire: http.client.HTTPConnection) -> bool:
    """True while the server has neither closed the connection nor said anything unasked."""
    if wire.sock is None:
        return False
    poller = select.poll()
    poller.register(wire.sock, select.POLLIN)
    return not poller.poll(0)


def _close_all(kept: Kept) -> None:
    for wire, _ in kept.values():
        wire.close()
