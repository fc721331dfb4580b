"""Approvals: what waits for somebody's decision, and the decision itself."""

from itertools import islice
from typing import Any

from flow8.clock import iso
from flow8.domain.access import Actor, Right
from flow8.domain.play import Awaited, LayerState, WishKind
from flow8.engine.engine import Engine
from flow8.errors import Conflict, Denied, Problem
from flow8.services import play_shapes
from flow8.services.asking import audit
from flow8.services.hands import found_play, left_with
from flow8.services.layers import find_layer
from flow8.services.page import USUAL_SIZE, refuse, size_problems
from flow8.services.play_shapes import Shape, by_item
from flow8.services.plays import PlayPage
from flow8.services.reach import must_on_play, must_within

NOTE_LENGTH = 2000
MOST_SHOWN = 100
KINDS = {"approved": WishKind.APPROVE, "declined": WishKind.DECLINE}


def decide(
    engine: Engine, actor: Actor, play_id: str, layer_id: str, *, decision: str, note: str | None = None
) -> Shape:
    """Approve or decline what a layer is about to do; `{playId, state}` as the play stands now.

    The first decision counts: of two people at the same moment, one is told that the other was first.

    Raises:
        Denied: without the right to approve, NOT_AN_APPROVER, or REQUESTER_EXCLUDED.
        NotFound: PLAY_NOT_FOUND or LAYER_NOT_FOUND.
        Invalid: the decision is none, or the note is too long.
        Conflict: NOT_WAITING, which tells who decided if somebody did, or PLAY_FINISHED.
    """
    must_on_play(engine, actor, Right.APPROVE, "plays.approve", play_id)
    refuse(_problems(decision, note), "This is no decision.")
    play = found_play(engine, actor.company_id, play_id)
    layer = _waiting_layer(engine, play, layer_id)
    _must_be_allowed(engine, actor, play, layer["waiting"])
    kind = KINDS[decision]
    more = {"by": actor.name, "ref": layer_id, "note": note or None}
    standing = left_with(engine, actor.company_id, play_id, kind, **more)
    now = found_play(engine, actor.company_id, play_id)
    first = _first_decision(now, layer_id, find_layer(engine, now, layer_id).document)
    if first is not None and (first["by"], first["approved"]) != (actor.name, kind is WishKind.APPROVE):
        raise _decided(layer_id, first)
    decided: dict[str, Any] = {"decision": decision, "note": note}
    audit(engine, actor, "plays.approve", play_id, after=decided, layerId=layer_id, **decided)
    return standing


def _problems(decision: str, note: str | None) -> list[Problem]:
    problems = []
    if decision not in KINDS:
        problems.append(Problem("decision", f"must be one of {', '.join(KINDS)}"))
    if note is not None and len(note) > NOTE_LENGTH:
        problems.append(Problem("note", f"must have at most {NOTE_LENGTH} characters"))
    return problems


def _waiting_layer(engine: Engine, play: Shape, layer_id: str) -> Shape:
    found = find_layer(engine, play, layer_id)
    if (first := _first_decision(play, layer_id, found.document)) is not None:
        raise _decided(layer_id, first)
    if found.document is None or not asks_for_approval(found.document):
        state = found.shape()["state"]
        raise Conflict(f"Layer '{layer_id}' waits for no approval; it is {state}.", code="NOT_WAITING")
    return found.document


def asks_for_approval(layer: Shape) -> bool:
    """Whether a layer waits for somebody's decision."""
    waits_for = layer.get("waiting", {}).get("what")
    return layer["state"] == LayerState.WAIT and waits_for == Awaited.APPROVAL and "decision" not in layer


def _first_decision(play: Shape, layer_id: str, layer: Shape | None) -> Shape | None:
    """What was decided about a layer, be it carried out already or on its way."""
    if layer is not None and "decision" in layer:
        return dict(layer["decision"])
    for wish in play.get("wishes", ()):
        if wish["kind"] in KINDS.values() and wish.get("ref") == layer_id:
            return {**wish, "approved": wish["kind"] == WishKind.APPROVE}
    return None


