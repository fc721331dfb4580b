"""Hands on a play: cancel it, hold it, let it go on, send it the event it waits for.

Each one is a wish left with the play; whoever performs it carries it out, and nothing is lost meanwhile.
"""

from typing import Any

from flow8.domain.access import Actor, Right
from flow8.domain.play import Awaited, LayerState, PlayState, WishKind, is_finished
from flow8.domain.values import to_text
from flow8.engine.children import ask
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Problem
from flow8.services.asking import audit
from flow8.services.files import files_in
from flow8.services.page import refuse, some_of
from flow8.services.play_shapes import Shape, by_item
from flow8.services.reach import must_on_play, no_play
from flow8.store.payloads import INLINE_BYTES

KEY_LENGTH = 200


def cancel(engine: Engine, actor: Actor, play_id: str) -> Shape:
    """Ask a play to end: flowlets that run are let finish, none begins. `{playId, state}` as it stands now.

    Raises:
        Denied: without the right to run.
        NotFound: PLAY_NOT_FOUND.
        Conflict: PLAY_FINISHED.
    """
    must_on_play(engine, actor, Right.RUN, "plays.cancel", play_id)
    return _wished(engine, actor, play_id, WishKind.CANCEL)


def hold(engine: Engine, actor: Actor, play_id: str) -> Shape:
    """Ask a play to begin no further flowlet until it is resumed; twice is once. Raises as `cancel` does."""
    must_on_play(engine, actor, Right.RUN, "plays.hold", play_id)
    return _wished(engine, actor, play_id, WishKind.HOLD)


def resume(engine: Engine, actor: Actor, play_id: str) -> Shape:
    """Ask a play on hold to go on; one that is not on hold goes on anyway. Raises as `cancel` does."""
    must_on_play(engine, actor, Right.RUN, "plays.resume", play_id)
    return _wished(engine, actor, play_id, WishKind.RESUME)


def _wished(engine: Engine, actor: Actor, play_id: str, kind: WishKind) -> Shape:
    play = found_play(engine, actor.company_id, play_id)
    standing = left_with(engine, actor.company_id, play_id, kind, by=actor.name)
    was, now = {"state": play["state"]}, {"state": standing["state"]}
    audit(engine, actor, f"plays.{kind}", play_id, before=was, after=now)
    return standing


def send_event(engine: Engine, actor: Actor, play_id: str, key: str, value: Any = None) -> Shape:
    """Give a play the outside event that a flowlet waits for; its value is the flowlet's output.

    Raises:
        Denied: without the right to run.
        NotFound: PLAY_NOT_FOUND.
        Invalid: the key is none, or the value takes more than 64 KiB as JSON, or speaks of a file of somebody
            else.
        Conflict: NOT_WAITING (for no event with this key) or PLAY_FINISHED.
    """
    must_on_play(engine, actor, Right.RUN, "plays.event", play_id)
    refuse(_event_problems(key, value), "This event cannot be sent.")
    play = found_play(engine, actor.company_id, play_id)
    if is_finished(PlayState(play["state"])):
        raise _over(play_id)
    if key not in (keys := _keys_waited_for(play)):
        known = f"it waits for {some_of(keys)}" if keys else "it waits for none"
        raise Conflict(f"This play waits for no event '{key}'; {known}.", code="NOT_WAITING")
    engine.files.hold(actor.company_id, play_id, files_in(engine, actor, value, "value"))
    standing = left_with(
        engine, actor.company_id, play_id, WishKind.EVENT, by=actor.name, name=key, value=value
    )
    was, now = {"state": play["state"]}, {"state": standing["state"]}
    audit(engine, actor, "plays.event", play_id, before=was, after=now, key=key)
    return standing


def _event_problems(key: str, value: Any) -> list[Problem]:
    problems = []
    if not 1 <= len(key) <= KEY_LENGTH:
        problems.append(Problem("key", f"must have 1 to {KEY_LENGTH} characters"))
    try:
        if len(to_text(value)) > INLINE_BYTES:
            problems.append(Problem("value", f"must take at most {INLINE_BYTES} bytes as JSON"))
    except ValueError as error:
        problems.append(Problem("value", str(error)))
    return problems


def _keys_waited_for(play: Shape) -> list[str]:
    """The keys of events that did not come yet, in the order of the layers."""
    on_the_way = {wish.get("name") for wish in play.get("wishes", ()) if wish["kind"] == WishKind.EVENT}
    layers: dict[str, Shape] = play.get("layers", {})
    waits = [
        layer["waiting"]["name"]
        for layer in map(layers.__getitem__, by_item(layers))
        if layer["state"] == LayerState.WAIT and layer.get("waiting", {}).get("what") == Awaited.EVENT
    ]
    return [key for key in dict.fromkeys(waits) if key not in on_the_way]


def found_play(engine: Engine, company_id: str, play_id: str) -> Shape:
    """The company's play without values, for services.

    Raises:
        NotFound: PLAY_NOT_FOUND.
    """
    play = engine.store.play_views.find(company_id, play_id)
    if play is None:
        raise no_play(play_id)
    return play


def left_with(engine: Engine, company_id: str, play_id: str, kind: WishKind, **more: Any) -> Shape:
    """Leave a wish with a play, once a service allowed it; `{playId, state}` as it stands now.

    Raises:
        Conflict: PLAY_FINISHED.
    """
    if not ask(engine, company_id, play_id, kind, **more):
        raise _over(play_id)
    return {"playId": play_id, "state": engine.store.play_views.state_of(play_id)}


def _over(play_id: str) -> Conflict:
    return Conflict(f"Play '{play_id}' is over, and a finished play never changes.", code="PLAY_FINISHED")
