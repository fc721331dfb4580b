"""How often somebody may try to sign in: for each account and for each address, in all processes together.

Every try counts before its password is looked at, as if it were wrong; a good one is taken back. An address
that nobody has counts like one that somebody has, so that an answer tells nothing about it.
"""

import hashlib
import ipaddress
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flow8.engine.engine import Engine
from flow8.errors import TooMany
from flow8.store.attempts import Pace
from flow8.store.people import normal_email

ACCOUNT: Final = Pace(
    free=5, first=timedelta(seconds=1), longest=timedelta(minutes=15), forgotten=timedelta(hours=24)
)
"""About a hundred guesses a day, and whoever mistypes a few times waits for seconds."""
ADDRESS: Final = Pace(
    free=20, first=timedelta(seconds=1), longest=timedelta(minutes=1), forgotten=timedelta(hours=1)
)
"""Milder: a whole office may stand behind one address, and behind a proxy that nobody named, everybody."""
NETWORK_BITS: Final = 64
"""Whoever has one IPv6 address has all of its network."""

log = logging.getLogger("auth")


@dataclass(frozen=True)
class Try:
    """A try that was let through."""

    account: str
    address: str | None


def begin(engine: Engine, email: str, ip: str | None) -> Try:
    """Count a try to sign in.

    Raises:
        TooMany: it came too early for the account or the address; it does not say for which.
    """
    found = Try(_account(email), _address(ip))
    if found.address is not None:
        _count(engine, found.address, ADDRESS)
    _count(engine, found.account, ACCOUNT)
    return found


def begin_elsewhere(engine: Engine, ip: str | None) -> None:
    """Count a try of somebody who goes to prove elsewhere who they are: it counts for the address alone.

    Raises:
        TooMany: it came too early.
    """
    address = _address(ip)
    if address is not None:
        _count(engine, address, ADDRESS)


def succeed_elsewhere(engine: Engine, ip: str | None) -> None:
    """They came back and proved it: their address is not charged for it."""
    address = _address(ip)
    if address is not None:
        engine.store.attempts.undo(address)


def succeed(engine: Engine, good: Try) -> None:
    """The try was a good one: its account begins anew, its address is not charged for it."""
    engine.store.attempts.forget(good.account)
    if good.address is not None:
        engine.store.attempts.undo(good.address)


def forget(engine: Engine, email: str) -> None:
    """Let an account be tried at once: it was given another password."""
    engine.store.attempts.forget(_account(email))


def _count(engine: Engine, name: str, pace: Pace) -> None:
    until = engine.store.attempts.begin(name, pace)
    if until is not None:
        log.error("login failed: too_many_tries")
        left = until - engine.store.clock.now()
        message = "Too many tries to sign in; wait as long as the header Retry-After says, then try again."
        raise TooMany(message, code="TOO_MANY_TRIES", retry_after=max(1, -(-left // timedelta(seconds=1))))


def _account(email: str) -> str:
    """Its hash: people type passwords into the wrong field."""
    text = normal_email(email).encode("utf-8", "surrogatepass")
    return f"account:{hashlib.sha256(text).hexdigest()}"


def _address(ip: str | None) -> str | None:
    if ip is None:
        return None
    try:
        found = ipaddress.ip_address(ip)
    except ValueError:
        return f"address:{ip}"
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or ipaddress.ip_network((found, NETWORK_BITS), strict=False).network_address
    return f"address:{found}"
