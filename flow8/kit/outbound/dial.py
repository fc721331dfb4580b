"""From a host's name to a connected socket whose address was judged."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from flow8.kit.errors import Failed
from flow8.kit.outbound.addresses import Address, Network, address_of, may_reach

SocketAddress = tuple[Any, ...]
Found = tuple[int, SocketAddress]
Resolve = Callable[[str, int], Sequence[Found]]
"""Takes host and port, gives socket families with socket addresses; raises OSError when there are none."""


@dataclass(frozen=True)
class Candidate:
    """One judged address of a host."""

    family: int
    address: Address
    socket_address: SocketAddress


def system_resolve(host: str, port: int) -> Sequence[Found]:
    """What the machine's resolver says, odd spellings such as 0x7f000001 included."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, where) for family, _, _, _, where in found]


def candidates(
    host: str, port: int, allow: Sequence[Network], resolve: Resolve, ends_at: float
) -> list[Candidate]:
    """The addresses of a host that may be reached, asked for once.

    Raises:
        Failed: no such host, or none of its addresses may be reached.
    """
    found = [
        Candidate(family, address_of(str(where[0])), where)
        for family, where in _in_time(lambda: resolve(host, port), host, ends_at)
    ]
    allowed = [each for each in found if may_reach(each.address, allow)]
    if found and not allowed:
        raise refused(found[0].address)
    if not found:
        raise _unknown(host)
    return allowed


def connect(
    chosen: Sequence[Candidate], allow: Sequence[Network], ends_at: float
) -> tuple[socket.socket, Candidate]:
    """A connection over the first candidate that answers; the address it really has is judged once more.

    Raises:
        Failed: no candidate answers in time.
    """
    problem: OSError = TimeoutError("timed out")
    for number, candidate in enumerate(chosen):
        seconds = (ends_at - time.monotonic()) / (len(chosen) - number)
        if seconds <= 0:
            break
        try:
            return _connected(candidate, allow, seconds), candidate
        except OSError as error:
            problem = error
    late = isinstance(problem, TimeoutError)
    reason = "no answer in time" if late else problem.strerror or str(problem)
    code = "TIMEOUT" if late else "CONNECTION_FAILED"
    raise Failed(f"Cannot connect to {chosen[0].address}: {reason}", code=code) from problem


def refused(address: Address) -> Failed:
    """What a flow is told about an address that is not for it."""
    return Failed(
        f"Address {address} is not public; list its network in OUTBOUND_ALLOW to allow it",
        final=True,
        code="ADDRESS_REFUSED",
    )


def _connected(candidate: Candidate, allow: Sequence[Network], seconds: float) -> socket.socket:
    connection = socket.socket(candidate.family, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(candidate.socket_address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _judge(address_of(str(connection.getpeername()[0])), allow)
    except BaseException:
        connection.close()
        raise
    return connection


def _judge(address: Address, allow: Sequence[Network]) -> None:
    if not may_reach(address, allow):
        raise refused(address)


def _in_time(look_up: Callable[[], Sequence[Found]], host: str, ends_at: float) -> Sequence[Found]:
    """The look-up's answer; a resolver that hangs is left to its own thread when the time is over."""
    answers: SimpleQueue[Sequence[Found] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(look_up())
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, ends_at - time.monotonic()))
    except Empty:
        raise Failed(f"The name {host} was not found in time", code="TIMEOUT") from None
    if isinstance(answer, Exception):
        raise _unknown(host) from answer
    return answer


def _unknown(host: str) -> Failed:
    return Failed(f"The name {host} cannot be found; check its spelling and the DNS", code="NAME_NOT_FOUND")
