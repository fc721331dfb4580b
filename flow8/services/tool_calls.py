"""The plays that an agent started by calling tools: how they stand, and cancelling them.

An agent sees and cancels the plays of its own API key, and no others.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flow8.clock import iso, utc_now
from flow8.domain.access import Actor, Right
from flow8.domain.play import LayerState, PlayState, WishKind, is_finished, layer_is_finished
from flow8.engine.engine import Engine
from flow8.engine.start import Outcome, wait
from flow8.services import play_shapes
from flow8.services.approvals import asks_for_approval
from flow8.services.asking import audit, must
from flow8.services.channel_rules import LONGEST_TIMEOUT
from flow8.services.hands import left_with
from flow8.services.play_shapes import Shape, by_item
from flow8.services.reach import no_play

MOST_SHOWN: Final = 20
LONGEST_CALL: Final = timedelta(seconds=LONGEST_TIMEOUT) + timedelta(minutes=5)
"""After so long nobody waits for a call any more, whatever the clocks of our processes say."""

_ID: Final = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Standing:
    """How a play stands: the steps that are `finished` and the share of loops under way, of `total` steps.

    `approvals` are the decisions that it waits for, `{layerId, note, approvers, until}`, at most 20; while
    there are some, nothing happens. `url` is the play's page, for people.
    """

    outcome: Outcome
    flow: str
    finished: frozenset[str]
    under_way: float
    total: int
    approvals: tuple[Shape, ...]
    url: str

    @property
    def rests(self) -> bool:
        """Whether waiting is of no use: it is over, or a person has to decide first."""
        return self.outcome.finished or bool(self.approvals)


def look(engine: Engine, actor: Actor, play_id: str) -> Standing:
    """How a play stands that this key started.

    Raises:
        Denied: the actor may not call tools.
        NotFound: PLAY_NOT_FOUND, or another's.
    """
    must(engine, actor, Right.CALL_TOOLS, "tools.look", play_id)
    play = _own(engine, actor, play_id)
    compiled = play_shapes.compiled_of(engine, play)
    layers: dict[str, Shape] = play.get("layers", {})
    refs = list(layers) if compiled is None else list(compiled.graph.order)
    finished = frozenset(ref for ref in refs if ref in layers and _is_over(layers[ref]))
    return Standing(
        outcome=_outcome(engine, play),
        flow=play["flow"],
        finished=finished,
        under_way=sum(_share(layers[ref]) for ref in refs if ref in layers and ref not in finished),
        total=len(refs),
        approvals=tuple(_approvals(layers)) if play["state"] == PlayState.WAIT else (),
        url=f"{engine.settings.public_url}/plays/{play_id}",
    )


def cancel_call(engine: Engine, actor: Actor, play_id: str) -> Shape:
    """Ask a play that this key started to end; `{playId, state}` as it stands now.

    Raises:
        Denied: the actor may not call tools.
        NotFound: PLAY_NOT_FOUND, or another's.
        Conflict: PLAY_FINISHED.
    """
    must(engine, actor, Right.CALL_TOOLS, "tools.cancel", play_id)
    play = _own(engine, actor, play_id)
    standing = left_with(engine, actor.company_id, play_id, WishKind.CANCEL, by=actor.name)
    was, now = {"state": play["state"]}, {"state": standing["state"]}
    audit(engine, actor, "plays.cancel", play_id, before=was, after=now)
    return standing


def cancel_request(engine: Engine, actor: Actor) -> str | None:
    """Cancel the play that was started by the request which the actor names; its id, None for none.

    A request is known by key, address and id. Where several are open that nobody can tell apart, none is
    cancelled: no agent may end another's work.

    Raises:
        Denied: the actor may not call tools.
        Conflict: PLAY_FINISHED, it ended at this moment.
    """
    must(engine, actor, Right.CALL_TOOLS, "tools.cancel")
    since = utc_now() - LONGEST_CALL
    origin = {"door": "mcp", "keyId": actor.key_id, "requestId": actor.request_id, "ip": actor.ip}
    found = engine.store.play_views.unfinished_of_origin(actor.company_id, origin, since=since)
    if len(found) != 1:
        return None
    cancel_call(engine, actor, found[0])
    return found[0]


def _own(engine: Engine, actor: Actor, play_id: str) -> Shape:
    play = engine.store.play_views.find(actor.company_id, play_id) if _ID.fullmatch(play_id) else None
    origin: Shape = {} if play is None else play["origin"]
    if play is None or origin["door"] != "mcp" or origin.get("keyId") != actor.key_id:
        raise no_play(play_id)
    return play


def _outcome(engine: Engine, play: Shape) -> Outcome:
    state = PlayState(play["state"])
    if is_finished(state):
        return wait(engine, play["_id"], 0.0)
    return Outcome(play["_id"], state, play["createdAt"])


def _is_over(layer: Shape) -> bool:
    return layer_is_finished(LayerState(layer["state"]))


def _share(layer: Shape) -> float:
    """How much of a loop is done."""
    loop: dict[str, Any] | None = layer.get("loop")
    if not loop or not loop.get("count"):
        return 0.0
    return float((loop.get("done", 0) + loop.get("failed", 0)) / loop["count"])


def _approvals(layers: dict[str, Shape]) -> list[Shape]:
    asking = [layer_id for layer_id in by_item(layers) if asks_for_approval(layers[layer_id])]
    return [_approval(layer_id, layers[layer_id]["waiting"]) for layer_id in asking[:MOST_SHOWN]]


def _approval(layer_id: str, waiting: Shape) -> Shape:
    until = waiting.get("until")
    return {
        "layerId": layer_id,
        "note": waiting.get("note"),
        "approvers": list(waiting.get("approvers", ())),
        "until": None if until is None else iso(until),
    }
