"""What came in through a channel lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.services.asking import must
from flow8.services.channels import channel_named
from flow8.services.flow_overviews import p95_of
from flow8.store.channel_requests import ChannelRequest


@dataclass(frozen=True)
class Traffic:
    """How a channel's last requests went, at most 50; `refused` is the caller's fault, `failed` is ours."""

    channel_id: str
    last: ChannelRequest
    count: int
    refused: int
    failed: int
    p95_ms: int


def traffic(engine: Engine, actor: Actor) -> list[Traffic]:
    """Of each channel of the company that was ever sent something, how its last requests went.

    Raises:
        Denied: without the right to view.
    """
    must(engine, actor, Right.VIEW, "channels.traffic")
    kept = engine.store.channel_requests.last_of_all(actor.company_id)
    return [_traffic(channel_id, requests) for channel_id, requests in kept.items()]


def _traffic(channel_id: str, requests: Sequence[ChannelRequest]) -> Traffic:
    bad = [each.status for each in requests if each.status >= HTTPStatus.BAD_REQUEST]
    failed = sum(1 for status in bad if status >= HTTPStatus.INTERNAL_SERVER_ERROR)
    p95 = p95_of(each.duration_ms for each in requests) or 0
    return Traffic(channel_id, requests[0], len(requests), len(bad) - failed, failed, p95)


def list_requests(engine: Engine, actor: Actor, channel: str) -> list[ChannelRequest]:
    """The last 50 requests of a channel, newest first; they stand there within about a second.

    Raises:
        Denied: without the right to view.
        NotFound: CHANNEL_NOT_FOUND.
    """
    must(engine, actor, Right.VIEW, "channels.list_requests", channel)
    found = channel_named(engine, actor.company_id, channel)
    return engine.store.channel_requests.last(actor.company_id, found.id)
