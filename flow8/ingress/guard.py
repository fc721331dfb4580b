"""Who may come in through a channel. What is not allowed in so many words is refused."""

import hmac
import logging
from collections.abc import Mapping
from typing import Final

from flow8.errors import Flow8Error, Unauthorized, Unavailable
from flow8.ingress.signatures import signed_by
from flow8.services.channel_rules import HEADER_TOKEN, HMAC, PUBLIC, token_digest, token_place
from flow8.store.channels import Channel
from flow8.store.database import faults_in_words
from flow8.vault import Vault

REFUSAL: Final = "Send the token of this channel as 'Authorization: Bearer <token>'."
KEPT_TOKENS: Final = 1000

log = logging.getLogger("channels")


def admit(vault: Vault, channel: Channel, headers: Mapping[str, str]) -> None:
    """Let a request with these headers in; what an `hmac` channel signs is checked with the body.

    Raises:
        Unauthorized: it does not hold what the channel asks for.
        Unavailable: nobody can tell, because the channel's token cannot be opened; the log says why.
    """
    if channel.auth_mode == PUBLIC:
        return
    if channel.auth_mode == HMAC:
        signed_by(channel.sender, headers)
        return
    if channel.auth_mode != HEADER_TOKEN or not _has_token(vault, channel, headers.get("authorization", "")):
        raise Unauthorized(REFUSAL)


def _has_token(vault: Vault, channel: Channel, authorization: str) -> bool:
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        return False
    digest = _digest_of(vault, channel)
    return bool(digest) and hmac.compare_digest(token_digest(token.strip()), digest)


_kept: dict[tuple[str, str], str] = {}


def _digest_of(vault: Vault, channel: Channel) -> str:
    """The SHA-256 of a channel's token; empty without one."""
    if channel.sealed_token is None:
        return channel.token_digest or ""
    return token_digest(token_of(vault, channel))


def token_of(vault: Vault, channel: Channel) -> str:
    """The token of a channel, which is opened once for each process; empty without one.

    Raises:
        Unavailable: it cannot be opened; the log says why.
    """
    if channel.sealed_token is None:
        return ""
    key = (channel.id, channel.sealed_token)
    if key not in _kept:
        if len(_kept) >= KEPT_TOKENS:
            _kept.clear()
        _kept[key] = _opened(vault, channel, channel.sealed_token)
    return _kept[key]


def _opened(vault: Vault, channel: Channel, sealed: str) -> str:
    try:
        with faults_in_words():
            return vault.open(token_place(channel.company_id, channel.id), sealed)
    except Flow8Error as error:
        log.error("the token of channel '%s' cannot be opened: %s", channel.slug, error.message)  # noqa: TRY400 - the sentence says it all
        raise Unavailable("This channel cannot be used right now.", code="CHANNEL_UNAVAILABLE") from error
