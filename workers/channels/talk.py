"""What is said with one client on one socket: its messages one after another, its answers numbered.

The answers of a client that names itself are kept for an hour, so that it gets those that it missed.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

import gevent
from gevent.queue import Queue

from flow8.domain.values import to_text
from flow8.errors import Flow8Error, Unavailable
from flow8.ids import new_id
from flow8.ingress.messages import Caller, Message, Said, read_message, refused
from flow8.store.channels import Channel
from flow8.store.database import faults_in_words
from flow8.websocket import NOT_ALLOWED, RESTARTING
from workers.channels.door import Door

MOST_UNANSWERED: Final = 100
"""So many messages of a client wait here; then no more are read from it."""
MOST_MESSAGE: Final = 1024 * 1024
ENDS_TALK: Final = frozenset({"UNAUTHORIZED", "CHANNEL_DISABLED", "ROUTE_NOT_FOUND"})

log = logging.getLogger("channels")


class Serves(Protocol):
    """Whoever serves a channel on a port; the channel may be exchanged meanwhile."""

    channel: Channel


@dataclass(frozen=True)
class Line:
    """How a kind of socket sends a text, False when the client is gone, and how it closes with a reason."""

    send: Callable[[str], bool]
    close: Callable[[int, str], None]


class Talk:
    """One client on one connection."""

    def __init__(self, door: Door, server: Serves, caller: Caller, line: Line) -> None:
        self._door = door
        self.server = server
        self._caller = caller
        self._line = line
        self._texts: Queue[str | None] = Queue(MOST_UNANSWERED)
        self._is_busy = False
        self._leaving: tuple[int, str] | None = None
        self.n = 0

    def begin(self, after: int | None) -> None:
        """Send the answers behind number `after`, which the client missed.

        Raises:
            Unavailable: MongoDB does not answer.
        """
        if self._caller.client is None:
            return
        company_id, key = self.server.channel.company_id, self._caller.key
        with faults_in_words():
            self.n = max(after or 0, self._door.answers.last(company_id, key))
            missed = [] if after is None else list(self._door.answers.behind(company_id, key, after))
        for kept in missed:
            self._line.send(_numbered(kept.n, kept.text))

    def start(self) -> None:
        """Answer what is heard from now on."""
        gevent.spawn(self._answer_all)

    def hear(self, text: str) -> None:
        """Take a message; waits while too many are unanswered."""
        self._texts.put(text)

    def end(self) -> None:
        """The client is gone: what is not played yet is dropped, since it asks anew for it."""
        self._leaving = self._leaving or (NOT_ALLOWED, "")
        while not self._texts.empty():
            self._texts.get_nowait()
        self._texts.put(None)

    def leave(self, code: int = RESTARTING, reason: str = "restarting") -> None:
        """Close after the answer that is due, or now; the client asks anew for what it got no answer to."""
        self._leaving = (code, reason)
        if not self._is_busy:
            self._line.close(code, reason)

    def _answer_all(self) -> None:
        while (text := self._texts.get()) is not None:
            self._is_busy = True
            try:
                self._answer(text)
            except Exception:
                log.exception("a socket of channel '%s' broke", self.server.channel.slug)
                self._leaving = self._leaving or (NOT_ALLOWED, "")
            self._is_busy = False
            if self._leaving is not None:
                self._line.close(*self._leaving)
                return

    def _answer(self, text: str) -> None:
        began, channel = time.monotonic(), self.server.channel
        message, said = self._said(channel, text)
        if "url" in said.told and self._leaving is not None:
            return  # this worker leaves the play to another one, which answers when it is asked anew
        self._tell(channel, message, said)
        inbound = replace(self._caller.inbound, method="MESSAGE")
        self._door.requests.note_one(
            channel, inbound, said.status, time.monotonic() - began, play_id=said.play_id, error=said.error
        )

    def _said(self, channel: Channel, text: str) -> tuple[Message | None, Said]:
        message = None
        try:
            message = read_message(self._caller, text)
            found = self._door.let_in(channel, self._caller.inbound)
        except Flow8Error as error:
            if error.error_code in ENDS_TALK:
                self._leaving = self._leaving or (NOT_ALLOWED, error.error_code)
            return message, refused(message, error)
        message = replace(message, caller=replace(self._caller, route=found.route))
        return message, self._door.say(channel, message)

    def _tell(self, channel: Channel, message: Message | None, said: Said) -> None:
        if not said.final or message is None:
            self._line.send(to_text(said.told))
            return
        try:
            n, text = self._kept(channel, message, to_text(said.told))
        except Unavailable as error:
            self._line.send(to_text(refused(message, error).told))
            return
        self._line.send(_numbered(n, text))

    def _kept(self, channel: Channel, message: Message, text: str) -> tuple[int, str]:
        if self._caller.client is None:
            self.n += 1
            return self.n, text
        with faults_in_words():
            kept = self._door.answers.keep(
                channel.company_id, self._caller.key, message.name or new_id(), text, self.n
            )
        self.n = max(self.n, kept.n)
        return kept.n, kept.text


def _numbered(n: int, text: str) -> str:
    return f'{{"n":{json.dumps(n)},{text[1:]}'
