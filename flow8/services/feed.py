"""What somebody follows live: plays, all of them or those of one flow, each event once and in order.

Events make it fast; of a play that somebody follows, the history is read where an event was missed, so that
there is neither a gap nor a repeat.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from flow8.domain.access import Actor, Right
from flow8.domain.play import PlayState, is_finished
from flow8.engine.engine import Engine
from flow8.errors import Flow8Error, Invalid, Problem, Unavailable
from flow8.live import ALL_PLAYS
from flow8.services.play_lines import MOST_LINES, list_events
from flow8.services.reach import Within, must_on_flow, must_on_play, must_within, no_flow
from flow8.store.database import faults_in_words

LOOK_SECONDS: Final = 2.0
"""So often the history of a play is looked at of which nothing is heard."""
MOST_SUBSCRIPTIONS: Final = 100
BACKLOG: Final = 10_000
PLAYS: Final = "plays"

Message = dict[str, Any]


@dataclass
class _Play:
    """A play that is followed: everything up to `seq` was told."""

    id: str
    seq: int
    looked_at: float = float("-inf")
    is_over: bool = False


@dataclass
class _Many:
    """Plays of a flow, or of the company, that are heard of; nothing is read of them."""

    flow_id: str | None
    within: Within = None


@dataclass
class Feed:
    """One listener's subscriptions. One thread calls `subscribe`, another one iterates over `messages`."""

    engine: Engine
    actor: Actor
    _heard: "queue.Queue[Message | None]" = field(default_factory=lambda: queue.Queue(BACKLOG))
    _plays: dict[str, _Play] = field(default_factory=dict)
    _many: dict[str, _Many] = field(default_factory=dict)
    _missed: bool = False
    _begun: threading.Event = field(default_factory=threading.Event)
    _closed: threading.Event = field(default_factory=threading.Event)

    def subscribe(self, name: str, after: int | None = None) -> None:
        """Follow `play:<id>` behind line `after` of its history, `flow:<id>`, or `plays`.

        Raises:
            Denied: without the right to view it.
            NotFound: there is no such play or flow.
            Invalid: it is none of these, or there are too many.
        """
        kind, _, subject = name.partition(":")
        if len(self._plays) + len(self._many) >= MOST_SUBSCRIPTIONS:
            raise _wrong("sub", f"one socket follows at most {MOST_SUBSCRIPTIONS} things; open another one")
        if kind == "play" and subject:
            self._follow_play(subject, after)
        elif after is not None:
            raise _wrong("after", "belongs to a single play: {sub: play:<id>, after: <seq>}")
        elif name == PLAYS:
            within = must_within(self.engine, self.actor, Right.VIEW, "plays.follow")
            self._many[name] = _Many(None, within)
        elif kind == "flow" and subject:
            self._many[name] = _Many(self._flow_id(subject))
        else:
            raise _wrong("sub", "must be play:<id>, flow:<id> or plays")

    def unsubscribe(self, name: str) -> None:
        """Follow something no longer."""
        self._many.pop(name, None)
        self._plays.pop(name.removeprefix("play:"), None)

    def renew(self, actor: Actor) -> None:
        """Go on as who the listener is now; what they may no longer see is left out from now on."""
        self.actor = actor
        for name, many in list(self._many.items()):
            try:
                if many.flow_id is None:
                    many.within = must_within(self.engine, actor, Right.VIEW, "plays.follow")
                else:
                    must_on_flow(self.engine, actor, Right.VIEW, "plays.follow", many.flow_id)
            except Flow8Error:
                self._many.pop(name, None)
        for play in list(self._plays.values()):
            try:
                must_on_play(self.engine, actor, Right.VIEW, "plays.follow", play.id)
            except Flow8Error:
                self._plays.pop(play.id, None)

    def messages(self) -> Iterator[Message | None]:
        """Every message for the listener, and None at least every two seconds, until the feed is closed."""
        with self.engine.live.listening(ALL_PLAYS, self._hear):
            self._begun.set()
            while not self._closed.is_set():
                yield from self._look()
                yield from self._listen()
                yield None

    def until_heard(self, seconds: float) -> bool:
        """Wait until nothing is missed any more of what happens; whether it came to that in time."""
        return self._begun.wait(seconds) and self.engine.live.until_heard(seconds)

    def close(self) -> None:
        """End `messages`."""
        self._closed.set()
        self._wake()

    def _follow_play(self, play_id: str, after: int | None) -> None:
        seq = 0 if after is None else after
        list_events(self.engine, self.actor, play_id, after=seq, size=1)
        self._plays[play_id] = _Play(play_id, seq)
        self._wake()

    def _flow_id(self, name: str) -> str:
        must_on_flow(self.engine, self.actor, Right.VIEW, "plays.follow", name)
        flow = self.engine.store.flows.find(self.actor.company_id, name) if name.isprintable() else None
        if flow is None:
            raise no_flow(name)
        return flow.id

    def _wake(self) -> None:
        try:
            self._heard.put_nowait(None)
        except queue.Full:
            return

    def _hear(self, event: Message) -> None:
        """Take an event from the tail's thread, if it is one for this listener."""
        if event.get("companyId") != self.actor.company_id:
            return
        if event["playId"] not in self._plays and not self._is_wanted(event):
            return
        try:
            self._heard.put_nowait(event)
        except queue.Full:
            self._missed = True

    def _is_wanted(self, event: Message) -> bool:
        return any(map(_takes(event), list(self._many.values())))

    def _listen(self) -> Iterator[Message]:
        """What was heard, as far as it goes without reading, for at most two seconds."""
        try:
            event = self._heard.get(timeout=LOOK_SECONDS)
            while True:
                if event is not None:
                    yield from self._told(event)
                event = self._heard.get_nowait()
        except queue.Empty:
            return

    def _told(self, event: Message) -> Iterator[Message]:
        shown = {name: value for name, value in event.items() if name != "companyId"}
        play = self._plays.get(event["playId"])
        if play is None:
            if self._is_wanted(event):
                yield shown
        elif event.get("provisional"):
            yield shown
        elif event["seq"] == play.seq + 1:
            _advance(play, event)
            yield shown
        elif event["seq"] > play.seq:
            play.looked_at = float("-inf")
            yield from self._read(play)

    def _look(self) -> Iterator[Message]:
        """What the histories say of plays of which nothing was heard lately."""
        if self._missed:
            self._missed = False
            yield {"type": "missed", "message": "Some events were not told; load again what is shown."}
        for play in list(self._plays.values()):
            if not play.is_over and time.monotonic() - play.looked_at >= LOOK_SECONDS:
                yield from self._read(play)

    def _read(self, play: _Play) -> Iterator[Message]:
        while True:
            play.looked_at = time.monotonic()
            try:
                with faults_in_words():
                    lines = list_events(self.engine, self.actor, play.id, after=play.seq, size=MOST_LINES)
            except Unavailable:
                return
            except Flow8Error as error:
                self._plays.pop(play.id, None)
                yield {"type": "error", "sub": f"play:{play.id}", "error": error.error_code}
                return
            for line in lines.rows:
                _advance(play, line)
                yield line
            if lines.next is None:
                return


def _advance(play: _Play, line: Message) -> None:
    play.seq, play.looked_at = line["seq"], time.monotonic()
    state = line.get("state")
    play.is_over = line.get("ref") is None and state is not None and is_finished(PlayState(state))


def _takes(event: Message) -> Callable[[_Many], bool]:
    """Whether a subscription wants an event: all of a flow's plays, of all plays their own but no layers."""

    def takes(many: _Many) -> bool:
        if many.flow_id is not None:
            return bool(event["flowId"] == many.flow_id)
        return event.get("ref") is None and (many.within is None or event["flowId"] in many.within)

    return takes


def _wrong(path: str, sentence: str) -> Invalid:
    return Invalid("This cannot be followed.", problems=[Problem(path, sentence)])