def _decided(layer_id: str, decision: Shape) -> Conflict:
    word = "approved" if decision["approved"] else "declined"
    message = f"Layer '{layer_id}' was {word} already by {decision['by']} at {iso(decision['at'])}."
    return Conflict(message, code="NOT_WAITING")


def _must_be_allowed(engine: Engine, actor: Actor, play: Shape, waiting: Shape) -> None:
    refused = _refusal(actor, play, waiting)
    if refused is not None:
        audit(engine, actor, "denied", play["_id"], asked="plays.approve", reason=refused.error_code)
        raise refused


def _refusal(actor: Actor, play: Shape, waiting: Shape) -> Denied | None:
    approvers = waiting.get("approvers", ())
    mine = {name.casefold() for name in (actor.name, *actor.user_groups)}
    if approvers and mine.isdisjoint(each.casefold() for each in approvers):
        return Denied(
            f"Only {', '.join(approvers)} may decide here, not {actor.name}.", code="NOT_AN_APPROVER"
        )
    if waiting.get("excludeRequester") and _is_requester(actor, play["origin"]):
        return Denied(
            "Whoever started this play may not decide here; ask somebody else.", code="REQUESTER_EXCLUDED"
        )
    return None


def _is_requester(actor: Actor, origin: Shape) -> bool:
    same_key = actor.key_id is not None and actor.key_id == origin.get("keyId")
    return same_key or actor.name == origin.get("actor")


def waiting_for_me(
    engine: Engine, actor: Actor, *, size: int = USUAL_SIZE, after: str | None = None
) -> PlayPage:
    """The parked plays that wait for a decision which the actor may take, oldest first.

    Each row is a play with `approvals`: `{layerId, input, note, approvers, until}` of its waiting layers, at
    most 100 of `approvalCount`: a loop may ask for many.

    Raises:
        Denied: without the right to approve.
        Invalid: there is no such page.
    """
    within = must_within(engine, actor, Right.APPROVE, "approvals.list")
    refuse(size_problems(size), "These approvals cannot be listed.")
    found = engine.store.play_views.waiting_for_approval(actor.company_id, after=after, within=within)
    mine = ((play, _mine(actor, play)) for play in found)
    some = list(islice(((play, layers) for play, layers in mine if layers), size + 1))
    more = some[size - 1][0]["_id"] if len(some) > size else None
    return PlayPage([_row(engine, play, layers) for play, layers in some[:size]], more)


def _mine(actor: Actor, play: Shape) -> dict[str, Shape]:
    """The layers that the actor may decide on."""
    layers: dict[str, Shape] = play.get("layers", {})
    return {
        ref: layer
        for ref in by_item(layers)
        if asks_for_approval(layer := layers[ref])
        and _first_decision(play, ref, layer) is None
        and _refusal(actor, play, layer["waiting"]) is None
    }


def _row(engine: Engine, play: Shape, layers: dict[str, Shape]) -> Shape:
    some = dict(islice(layers.items(), MOST_SHOWN))
    texts = engine.store.play_views.inputs(play["companyId"], play["_id"], list(some))
    most = engine.settings.unit_output_ui_max_bytes
    approvals = [
        _approval(layer_id, play_shapes.preview(texts.get(layer_id), most).value, layer["waiting"])
        for layer_id, layer in some.items()
    ]
    return {**play_shapes.row(play), "approvals": approvals, "approvalCount": len(layers)}


def _approval(layer_id: str, shown: Any, waiting: Shape) -> Shape:
    until = waiting.get("until")
    return {
        "layerId": layer_id,
        "input": shown,
        "note": waiting.get("note"),
        "approvers": waiting.get("approvers", []),
        "until": None if until is None else iso(until),
    }
