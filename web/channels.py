"""Channels on the front: `/c/<slug>/…` is what a channel's port is, but through the queue.

A slug is the company's own. `/c/orders/…` means the channel of the first company; that of another one stands
under `/c/<company>.<slug>/…`, so that no company can take over the address of another.
"""

import threading
import time
from functools import partial
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, current_app

from flow8.domain.routes import Found
from flow8.engine.start import start_and_wait
from flow8.errors import Flow8Error, NotFound, Unavailable
from flow8.ingress import Answer, Inbound, enter, handle
from flow8.ingress.answers import refusal
from flow8.ingress.request_log import RequestLog
from flow8.services.channel_rules import HTTP
from flow8.services.channels import public_channel
from flow8.store.channels import Channel
from web import asked
from web.bodies import any_body, has_body
from web.headers import OfChannel
from web.policy import for_strangers

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
START: Final = "/c/"
SMALL_BODY: Final = 1024 * 1024
LARGE_BODIES: Final = 8
_large_bodies: Final = threading.BoundedSemaphore(LARGE_BODIES)

bp = Blueprint("channel_front", __name__)


@bp.route(f"{START}<path:rest>", methods=METHODS)
@for_strangers
def serve(rest: str) -> Response:
    """Answer a request to a channel as its port would."""
    began = time.perf_counter()
    name, _, path = _spelled(rest).partition("/")
    try:
        channel = _channel(name)
    except Flow8Error as error:
        return _shown(refusal(error, asked.request_id()))
    inbound = _inbound(f"/{path}")
    answer = _answer(channel, inbound)
    log: RequestLog = current_app.extensions["flow8.channel_requests"]
    log.note(channel, inbound, answer, time.perf_counter() - began)
    return _shown(answer)


def _spelled(rest: str) -> str:
    """What stands behind `/c/`, percent-encoded as it came."""
    raw = str(asked.current().environ.get("RAW_URI", "")).partition("?")[0]
    return raw.removeprefix(START) if raw.startswith(START) else quote(rest)


def _channel(name: str) -> Channel:
    engine = asked.engine()
    channel = engine.fresh.get((Channel, name), lambda: public_channel(engine, name))
    if channel is None or channel.kind != HTTP:
        raise NotFound("There is no such channel here.", code="CHANNEL_NOT_FOUND")
    return channel


def _inbound(path: str) -> Inbound:
    request = asked.current()
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = request.query_string.decode("latin-1")
    return Inbound(request.method, path, query, headers, b"", asked.ip() or "")


def _answer(channel: Channel, inbound: Inbound) -> Answer:
    """As on the port: nobody who may not come in gets a body read."""
    engine = asked.engine()
    found = None
    if has_body(asked.current()):
        entered = enter(engine, channel, inbound)
        if not isinstance(entered, Found):
            return entered
        found = entered
        try:
            inbound = inbound.with_body(_body())
        except Flow8Error as error:
            return refusal(error, asked.request_id())
    return handle(engine, channel, inbound, partial(start_and_wait, engine), found=found)


def _body() -> bytes:
    """The body; few larger ones are read at once, since anybody may send them to a public channel."""
    length = asked.current().content_length
    if length is not None and length <= SMALL_BODY:
        return any_body()
    if not _large_bodies.acquire(blocking=False):
        raise Unavailable("Too many large bodies arrive at once; try again soon.", code="POOL_FULL")
    try:
        return any_body()
    finally:
        _large_bodies.release()


def _shown(answer: Answer) -> Response:
    return OfChannel(answer.body, answer.status, answer.headers)
