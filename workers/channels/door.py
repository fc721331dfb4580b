"""What all channel ports of a process share: the engine, the plays they may run, the flows they know."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import gevent
from gevent import Greenlet
from gevent.event import Event
from greenlet import greenlet

from flow8.domain.routes import Found
from flow8.domain.values import MAX_VALUE_BYTES
from flow8.engine.engine import Engine
from flow8.engine.start import Outcome, StartRequest, start_here
from flow8.errors import Flow8Error, Unavailable
from flow8.ids import new_id
from flow8.ingress import Answer, Inbound, discard, enter, handle, receive
from flow8.ingress.answers import refusal
from flow8.ingress.handle import let_in
from flow8.ingress.messages import Message, Said, answer_message, refused
from flow8.ingress.request_log import RequestLog
from flow8.metrics.counters import pool_size, pool_used
from flow8.store.channel_answers import ChannelAnswers
from flow8.store.channels import Channel, Route
from flow8.store.database import faults_in_words
from flow8.store.flows import FlowRecord

FRESH_SECONDS: Final = 1.0
QUEUE_SECONDS: Final = 1.0
"""So long a request waits for a slot; as many as there are slots may wait."""
MESSAGE_SECONDS: Final = 30.0
MOST_WAITING: Final = 10_000
"""Messages of sockets wait longer: each socket has one at a time, so there cannot be too many."""
MEBIBYTE: Final = 1024 * 1024

log = logging.getLogger("channels")


class Slots:
    """Counts the plays that run here for channels; one whose caller was told to come back later counts on."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._requests: dict[greenlet, Greenlet[..., Any] | None] = {}
        self._left_alone: set[Greenlet[..., Any]] = set()
        self._queue: deque[Event] = deque()
        self._called = 0

    @property
    def taken(self) -> int:
        """How many are taken."""
        return len(self._requests) + len(self._left_alone)

    @contextmanager
    def one(self, seconds: float = QUEUE_SECONDS, *, queue: int | None = None) -> Iterator[None]:
        """Take a slot for the request of this greenlet, until it and its play have ended.

        When there is none it waits so long for one, unless `queue` others do (as many as there are slots).

        Raises:
            Unavailable: POOL_FULL.
        """
        self._await_one(seconds, self._size if queue is None else queue)
        me = gevent.getcurrent()
        self._requests[me] = None
        try:
            yield
        finally:
            play = self._requests.pop(me)
            if play is not None and not play.dead:
                self._left_alone.add(play)
                play.rawlink(self._leave)
            self._call()

    def _await_one(self, seconds: float, queue: int) -> None:
        if self.taken + self._called < self._size and not self._queue:
            return
        turn = Event()
        if len(self._queue) < queue:
            self._queue.append(turn)
            turn.wait(seconds)
        if turn.is_set():
            self._called -= 1
            return
        if turn in self._queue:
            self._queue.remove(turn)
        raise Unavailable("This worker plays as much as it may; try again soon.", code="POOL_FULL")

    def _leave(self, play: "Greenlet[..., Any]") -> None:
        self._left_alone.discard(play)
        self._call()

    def _call(self) -> None:
        """Let those go on who wait longest, as many as there are free slots."""
        while self._queue and self.taken + self._called < self._size:
            self._called += 1
            self._queue.popleft().set()

    def spawn(self, work: Callable[..., object], *args: Any) -> None:
        """Run `work` in a greenlet; what a request itself begins is its play, the rest are parts of plays."""
        play = gevent.spawn(work, *args)
        me = gevent.getcurrent()
        if me in self._requests:
            self._requests[me] = play


class KnownFlows:
    """Flows as they were at most `fresh_seconds` ago, or longer while MongoDB does not answer."""

    def __init__(self, engine: Engine, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._flows = engine.store.flows
        self._fresh_seconds = fresh_seconds
        self._known: dict[tuple[str, str], tuple[float, FlowRecord | None]] = {}

    def find(self, company_id: str, flow_id: str) -> FlowRecord | None:
        """The flow with this id.

        Raises:
            Unavailable: it is not known here and MongoDB does not answer.
        """
        key = (company_id, flow_id)
        looked_at, flow = self._known.get(key, (float("-inf"), None))
        now = time.monotonic()
        if now - looked_at < self._fresh_seconds:
            return flow
        if flow is not None:
            self._known[key] = (now, flow)  # others use it meanwhile instead of asking the same
        try:
            with faults_in_words():
                flow = self._flows.find(company_id, flow_id)
        except Unavailable:
            if flow is None:
                raise
        self._known[key] = (now, flow)
        return flow


class Door:
    """Answers the requests of every channel that this process serves."""

    def __init__(self, engine: Engine) -> None:
        self.settings = engine.settings
        self.largest_body = engine.settings.max_request_size_mb * MEBIBYTE
        # Without files a body becomes one value.
        self.body_limit = min(self.largest_body, MAX_VALUE_BYTES)
        self._slots = Slots(engine.settings.channel_pool_size)
        pool_size.labels("channels").set(engine.settings.channel_pool_size)
        pool_used.labels("channels").set_function(lambda: self._slots.taken)
        self._engine = replace(engine, spawn=self._slots.spawn)
        self._flows = KnownFlows(engine)
        self.requests = RequestLog(engine.store.channel_requests, "port")

    @property
    def is_idle(self) -> bool:
        """Whether no play runs here for a channel."""
        return self._slots.taken == 0

    def enter(self, channel: Channel, inbound: Inbound) -> Found[Route] | Answer:
        """The route that a request is let in to, or the refusal that it is worth before its body is read."""
        return enter(self._engine, channel, inbound)

    def receive(self, channel: Channel, inbound: Inbound, pieces: Iterator[bytes]) -> Inbound:
        """The request with the files of its body kept while they arrive.

        Raises:
            Flow8Error: the body is refused; nothing of it is left.
        """
        return receive(self._engine, channel, inbound, pieces)

    def let_in(self, channel: Channel, inbound: Inbound) -> Found[Route]:
        """The route of a message's connection, if its caller may still speak. Raises as `ingress.let_in`."""
        return let_in(self._engine, channel, inbound)

    @property
    def answers(self) -> ChannelAnswers:
        """What callers of sockets were told."""
        return self._engine.store.channel_answers

    def say(self, channel: Channel, message: Message) -> Said:
        """The answer to one message of a socket, which waits for a slot as long as its route would.

        What goes wrong inside only the log is told.
        """
        try:
            with self._slots.one(MESSAGE_SECONDS, queue=MOST_WAITING):
                return answer_message(self._engine, channel, message, self._submit, self._flows.find)
        except Unavailable as error:
            return refused(message, error)
        except Exception:
            log.exception("a message to channel '%s' broke", channel.slug)
            return refused(message, Flow8Error())

    def answer(self, channel: Channel, inbound: Inbound, found: Found[Route] | None = None) -> Answer:
        """The answer to a request, let in already if `found`; what goes wrong inside only the log is told."""
        try:
            with self._slots.one():
                return handle(self._engine, channel, inbound, self._submit, self._flows.find, found)
        except Unavailable as error:
            return refusal(error, new_id())
        except Exception:
            request_id = new_id()
            log.exception("request %s to channel '%s' broke", request_id, channel.slug)
            return refusal(Flow8Error(), request_id)
        finally:
            discard(self._engine, channel, inbound)

    def _submit(self, request: StartRequest, seconds: float) -> Outcome:
        return start_here(self._engine, request, seconds)
