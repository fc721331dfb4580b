"""Who may come in through a channel. What is not allowed in so many words is refused."""

import hmac
from collections.abc import Mapping

from flow8.errors import Unauthorized
from flow8.services.channel_rules import HEADER_TOKEN, PUBLIC, token_digest
from flow8.store.channels import Channel

REFUSAL = "Send the token of this channel as 'Authorization: Bearer <token>'."


def admit(channel: Channel, headers: Mapping[str, str]) -> None:
    """Let a request with these headers in.

    Raises:
        Unauthorized: it does not hold what the channel asks for.
    """
    if channel.auth_mode == PUBLIC:
        return
    if channel.auth_mode != HEADER_TOKEN or not _has_token(channel, headers.get("authorization", "")):
        raise Unauthorized(REFUSAL)


def _has_token(channel: Channel, authorization: str) -> bool:
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not channel.token_digest:
        return False
    return hmac.compare_digest(token_digest(token.strip()), channel.token_digest)
