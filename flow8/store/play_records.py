"""How a play stands in MongoDB: its document, and back."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flow8.domain.play import (
    Awaited,
    Decision,
    Failure,
    Happening,
    Layer,
    LayerState,
    Lease,
    LogLine,
    Loop,
    Origin,
    Parent,
    Play,
    PlayState,
    Unmet,
    Waiting,
)
from flow8.store.database import Document
from flow8.store.payloads import Keeper, Kept
from flow8.store.play_filter import words_of
from flow8.store.wish_records import wish_of

SUMMARY = dict.fromkeys(
    ("args", "request", "inputs", "outputs", "history", "logs", "words", "output", "reply"), 0
)
"""A projection without anything big."""

Read = Callable[[Kept | None], Any]


def without_none(document: Document) -> Document:
    """The document without fields that hold nothing."""
    return {key: value for key, value in document.items() if value is not None}


def play_document(
    play: Play, keeper: Keeper, due_at: datetime | None, history: Iterable[Happening]
) -> Document:
    """The document of a new play; the sweep looks at it at `due_at`, which is also when its lease ends."""
    return without_none(
        {
            "_id": play.id,
            "companyId": play.company_id,
            "flowId": play.flow_id,
            "flow": play.flow,
            "version": play.version,
            "state": play.state.value,
            "lane": play.lane,
            "title": play.title,
            "words": words_to_find(play) or None,
            "origin": _origin_document(play.origin),
            "args": keeper.keep(play.args),
            "request": None if play.request is None else keeper.keep(play.request),
            "idempotencyKey": play.idempotency_key,
            "argsDigest": play.args_digest,
            "createdAt": play.created_at,
            "startedAt": play.started_at,
            "dueAt": due_at,
            "lease": _lease_document(play.lease, due_at),
            "crashes": play.crashes,
            "wake": play.wake,
            "priority": play.priority or None,
            "parent": _parent_document(play.parent),
            "rerunOf": play.rerun_of,
            "history": [happening_document(line) for line in history],
            **_layers_document(play, keeper),
        }
    )


def words_to_find(play: Play) -> list[str]:
    """What a search finds a play by: the words of its title and, once it failed, of its error."""
    error = play.error
    told = "" if error is None else f"{error.code} {error.ref or ''} {error.message}"
    return list(dict.fromkeys([*words_of(play.title), *words_of(told)]))


def _layers_document(play: Play, keeper: Keeper) -> Document:
    """Layers that a new play takes over from an earlier one; mostly there are none."""
    if not play.layers:
        return {}
    layers = play.layers.items()
    return {
        "layers": {ref: layer_document(layer) for ref, layer in layers},
        "inputs": {ref: keeper.keep(layer.input) for ref, layer in layers},
        "outputs": {ref: keeper.keep(layer.output) for ref, layer in layers},
    }


def _lease_document(lease: Lease | None, until: datetime | None) -> Document | None:
    return None if lease is None else {"owner": lease.owner, "token": lease.token, "until": until}


def _parent_document(parent: Parent | None) -> Document | None:
    return None if parent is None else {"playId": parent.play_id, "ref": parent.ref, "depth": parent.depth}


def _parent_of(document: Document | None) -> Parent | None:
    return None if document is None else Parent(document["playId"], document["ref"], document["depth"])


def _waiting_document(waiting: Waiting | None) -> Document | None:
    if waiting is None:
        return None
    return without_none(
        {
            "what": waiting.what.value,
            "name": waiting.name,
            "until": waiting.until,
            "note": waiting.note,
            "approvers": list(waiting.approvers) or None,
            "excludeRequester": waiting.exclude_requester or None,
        }
    )


def _waiting_of(document: Document | None) -> Waiting | None:
    if document is None:
        return None
    return Waiting(
        Awaited(document["what"]),
        document.get("name"),
        document.get("until"),
        document.get("note"),
        tuple(document.get("approvers", ())),
        document.get("excludeRequester", False),
    )


def _decision_document(decision: Decision | None) -> Document | None:
    if decision is None:
        return None
    return without_none(
        {"approved": decision.approved, "by": decision.by, "at": decision.at, "note": decision.note}
    )


def _decision_of(document: Document | None) -> Decision | None:
    if document is None:
        return None
    return Decision(document["approved"], document["by"], document["at"], document.get("note"))


def _origin_document(origin: Origin) -> Document:
    return without_none(
        {
            "door": origin.door,
            "actor": origin.actor,
            "keyId": origin.key_id,
            "ip": origin.ip,
            "requestId": origin.request_id,
            "scheduleId": origin.schedule_id,
            "scheduledFor": origin.scheduled_for,
        }
    )


def happening_document(line: Happening) -> Document:
    """One line of history as it is kept and shown."""
    return without_none(
        {"seq": line.seq, "type": line.type, "ref": line.ref, "state": line.state, "at": line.at}
    )


def log_document(line: LogLine) -> Document:
    """One line that a module logged."""
    return {
        "n": line.n,
        "layerId": line.layer_id,
        "attempt": line.attempt,
        "at": line.at,
        "message": line.message,
    }


def failure_document(failure: Failure | None) -> Document | None:
    """Why something failed, as it is kept and shown."""
    if failure is None:
        return None
    return without_none({"code": failure.code, "message": failure.message, "ref": failure.ref})


def layer_document(layer: Layer) -> Document:
    """A layer without its input and output, which stand apart so that lists need not load them."""
    document = without_none(
        {
            "state": layer.state.value,
            "attempts": layer.attempts,
            "effect": layer.effect,
            "error": failure_document(layer.error),
            "startedAt": layer.started_at,
            "endedAt": layer.ended_at,
            "dueAt": layer.due_at,
            "waiting": _waiting_document(layer.waiting),
            "decision": _decision_document(layer.decision),
            "loop": None if layer.loop is None else asdict(layer.loop),
            "child": layer.child,
        }
    )
    if layer.unmet:
        document["unmet"] = [_unmet_document(unmet) for unmet in layer.unmet]
    return document


def _unmet_document(unmet: Unmet) -> Document:
    return {
        "position": unmet.position,
        "left": _shown(unmet.left),
        "operator": unmet.operator,
        "right": _shown(unmet.right),
    }


def _shown(value: Any) -> Any:
    """What people see of a compared value: short scalars as they are, the rest as a cut text."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    return str(value)[:200]


