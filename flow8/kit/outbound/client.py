"""HTTP to the outside: judged addresses only, no proxies from the environment, one deadline for all."""

import http.client
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus

from flow8.kit.errors import Failed
from flow8.kit.kinds import RequestResponse
from flow8.kit.outbound.addresses import Network
from flow8.kit.outbound.dial import Candidate, Resolve, candidates, connect, system_resolve
from flow8.kit.outbound.exchange import Sending, checked_headers, exchange
from flow8.kit.outbound.pool import Line, Pool
from flow8.kit.outbound.target import target_of
from flow8.kit.outbound.tls import secured
from flow8.kit.outbound.watchdog import Watchdog

MAX_REDIRECTS = 10
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CARRIED = frozenset({"accept", "accept-language", "content-type", "idempotency-key", "user-agent"})
"""Headers that a redirect to another origin keeps; every other one may be a credential."""


BECOMES_GET: Mapping[int, frozenset[str]] = {
    HTTPStatus.MOVED_PERMANENTLY: frozenset({"POST"}),
    HTTPStatus.FOUND: frozenset({"POST"}),
    HTTPStatus.SEE_OTHER: frozenset({"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}),
}
"""Which methods a redirect turns into GET, as every browser does."""


class _Broken(Failed):
    """The connection broke before the answer was whole."""


class HttpClient:
    """Kind `request`, done with the standard library; safe among threads and greenlets.

    `resolve` looks names up; `authorities` is PEM text of authorities trusted besides the system's own.
    """

    def __init__(
        self, allow: Sequence[Network], *, resolve: Resolve = system_resolve, authorities: str = ""
    ) -> None:
        self._allow = tuple(allow)
        self._resolve = resolve
        self._authorities = authorities
        self._pool = Pool()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float,
        follow_redirects: bool,
        max_bytes: int,
    ) -> RequestResponse:
        """Send and read the whole answer, redirects included, within `seconds`.

        Raises:
            Failed: no answer, not an address that may be reached, or an answer over `max_bytes`.
        """
        ends_at = time.monotonic() + seconds
        sending = Sending(method, target_of(url), checked_headers(headers), body, ends_at, max_bytes)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._answer(sending)
            location = answer.headers.get("location")
            if not (follow_redirects and location and answer.status in REDIRECTS):
                return answer
            sending = redirected(sending, answer.status, location)
        raise Failed(f"More than {MAX_REDIRECTS} redirects", final=True, code="TOO_MANY_REDIRECTS")

    def _answer(self, sending: Sending) -> RequestResponse:
        target, ends_at = sending.target, sending.ends_at
        found = candidates(target.host, target.port, self._allow, self._resolve, ends_at)
        # Only what may be sent twice goes over a kept connection, for it may close while we write.
        kept = self._kept(sending, found) if sending.method in SAFE else None
        if kept is not None:
            try:
                return self._over(*kept, sending)
            except _Broken:
                if time.monotonic() >= ends_at:
                    raise
        connection, candidate = connect(found, self._allow, ends_at)
        return self._over(_line(sending, candidate), self._wire(connection, sending), sending)

    def _kept(
        self, sending: Sending, found: Sequence[Candidate]
    ) -> tuple[Line, http.client.HTTPConnection] | None:
        for candidate in found:
            line = _line(sending, candidate)
            if wire := self._pool.take(line):
                return line, wire
        return None

    def _wire(self, connection: socket.socket, sending: Sending) -> http.client.HTTPConnection:
        wire = http.client.HTTPConnection(sending.target.host, sending.target.port)
        # It must never connect by itself: only a judged address may be reached.
        wire.auto_open = 0
        wire.sock = connection
        if sending.target.scheme == "https":
            wire.sock = secured(connection, sending.target.host, self._authorities, sending.ends_at)
        return wire

    def _over(self, line: Line, wire: http.client.HTTPConnection, sending: Sending) -> RequestResponse:
        reusable = False
        try:
            with Watchdog(wire.sock, sending.ends_at) as dog:
                wire.sock.settimeout(max(0.001, sending.ends_at - time.monotonic()))
                answer, reusable = exchange(wire, sending)
            if dog.bit:
                raise _late(line)
        except (OSError, http.client.HTTPException) as error:
            raise _broken(line, error, sending.ends_at) from error
        finally:
            if not reusable:
                wire.close()
        if reusable:
            self._pool.give(line, wire)
        return answer


def redirected(sending: Sending, status: int, location: str) -> Sending:
    """What is sent next.

    Raises:
        Failed: the redirect leads to something that is not plain http or https.
    """
    target = sending.target.follow(location)
    headers = dict(sending.headers)
    if target.origin != sending.target.origin:
        headers = {name: value for name, value in headers.items() if name.lower() in CARRIED}
    if sending.method not in BECOMES_GET.get(status, frozenset()):
        return replace(sending, target=target, headers=headers)
    headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return replace(sending, method="GET", target=target, headers=headers, body=None)


def _line(sending: Sending, candidate: Candidate) -> Line:
    return Line(sending.target.scheme, sending.target.host, candidate.address, sending.target.port)


def _late(line: Line) -> Failed:
    return Failed(f"{line.host}:{line.port} did not answer in time", code="TIMEOUT")


def _broken(line: Line, error: Exception, ends_at: float) -> Failed:
    if isinstance(error, TimeoutError) or time.monotonic() >= ends_at:
        return _late(line)
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return _Broken(f"{line.host}:{line.port} broke off: {reason}", code="CONNECTION_FAILED")
