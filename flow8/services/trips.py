"""Trips to Microsoft: each is begun by one browser, ends in that browser, and counts once."""

import hmac
from datetime import timedelta
from typing import Final

from flow8.clock import utc_now
from flow8.engine.engine import Engine
from flow8.ids import new_secret
from flow8.services import sign_in_limits
from flow8.services.sessions import digest_of
from flow8.store.trips import Trip

LIFE: Final = timedelta(minutes=10)
"""Time enough for a password and a second factor."""


def begin(
    engine: Engine, *, state: str, nonce: str, verifier: str, back: str, sid: str | None, ip: str | None
) -> str:
    """What the browser has to keep in its cookie until it comes back.

    Raises:
        TooMany: TOO_MANY_TRIES, from this address.
    """
    sign_in_limits.begin_elsewhere(engine, ip)
    text, earlier = new_secret(), None if sid is None else digest_of(sid)
    trip = Trip(digest_of(text), state, nonce, verifier, back, utc_now() + LIFE, earlier)
    engine.store.trips.create(trip)
    return text


def end(engine: Engine, text: str, state: str) -> Trip | None:
    """The trip of a cookie, if its browser came back with the right state; in any case it is over now."""
    trip = engine.store.trips.take(digest_of(text))
    if trip is None or not hmac.compare_digest(trip.state.encode(), state.encode("utf-8", "surrogatepass")):
        return None
    return trip
