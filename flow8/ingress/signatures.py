"""How senders sign their requests: which headers say it, and what it was that they signed.

Every way is an HMAC with SHA-256 under the channel's token; they differ in names and in where a time stands.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from flow8.clock import utc_now
from flow8.errors import Unauthorized
from flow8.services.channel_rules import FLOW8, GITHUB, SLACK, STRIPE

WINDOW: Final = timedelta(minutes=5)
"""So far may the time of a signature be from ours."""
MOST_GIVEN: Final = 10

_TIME: Final = re.compile(r"[0-9]{1,12}")
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{64}")

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Signed:
    """What a request says of its signature: digests, one of which must fit `prefix` with the body behind it.

    `at` is the signed time; None for a sender that signs none.
    """

    digests: tuple[str, ...]
    prefix: bytes
    at: datetime | None


def signed_by(sender: str, headers: Headers) -> Signed:
    """What the headers of a sender say.

    Raises:
        Unauthorized: they are not those of this sender, or their time is not ours.
    """
    signed = _READERS[sender](headers)
    if signed.at is not None and abs(utc_now() - signed.at) > WINDOW:
        raise Unauthorized("The signature is more than 5 minutes old, or a clock is wrong; sign anew.")
    return signed


def _of_flow8(headers: Headers) -> Signed:
    time = _timestamp(headers, "x-flow8-timestamp")
    digest = _one_digest(headers, "x-flow8-signature", "sha256=")
    return Signed((digest,), f"{time}.".encode(), _moment(time))


def _of_github(headers: Headers) -> Signed:
    return Signed((_one_digest(headers, "x-hub-signature-256", "sha256="),), b"", None)


def _of_stripe(headers: Headers) -> Signed:
    pairs = [pair.strip().partition("=") for pair in headers.get("stripe-signature", "").split(",")]
    times = [value for name, _, value in pairs if name == "t" and _TIME.fullmatch(value)]
    digests = [value.lower() for name, _, value in pairs if name == "v1" and _DIGEST.fullmatch(value)]
    if len(times) != 1 or not 1 <= len(digests) <= MOST_GIVEN:
        raise _missing("Stripe-Signature: t=<unix seconds>,v1=<hex>")
    return Signed(tuple(digests), f"{times[0]}.".encode(), _moment(times[0]))


def _of_slack(headers: Headers) -> Signed:
    time = _timestamp(headers, "x-slack-request-timestamp")
    digest = _one_digest(headers, "x-slack-signature", "v0=")
    return Signed((digest,), f"v0:{time}:".encode(), _moment(time))


_READERS: Final[Mapping[str, Callable[[Headers], Signed]]] = {
    FLOW8: _of_flow8,
    GITHUB: _of_github,
    STRIPE: _of_stripe,
    SLACK: _of_slack,
}


def _timestamp(headers: Headers, name: str) -> str:
    value = headers.get(name, "").strip()
    if not _TIME.fullmatch(value):
        raise _missing(f"{name}: <unix seconds>")
    return value


def _one_digest(headers: Headers, name: str, start: str) -> str:
    value = headers.get(name, "").strip()
    digest = value.removeprefix(start)
    if not value.startswith(start) or not _DIGEST.fullmatch(digest):
        raise _missing(f"{name}: {start}<hex>")
    return digest.lower()


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError):
        return datetime.min.replace(tzinfo=UTC)


def _missing(what: str) -> Unauthorized:
    return Unauthorized(f"This channel takes signed requests only: send '{what}'.")
