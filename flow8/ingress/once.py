"""A signed request is let in once: its signature must fit, and must not have been seen before."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from flow8.clock import utc_now
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Flow8Error, Unauthorized
from flow8.ingress.exchange import Inbound
from flow8.ingress.guard import token_of
from flow8.ingress.signatures import WINDOW, signed_by
from flow8.services.channel_rules import HMAC
from flow8.store.channels import Channel
from flow8.store.database import faults_in_words

KNOWN: Final = 2 * WINDOW + timedelta(minutes=1)
"""For so long a signature with a time can be let in at all."""
KNOWN_WITHOUT_TIME: Final = timedelta(days=30)
"""A signature without a time is good for ever, so what it started is remembered for long."""
NOT_STARTED: Final = frozenset({"FLOW_DISABLED", "FLOW_NOT_PUBLISHED", "FLOW_NOT_FOUND", "ROUTE_UNFIT"})


@contextmanager
def let_in_once(
    engine: Engine, channel: Channel, inbound: Inbound, *, starts_one: bool = True
) -> Iterator[None]:
    """Go on with a request that its channel's way of signing admits, now that its body is known.

    What surely started nothing may be sent again as it was; of several plays, the first may be started.

    Raises:
        Unauthorized: the signature does not fit.
        Conflict: REPLAYED, it was let in before.
    """
    if channel.auth_mode != HMAC:
        yield
        return
    digest, has_time = _verified(engine, channel, inbound)
    company_id, signatures = channel.company_id, engine.store.signatures
    with faults_in_words():
        if not signatures.take(company_id, digest, utc_now() + KNOWN):
            raise Conflict("This signed request was let in before; sign a new one.", code="REPLAYED")
    try:
        yield
    except Flow8Error as error:
        if starts_one and _started_nothing(error):
            with faults_in_words():
                signatures.forget(company_id, digest)
        raise
    if not has_time:
        with faults_in_words():
            signatures.keep(company_id, digest, utc_now() + KNOWN_WITHOUT_TIME)


def _verified(engine: Engine, channel: Channel, inbound: Inbound) -> tuple[str, bool]:
    """The digest of a request whose signature fits, and whether it holds a time."""
    signed, secret = signed_by(channel.sender, inbound.headers), token_of(engine.vault, channel)
    expected = hmac.new(secret.encode(), signed.prefix, hashlib.sha256)
    expected.update(inbound.body)
    digest = expected.hexdigest()
    fits = [hmac.compare_digest(digest, given) for given in signed.digests]
    if not secret or not any(fits):
        raise Unauthorized("The signature does not fit this request and the token of this channel.")
    return digest, signed.at is not None


def _started_nothing(error: Flow8Error) -> bool:
    """Whether a refusal surely came before any play was stored."""
    return error.status < Flow8Error.status or error.error_code in NOT_STARTED
