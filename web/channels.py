"""Channels on the front: `/c/<slug>/…` is what a channel's port is, but through the queue.

A slug is the company's own. `/c/orders/…` means the channel of the first company; that of another one stands
under `/c/<company>.<slug>/…`, so that no company can take over the address of another.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, current_app

from flow8.domain.routes import Found
from flow8.engine.start import start_and_wait
from flow8.errors import Flow8Error, NotFound, Unavailable
from flow8.ingress import Answer, Inbound, comes_as_files, discard, enter, handle, receive
from flow8.ingress.answers import refusal
from flow8.ingress.request_log import RequestLog
from flow8.services.channel_rules import HTTP
from flow8.services.channels import public_channel
from flow8.store.channels import Channel
from web import asked
from web.bodies import any_body, any_pieces, has_body
from web.headers import OfChannel
from web.policy import for_strangers

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
START: Final = "/c/"
SMALL_BODY: Final = 1024 * 1024
LARGE_BODIES: Final = 8
ARRIVING_FILES: Final = 16
_large_bodies: Final = threading.BoundedSemaphore(LARGE_BODIES)
_arriving_files: Final = threading.BoundedSemaphore(ARRIVING_FILES)

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
            inbound = _received(channel, inbound)
        except Flow8Error as error:
            return refusal(error, asked.request_id())
    try:
        return handle(engine, channel, inbound, partial(start_and_wait, engine), found=found)
    finally:
        discard(engine, channel, inbound)


def _received(channel: Channel, inbound: Inbound) -> Inbound:
    """The request with its body: read whole, or kept while it arrives if it holds files."""
    if not comes_as_files(channel, inbound):
        return inbound.with_body(_body())
    with _a_place_in(_arriving_files, "Too many files arrive at once; try again soon."):
        return receive(asked.engine(), channel, inbound, any_pieces())


def _body() -> bytes:
    """The body; few larger ones are read at once, since anybody may send them to a public channel."""
    length = asked.current().content_length
    if length is not None and length <= SMALL_BODY:
        return any_body()
    with _a_place_in(_large_bodies, "Too many large bodies arrive at once; try again soon."):
        return any_body()


@contextmanager
def _a_place_in(places: threading.BoundedSemaphore, refusal: str) -> Iterator[None]:
    if not places.acquire(blocking=False):
        raise Unavailable(refusal, code="POOL_FULL")
    try:
        yield
    finally:
        places.release()


def _shown(answer: Answer) -> Response:
    """The answer as Flask's; a file follows in pieces, and is closed in any case."""
    shown = OfChannel(chain([answer.body], answer.pieces()), answer.status, answer.headers)
    shown.call_on_close(answer.close)
    shown.content_length = answer.length
    return shown
