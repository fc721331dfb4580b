"""Waiting for a play without a thread: its events wake the caller, who also looks at the play now and then.

Events make it fast, and tell of steps that are not written yet; looking makes it right.
"""

import asyncio
import contextlib
import time
from typing import Any, Final

import anyio

from agents.desk import Context, Desk, in_thread
from flow8.domain.access import Actor
from flow8.domain.play import LayerState, layer_is_finished
from flow8.live import ENDS, Event
from flow8.services.tool_calls import Standing, look

LOOK_SECONDS: Final = 2.0
FIRST_LOOK_SECONDS: Final = 0.05
"""The first looks come sooner: a process that begins to listen hears nothing for a moment."""
WORTH_A_LOOK: Final = (*ENDS, "play:waiting")


async def follow(desk: Desk, context: Context, actor: Actor, play_id: str, seconds: float) -> Standing:
    """The play as soon as it is over or waits for a person, else as it stands after `seconds`.

    Meanwhile the caller is told how far it is, if it asked for that. A process that stops waits for nothing.

    Raises:
        Flow8Error: the play cannot be looked at.
    """
    until, pause = time.monotonic() + seconds, FIRST_LOOK_SECONDS
    heard, progress = _Heard(), _Progress(context)
    with desk.engine.live.listening(play_id, heard.hear):
        while True:
            heard.is_worth_a_look = False
            standing = await in_thread(lambda: look(desk.engine, actor, play_id))
            await progress.tell(standing, heard.finished)
            left = until - time.monotonic()
            if standing.rests or left <= 0 or desk.is_stopping():
                return standing
            await _pause(min(left, pause), heard, progress, standing)
            pause = min(2 * pause, LOOK_SECONDS)


async def _pause(seconds: float, heard: "_Heard", progress: "_Progress", standing: Standing) -> None:
    """Tell of steps as they are heard, until it is time for a look."""
    with anyio.move_on_after(seconds):
        while not heard.is_worth_a_look:
            await heard.something()
            await progress.tell(standing, heard.finished)


class _Heard:
    """What was heard of a play, from the thread of events."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self.finished: set[str] = set()
        self.is_worth_a_look = False

    def hear(self, event: Event) -> None:
        """Take note of an event; called from a thread of its own."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._note, event)

    async def something(self) -> None:
        """Return once there is news."""
        await self._news.wait()
        self._news.clear()

    def _note(self, event: Event) -> None:
        self.is_worth_a_look = self.is_worth_a_look or event["type"] in WORTH_A_LOOK
        if _ends_a_step(event):
            self.finished.add(event["ref"])
        self._news.set()


def _ends_a_step(event: dict[str, Any]) -> bool:
    """Whether a flowlet is over, not just one pass of a loop through it."""
    ref = event.get("ref")
    return ref is not None and event.get("layerId", ref) == ref and _is_end(event["state"])


def _is_end(state: str) -> bool:
    return layer_is_finished(LayerState(state))


class _Progress:
    """Tells the caller how many steps are done, each time it is more; the first word names the play."""

    def __init__(self, context: Context) -> None:
        self._session = context.session
        self._last = -1.0

    async def tell(self, standing: Standing, heard: set[str]) -> None:
        """Say how far the play is, unless that was said already."""
        done = len(standing.finished | heard) + standing.under_way
        now = min(float(done), float(standing.total))
        if now <= self._last:
            return
        play_id, is_first, self._last = standing.outcome.play_id, self._last < 0, now
        steps = f"{len(standing.finished | heard)} of {standing.total} steps are done"
        message = f"Play {play_id} was accepted; {steps}." if is_first else f"Play {play_id}: {steps}."
        await self._session.report_progress(now, float(standing.total), message)
