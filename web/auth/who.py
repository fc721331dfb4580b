"""Before every view: what its policy asks for, who is asking, and whether that is enough."""

import logging

from flask import Flask, current_app, g

from config import log_ids
from flow8.domain.access import Actor
from flow8.errors import Denied, Unauthorized
from flow8.services import keys, sessions, tickets
from flow8.services.asking import must
from web import asked
from web.auth import cookie, origin
from web.policy import policy_of

NO_POLICY = "NO_POLICY"
STRANGERS_BYTES = 64 * 1024
"""Nobody who is not known may have us read more than this."""

log = logging.getLogger("auth")


def register(app: Flask) -> None:
    """Let nobody reach a view of `app` whose policy they do not meet."""
    app.before_request(_admit)


def _admit() -> None:
    request = asked.current()
    if request.endpoint is None:
        return  # no view: the answer is 404 or 405
    policy = policy_of(current_app.view_functions[request.endpoint])
    if policy is None:
        log.error("%s has no policy; everybody is refused", request.endpoint)
        raise Denied("Nobody said who may use this, so nobody may.", code=NO_POLICY)
    if policy.foreign:
        return
    if policy.public:
        request.max_content_length = min(request.max_content_length or STRANGERS_BYTES, STRANGERS_BYTES)
        origin.must_be_ours(cookie=False)
        return
    actor = g.actor = _actor_of_ticket() if policy.ticket and "ticket" in request.args else _actor()
    log_ids.add(company_id=actor.company_id)
    if policy.right is not None and not policy.admits(actor):
        # `must` says so, and writes the denial down; its words are not worth making for everybody else.
        must(asked.engine(), actor, policy.right, f"{request.method} {request.url_rule}")


def _actor_of_ticket() -> Actor:
    """Whoever got the ticket of the query, which is used up by this.

    Raises:
        Unauthorized: it is not valid.
    """
    actor, g.session_digest = tickets.holder_of_ticket(
        asked.engine(), asked.current().args["ticket"], **asked.who()
    )
    return actor


def _actor() -> Actor:
    """Whoever the API key or else the session's cookie names.

    Raises:
        Unauthorized: neither names anybody.
        Denied: CROSS_SITE.
    """
    given = asked.current().headers.get("Authorization")
    if given is not None:
        scheme, _, key = given.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorized
        return keys.actor_of_key(asked.engine(), key.strip(), **asked.who())
    sid = cookie.sid()
    if sid is None:
        raise Unauthorized
    actor = sessions.actor_of_session(asked.engine(), sid, **asked.who())
    origin.must_be_ours(cookie=True)
    return actor
