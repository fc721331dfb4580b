"""Carries out what a module asked of the engine: to wait, to play another flow, to repeat, to stop."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from flow8.domain.play import Awaited, Failure, Layer, Play, Waiting, is_finished
from flow8.engine.children import ended_well, hand_back, start_child
from flow8.engine.collect import collect
from flow8.engine.engine import Engine
from flow8.engine.journal import Journal
from flow8.kit.fields import Fields
from flow8.kit.orders import AwaitEvent, Collect, Delay, PlayFlow, Repeat, Stop

LOOK_AT_CHILD = timedelta(seconds=60)
"""A child tells its parent when it is over; should that be lost, the parent finds out by itself."""


class Hands(Protocol):
    """What carrying out an order takes: the layers of a play."""

    engine: Engine
    play: Play
    journal: Journal
    stopped: Stop | None

    def done(self, layer: Layer, output: Any, now: datetime) -> None:
        """End a layer well."""

    def fail(self, layer: Layer, failure: Failure, *, final: bool) -> None:
        """End a layer badly."""

    def defer(self, layer: Layer, milliseconds: int, now: datetime) -> None:
        """Hold a layer back for a time."""

    def wait(self, layer: Layer, waiting: Waiting, now: datetime) -> None:
        """Let a layer wait for something outside."""

    def wait_on(self, layer: Layer, waiting: Waiting) -> None:
        """Let a layer that waits go on waiting."""

    def repeat(self, layer: Layer, order: Repeat) -> None:
        """Begin a loop."""


def carry_out(hands: Hands, layer: Layer, order: Fields | None, now: datetime) -> None:
    """Do what the module of this layer asked for.

    Raises:
        Failed: it cannot be done.
    """
    if isinstance(order, Delay):
        layer.waiting = Waiting(Awaited.TIME)
        hands.defer(layer, order.milliseconds, now)
    elif isinstance(order, AwaitEvent):
        until = None if order.expires_after is None else now + timedelta(seconds=order.expires_after)
        hands.wait(layer, Waiting(Awaited.EVENT, order.key, until), now)
    elif isinstance(order, PlayFlow):
        _play_flow(hands, layer, order, now)
    elif isinstance(order, Repeat):
        hands.repeat(layer, order)
    elif isinstance(order, Collect):
        hands.journal.checkpoint()
        hands.done(layer, collect(hands.engine, hands.play, layer, order), now)
    elif isinstance(order, Stop):
        hands.stopped = order
        hands.done(layer, order.output, now)


def _play_flow(hands: Hands, layer: Layer, order: PlayFlow, now: datetime) -> None:
    child = layer.child = start_child(hands.engine, hands.play, layer.id, order.flow, order.args)
    if order.wait:
        hands.wait(layer, Waiting(Awaited.PLAY, child, now + LOOK_AT_CHILD), now)
    else:
        hands.done(layer, {"playId": child}, now)


def look_at_child(hands: Hands, layer: Layer, now: datetime) -> None:
    """Go on with the output of the play that this layer waits for, fail with it, or wait on."""
    child_id = layer.waiting.name if layer.waiting else None
    child = hands.engine.store.plays.load(child_id or "")
    if child is None:
        gone = Failure("PLAY_NOT_FOUND", f"The play {child_id} that it waited for is gone.", layer.id)
        hands.fail(layer, gone, final=True)
    elif not is_finished(child.state):
        hands.wait_on(layer, Waiting(Awaited.PLAY, child_id, now + LOOK_AT_CHILD))
    elif ended_well(child):
        hand_back(hands.engine, child, hands.play)
        hands.done(layer, child.output, now)
    else:
        why = child.error.message if child.error else f"it ended as {child.state}"
        hands.fail(
            layer,
            Failure("SUBFLOW_FAILED", f"Play {child_id} of flow {child.flow}: {why}", layer.id),
            final=True,
        )