def layer_of(layer_id: str, document: Document, value_in: Any, value_out: Any) -> Layer:
    """The layer that a document holds."""
    return Layer(
        id=layer_id,
        state=LayerState(document["state"]),
        attempts=document.get("attempts", 0),
        effect=document.get("effect"),
        input=value_in,
        output=value_out,
        error=failure_of(document.get("error")),
        unmet=tuple(Unmet(**unmet) for unmet in document.get("unmet", ())),
        started_at=document.get("startedAt"),
        ended_at=document.get("endedAt"),
        due_at=document.get("dueAt"),
        waiting=_waiting_of(document.get("waiting")),
        decision=_decision_of(document.get("decision")),
        loop=_loop_of(document.get("loop")),
        child=document.get("child"),
    )


def _loop_of(document: Document | None) -> Loop | None:
    return None if document is None else Loop(**document)


def failure_of(document: Document | None) -> Failure | None:
    """Why something failed."""
    return None if document is None else Failure(**document)


def play_of(document: Document, read: Read) -> Play:
    """The whole play that a document holds, its values read back."""
    inputs, outputs = document.get("inputs", {}), document.get("outputs", {})
    lease = document.get("lease")
    return Play(
        id=document["_id"],
        company_id=document["companyId"],
        flow_id=document["flowId"],
        flow=document["flow"],
        version=document["version"],
        origin=_origin_of(document["origin"]),
        args=read(document.get("args")),
        created_at=document["createdAt"],
        state=PlayState(document["state"]),
        lane=document["lane"],
        title=document.get("title"),
        request=read(document.get("request")),
        idempotency_key=document.get("idempotencyKey"),
        args_digest=document.get("argsDigest"),
        output=read(document.get("output")),
        reply=read(document.get("reply")),
        error=failure_of(document.get("error")),
        started_at=document.get("startedAt"),
        ended_at=document.get("endedAt"),
        due_at=document.get("dueAt"),
        lease=None if lease is None else Lease(lease["owner"], lease["token"]),
        crashes=document["crashes"],
        claims=document.get("claims", 0),
        wake=document["wake"],
        seq=len(document.get("history", ())),
        logged=max((line["n"] for line in document.get("logs", ())), default=0),
        priority=document.get("priority", 0),
        on_hold=document.get("onHold", False),
        parent=_parent_of(document.get("parent")),
        rerun_of=document.get("rerunOf"),
        slot=document.get("slot"),
        wishes=[wish_of(wish) for wish in document.get("wishes", ())],
        layers={
            ref: layer_of(ref, layer, read(inputs.get(ref)), read(outputs.get(ref)))
            for ref, layer in document.get("layers", {}).items()
        },
    )


def _origin_of(document: Document) -> Origin:
    return Origin(
        door=document["door"],
        actor=document.get("actor"),
        key_id=document.get("keyId"),
        ip=document.get("ip"),
        request_id=document.get("requestId"),
        schedule_id=document.get("scheduleId"),
        scheduled_for=document.get("scheduledFor"),
    )
