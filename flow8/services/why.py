"""What an unfinished play waits for, and who holds it, in a sentence and in fields."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flow8.clock import iso
from flow8.domain.access import Actor, Right
from flow8.domain.play import Awaited, LayerState, PlayState, is_finished
from flow8.engine.engine import Engine
from flow8.services.hands import found_play
from flow8.services.play_shapes import Shape, by_item
from flow8.services.reach import must_on_play

MOST_SHOWN = 100
MOST_TOLD = 5


def why(engine: Engine, actor: Actor, play_id: str) -> Shape:
    """`{playId, state, what, message, …}`: what the play waits for now.

    `what` is `worker` (`since`; `ahead` plays are before it in its lane), `performed` (`lease`, `running`
    layers), `hold` (`by`), `approval`, `event`, `play`, `slot` or `time` (`waitsFor`, each one), or `over`.
    A loop may wait for much at once: `running` and `waitsFor` hold 100 at most, the message names five.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND.
    """
    must_on_play(engine, actor, Right.VIEW, "plays.why", play_id)
    play, now = found_play(engine, actor.company_id, play_id), engine.store.clock.now()
    reason = next(found for look in _LOOKS if (found := look(engine, play, now)) is not None)
    return {"playId": play["_id"], "state": play["state"], **reason}


Look = Callable[[Engine, Shape, datetime], Shape | None]


def _over(_engine: Engine, play: Shape, _now: datetime) -> Shape | None:
    if not is_finished(PlayState(play["state"])):
        return None
    ended = iso(play["endedAt"])
    return {"what": "over", "message": f"The play is over since {ended}; it waits for nothing."}


def _performed(engine: Engine, play: Shape, now: datetime) -> Shape | None:
    lease = play.get("lease")
    if lease is None:
        return None
    owner, until = lease["owner"], iso(lease["until"])
    if lease["until"] <= now:
        message = f"Worker {owner} was last heard of before {until}; the sweep soon rings for another one."
        return {**_for_worker(engine, play, lease["until"]), "message": message}
    layers = play.get("layers", {})
    running = [ref for ref, layer in layers.items() if layer["state"] == LayerState.RUN]
    return {
        "what": "performed",
        "message": f"Worker {owner} performs it; its lease lasts until {until} and is renewed meanwhile.",
        "lease": {"owner": owner, "until": until},
        "running": by_item(running)[:MOST_SHOWN],
    }


def _asked(engine: Engine, play: Shape, _now: datetime) -> Shape | None:
    wishes = play.get("wishes")
    if not wishes:
        return None
    asked = "; ".join(f"{wish['kind'].replace('_', ' ')} by {wish['by']}" for wish in wishes)
    reason = _for_worker(engine, play, wishes[0]["at"])
    return {**reason, "message": f"It was asked for something ({asked}) and waits for a worker to do it."}


def _held(_engine: Engine, play: Shape, _now: datetime) -> Shape | None:
    if play["state"] != PlayState.ON_HOLD:
        return None
    by = play.get("heldBy")
    message = f"{by or 'Somebody'} put it on hold; it goes on when it is resumed."
    return {"what": "hold", "message": message, "by": by}


def _parked(engine: Engine, play: Shape, now: datetime) -> Shape | None:
    until = play.get("notBefore")
    if until is None or until <= now:
        return None
    layers: dict[str, Shape] = play.get("layers", {})
    held_up = [
        name for name, layer in layers.items() if layer["state"] in (LayerState.WAIT, LayerState.DEFERRED)
    ]
    # Somebody who looks wants to know first what a person can do about it.
    held_up = sorted(by_item(held_up), key=lambda name: _ORDER.index(_awaited(layers[name])))
    waits = [_wait(engine, name, layers[name]) for name in held_up[:MOST_SHOWN]]
    if not waits:
        waits = [_slot(engine, play, until)]
    sentences = [wait["message"] for wait in waits[:MOST_TOLD]]
    if len(held_up) > MOST_TOLD:
        sentences.append(f"Layers that wait besides: {len(held_up) - MOST_TOLD}.")
    return {"what": waits[0]["what"], "message": " ".join(sentences), "waitsFor": waits}


_ORDER = [Awaited.APPROVAL, Awaited.EVENT, Awaited.PLAY, Awaited.TIME]


def _awaited(layer: Shape) -> Awaited:
    return Awaited(layer.get("waiting", {"what": Awaited.TIME})["what"])


def _slot(engine: Engine, play: Shape, until: datetime) -> Shape:
    """No flowlet waits, so the play itself does: for other plays of its concurrency key, or for a time."""
    fields = {"until": iso(until)}
    if "slot" not in play:
        return {**fields, "what": Awaited.TIME, "message": f"It goes on at {iso(until)}."}
    holders = engine.store.slots.holders(play["companyId"], play["slot"])
    message = f"It waits until one of {len(holders)} plays with the same concurrency key ends."
    return {**fields, "what": "slot", "holders": holders, "message": message}


def _wait(engine: Engine, ref: str, layer: Shape) -> Shape:
    waiting, what = layer.get("waiting", {}), _awaited(layer)
    name = waiting.get("name")
    until = layer.get("dueAt") or waiting.get("until")
    fields: dict[str, Any] = {"what": what, "layerId": ref, "until": None if until is None else iso(until)}
    if what is Awaited.APPROVAL:
        approvers = waiting.get("approvers", [])
        return {**fields, "approvers": approvers, "message": _approval(ref, approvers)}
    if what is Awaited.EVENT:
        return {**fields, "key": name, "message": f"Layer '{ref}' waits for the event '{name}'."}
    if what is Awaited.PLAY:
        state = engine.store.play_views.state_of(name or "")
        message = f"Layer '{ref}' waits for the end of play {name}, which is {state or 'gone'}."
        return {**fields, "waitsForPlay": name, "stateOfPlay": state, "message": message}
    return {**fields, "message": f"Layer '{ref}' goes on at {fields['until']}{_tried(layer)}."}


def _tried(layer: Shape) -> str:
    """After how many attempts it is tried again; a delay that its module asked for is no failed attempt."""
    count = 0 if "waiting" in layer else layer.get("attempts", 0)
    return f", after {count} {'attempt' if count == 1 else 'attempts'}" if count else ""


def _approval(ref: str, approvers: list[str]) -> str:
    whom = f" by {' or '.join(approvers)}" if approvers else ", by anybody who may approve"
    return f"Layer '{ref}' waits for approval{whom}."


def _unclaimed(engine: Engine, play: Shape, _now: datetime) -> Shape:
    since = play.get("notBefore") or play.get("startedAt") or play["createdAt"]
    reason = _for_worker(engine, play, since)
    before = f"; {reason['ahead']} wait before it" if reason["ahead"] else ""
    lane = play["lane"]
    return {**reason, "message": f"It waits for a worker of lane '{lane}' since {iso(since)}{before}."}


def _for_worker(engine: Engine, play: Shape, since: datetime) -> Shape:
    ahead = engine.store.play_views.ahead(play["_id"], play["lane"])
    return {"what": "worker", "since": iso(since), "lane": play["lane"], "ahead": ahead}


_LOOKS: list[Look] = [_over, _performed, _asked, _held, _parked, _unclaimed]
