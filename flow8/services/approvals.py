"""Approvals: what waits for somebody's decision, and the decision itself."""

from datetime import datetime
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
from flow8.services.play_shapes import Preview, Shape, by_item
from flow8.services.plays import PlayPage
from flow8.services.reach import must_on_play, must_within, rights_on
from flow8.services.written_secrets import veil_over, veiled_text
from flow8.store.audit import Wanted

NOTE_LENGTH = 2000
MOST_SHOWN = 100
MOST_COUNTED = 100
LATEST = 10
LOOKED_BACK = 30
NO_RIGHT = Denied("You have no right to decide about plays of this flow; ask an administrator for it.")
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
    return PlayPage([_row(engine, actor, play, layers) for play, layers in some[:size]], more)


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


def _row(engine: Engine, actor: Actor, play: Shape, layers: dict[str, Shape]) -> Shape:
    some = dict(islice(layers.items(), MOST_SHOWN))
    return {
        **play_shapes.row(play),
        "approvals": _approvals(engine, actor, play, some),
        "approvalCount": len(layers),
    }


def _approvals(engine: Engine, actor: Actor, play: Shape, layers: dict[str, Shape]) -> list[Shape]:
    views, most = engine.store.play_views, engine.settings.unit_output_ui_max_bytes
    texts = views.inputs(play["companyId"], play["_id"], list(layers))
    since = views.waiting_since(play["companyId"], play["_id"])
    veil = veil_over(engine, actor, play)
    shown = {each: play_shapes.preview(veiled_text(veil, texts.get(each)), most) for each in layers}
    return [
        _approval(layer_id, shown[layer_id], layer["waiting"], since.get(layer_id))
        for layer_id, layer in layers.items()
    ]


def _approval(layer_id: str, shown: Preview, waiting: Shape, since: datetime | None) -> Shape:
    until = waiting.get("until")
    return {
        "layerId": layer_id,
        "input": shown.value,
        "inputTruncated": shown.truncated,
        "note": waiting.get("note"),
        "approvers": waiting.get("approvers", []),
        "since": None if since is None else iso(since),
        "until": None if until is None else iso(until),
    }


def count_waiting(engine: Engine, actor: Actor) -> int:
    """How many plays wait for a decision which the actor may take; 100 when there are that many or more.

    Raises:
        Denied: without the right to approve.
    """
    within = must_within(engine, actor, Right.APPROVE, "approvals.count")
    found = engine.store.play_views.waiting_for_approval(actor.company_id, within=within)
    return sum(1 for _ in islice((play for play in found if _mine(actor, play)), MOST_COUNTED))


def of_play(engine: Engine, actor: Actor, play_id: str) -> Shape:
    """A play with its `approvals` whoever may decide, each with the actor's `refusal` or None; and `decided`.

    `publishedBy` is who published the flow version that it plays.

    Raises:
        Denied: without the right to view.
        NotFound: PLAY_NOT_FOUND.
    """
    must_on_play(engine, actor, Right.VIEW, "approvals.of_play", play_id)
    play = found_play(engine, actor.company_id, play_id)
    layers: dict[str, Shape] = play.get("layers", {})
    first = {ref: _first_decision(play, ref, layers[ref]) for ref in by_item(layers)}
    open_ones = {ref: layers[ref] for ref in first if first[ref] is None and asks_for_approval(layers[ref])}
    some = dict(islice(open_ones.items(), MOST_SHOWN))
    lacks = Right.APPROVE not in rights_on(engine, actor, play["flowId"])
    refusals = {
        ref: NO_RIGHT if lacks else _refusal(actor, play, layer["waiting"]) for ref, layer in some.items()
    }
    version = engine.store.flows.version(actor.company_id, play["flowId"], play["version"])
    return {
        **play_shapes.row(play),
        "approvals": [
            {**each, "refusal": _told(refusals[each["layerId"]])}
            for each in _approvals(engine, actor, play, some)
        ],
        "approvalCount": len(open_ones),
        "decided": [_decision(ref, found) for ref, found in first.items() if found is not None][:MOST_SHOWN],
        "publishedBy": None if version is None else version.created_by,
    }


def _told(refusal: Denied | None) -> Shape | None:
    return None if refusal is None else {"code": refusal.error_code, "message": refusal.message}


def _decision(layer_id: str, found: Shape) -> Shape:
    decision = "approved" if found["approved"] else "declined"
    told = {"layerId": layer_id, "decision": decision, "by": found["by"]}
    return {**told, "at": iso(found["at"]), "note": found.get("note")}


def latest_decisions(engine: Engine, actor: Actor) -> list[Shape]:
    """The last decisions of people about plays that the actor may see, newest first.

    Raises:
        Denied: without the right to view.
    """
    within = must_within(engine, actor, Right.VIEW, "approvals.latest")
    entries = engine.store.audit.page(actor.company_id, Wanted(action="plays.approve"), size=LOOKED_BACK)
    found: list[Shape] = []
    for entry in entries:
        play = engine.store.play_views.find(actor.company_id, str(entry.get("subject")))
        if play is not None and (within is None or play["flowId"] in within):
            found.append(
                {**_of_entry(entry), "playId": play["_id"], "title": play.get("title"), "flow": play["flow"]}
            )
        if len(found) == LATEST:
            break
    return found


def _of_entry(entry: Shape) -> Shape:
    told = entry.get("details") or {}
    return {
        "layerId": str(told.get("layerId")),
        "decision": str(told.get("decision")),
        "note": told.get("note"),
        "by": str(entry.get("actor")),
        "at": iso(entry["at"]),
    }
