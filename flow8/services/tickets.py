"""Tickets that open one WebSocket: a key never stands in an address, and some clients send no cookie."""

from datetime import datetime, timedelta
from typing import Final

from flow8.clock import utc_now
from flow8.domain.access import Actor
from flow8.engine.engine import Engine
from flow8.errors import Unauthorized
from flow8.ids import new_secret
from flow8.services.keys import actor_of_key_id
from flow8.services.sessions import actor_of_digest, digest_of
from flow8.store.sessions import Ticket

LIFE: Final = timedelta(seconds=30)


def make_ticket(engine: Engine, actor: Actor, sid: str | None) -> tuple[str, datetime]:
    """A ticket's text and its end: it opens one WebSocket for the key, or for the session, that asks.

    Raises:
        Unauthorized: neither asks.
    """
    session = None if sid is None or actor.key_id is not None else digest_of(sid)
    if session is None and actor.key_id is None:
        raise Unauthorized
    text, end = new_secret(), utc_now() + LIFE
    engine.store.tickets.create(Ticket(digest_of(text), end, session, actor.key_id))
    return text, end


def actor_of_ticket(
    engine: Engine, text: str, *, door: str, ip: str | None = None, request_id: str | None = None
) -> Actor:
    """Whoever got this ticket. Raises as `holder_of_ticket` does."""
    return holder_of_ticket(engine, text, door=door, ip=ip, request_id=request_id)[0]


def holder_of_ticket(
    engine: Engine, text: str, *, door: str, ip: str | None = None, request_id: str | None = None
) -> tuple[Actor, str | None]:
    """Whoever got this ticket, which is used up by this, and the digest of their session, if it was one.

    Whatever ended their session or key ended the ticket too.

    Raises:
        Unauthorized: it is none, used, or over.
    """
    ticket = engine.store.tickets.take(digest_of(text))
    if ticket is None:
        raise Unauthorized("This ticket is not valid; get a new one.", code="TICKET_NOT_VALID")
    if ticket.key_id is not None:
        return actor_of_key_id(engine, ticket.key_id, door=door, ip=ip, request_id=request_id), None
    digest = ticket.session_digest or ""
    return actor_of_digest(engine, digest, door=door, ip=ip, request_id=request_id), digest
