"""What came in through a channel lately."""

from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.services.asking import must
from flow8.services.channels import channel_named
from flow8.store.channel_requests import ChannelRequest


def list_requests(engine: Engine, actor: Actor, channel: str) -> list[ChannelRequest]:
    """The last 50 requests of a channel, newest first; they stand there within about a second.

    Raises:
        Denied: without the right to view.
        NotFound: CHANNEL_NOT_FOUND.
    """
    must(engine, actor, Right.VIEW, "channels.list_requests", channel)
    found = channel_named(engine, actor.company_id, channel)
    return engine.store.channel_requests.last(actor.company_id, found.id)
