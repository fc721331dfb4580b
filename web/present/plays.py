"""Plays, their layers and lines. Most come in their shape from the services; here stands what it is."""

from datetime import datetime
from typing import Any, NotRequired

from typing_extensions import TypedDict

from flow8.domain.play import Failure
from flow8.engine.start import Outcome
from flow8.services.histogram import Histogram


class FailureShape(TypedDict):
    """Why something failed; `ref` names the layer, if it was one."""

    code: str
    message: str
    ref: NotRequired[str | None]


class AcceptedShape(TypedDict):
    """A play that is stored and not finished."""

    playId: str
    state: str
    startedAt: datetime


class FinishedShape(TypedDict):
    """A play that is over, with its output, and why it failed if it did."""

    playId: str
    state: str
    output: Any
    error: NotRequired[FailureShape]


class RerunShape(AcceptedShape):
    """A new play that names the one it is a rerun of."""

    rerunOf: str


class StandingShape(TypedDict):
    """How a play stands after something was asked of it."""

    playId: str
    state: str


class OriginShape(TypedDict):
    """Through which door a play came, its trigger, and who asked for it."""

    door: str
    actor: NotRequired[str]
    keyId: NotRequired[str]
    ip: NotRequired[str]
    requestId: NotRequired[str]
    scheduleId: NotRequired[str]
    scheduledFor: NotRequired[str]


class PlayRow(TypedDict):
    """A play as a line of a list. A test of a draft has no version."""

    id: str
    flowId: str
    flow: str
    version: int | None
    test: bool
    state: str
    title: str | None
    origin: OriginShape
    createdAt: str
    startedAt: str | None
    endedAt: str | None
    error: FailureShape | None
    durationMs: int | None


class PlaysShape(TypedDict):
    """Some plays; `next` is what to pass as `after` for the rest, `total` is there when it was asked for."""

    data: list[PlayRow]
    next: str | None
    total: NotRequired[int]


class LoopShape(TypedDict):
    """How far a loop is."""

    of: str
    count: int
    begun: int
    open: list[int]
    done: int
    failed: int


class ParentShape(TypedDict):
    """The layer of another play that started this one."""

    playId: str
    layerId: str


class LayerRow(TypedDict):
    """A layer without its values. Of a flowlet inside a loop, in a play, `layerId` and `state` are null.

    `child` is the id of the play that it started.
    """

    layerId: str | None
    ref: str
    inside: str | None
    appId: str | None
    name: str | None
    state: str | None
    attempts: int
    effect: str | None
    error: FailureShape | None
    unmet: list[dict[str, Any]]
    waiting: dict[str, Any] | None
    decision: dict[str, Any] | None
    loop: LoopShape | None
    child: str | None
    startedAt: str | None
    endedAt: str | None
    dueAt: str | None
    durationMs: int | None


class LayerOfPlayShape(LayerRow):
    """A layer in its play, with how many layers of open iterations it has in which state."""

    openStates: dict[str, int]


class RerunOfPlayShape(TypedDict):
    """A play that names another one as its origin."""

    id: str
    state: str
    createdAt: str


class PlayShape(PlayRow):
    """A play with its layers; args and output are cut to 64 KiB, layers come without values."""

    lane: str
    rerunOf: str | None
    parent: ParentShape | None
    layers: list[LayerOfPlayShape]
    openLayers: list[LayerRow]
    reruns: list[RerunOfPlayShape]
    args: Any
    argsTruncated: bool
    output: Any
    outputTruncated: bool


class LayerShape(LayerRow):
    """A layer with its values, each cut to UNIT_OUTPUT_UI_MAX_BYTES: then it is the beginning of its text."""

    input: Any
    inputSize: int
    inputTruncated: bool
    output: Any
    size: int
    truncated: bool


class IterationLayerShape(TypedDict):
    """A layer of an iteration, in short."""

    layerId: str
    ref: str
    appId: str | None
    state: str
    attempts: int
    error: FailureShape | None
    loop: LoopShape | None
    startedAt: str | None
    endedAt: str | None
    durationMs: int | None


class IterationShape(TypedDict):
    """One iteration of a loop."""

    index: int
    state: str
    error: FailureShape | None
    endedAt: str | None
    layers: list[IterationLayerShape]


class IterationsShape(TypedDict):
    """Some iterations; `next` is what to pass as `after` for the rest."""

    data: list[IterationShape]
    next: int | None


class EventShape(TypedDict):
    """One line of a play's history; `seq` is its position, from 1 without gaps."""

    type: str
    playId: str
    layerId: str | None
    ref: str | None
    state: str | None
    seq: int
    timestamp: str


class EventsShape(TypedDict):
    """Some events; `next` is what to pass as `after` for the rest."""

    data: list[EventShape]
    next: int | None


class LogLineShape(TypedDict):
    """One line that a module logged; `n` counts the lines of the play from 1."""

    n: int
    timestamp: str
    layerId: str
    ref: str
    attempt: int
    message: str


class LogsShape(TypedDict):
    """Some log lines; `next` is what to pass as `after` for the rest."""

    data: list[LogLineShape]
    next: int | None


HistogramBucketShape = TypedDict(
    "HistogramBucketShape", {"from": datetime, "total": int, "counts": dict[str, int]}
)
HistogramShape = TypedDict(
    "HistogramShape",
    {"from": datetime, "to": datetime, "widthSeconds": int, "data": list[HistogramBucketShape]},
)


class RefusedShape(TypedDict):
    """A play that the action was not done with."""

    playId: str
    error: str
    message: str


class BulkShape(TypedDict):
    """With how many plays it was done, the first 20 of them, and what was refused."""

    count: int
    ids: list[str]
    refused: list[RefusedShape]
    next: str | None


class WhyShape(TypedDict):
    """What a play waits for; which fields come with it depends on `what`."""

    playId: str
    state: str
    what: str
    message: str
    since: NotRequired[str]
    lane: NotRequired[str]
    ahead: NotRequired[int]
    by: NotRequired[str | None]
    lease: NotRequired[dict[str, str]]
    running: NotRequired[list[str]]
    waitsFor: NotRequired[list[dict[str, Any]]]


class ApprovalShape(TypedDict):
    """A layer that waits for a decision."""

    layerId: str
    input: Any
    inputTruncated: bool
    note: str | None
    approvers: list[str]
    since: str | None
    until: str | None


class WaitingPlayShape(PlayRow):
    """A play that waits for my decision."""

    approvals: list[ApprovalShape]
    approvalCount: int


class RefusalShape(TypedDict):
    """Why somebody may not decide."""

    code: str
    message: str


class AnyApprovalShape(ApprovalShape):
    """A layer that waits for a decision; `refusal` is null for who may take it."""

    refusal: RefusalShape | None


class DecisionShape(TypedDict):
    """What somebody decided about a layer: `approved` or `declined`."""

    layerId: str
    decision: str
    by: str
    at: str
    note: str | None


class DecidedPlayShape(DecisionShape):
    """A decision with its play."""

    playId: str
    title: str | None
    flow: str


class ApprovalsOfPlayShape(PlayRow):
    """A play with all that waits for a decision in it, whoever may take it, and what was decided."""

    approvals: list[AnyApprovalShape]
    approvalCount: int
    decided: list[DecisionShape]
    publishedBy: str | None


class CountShape(TypedDict):
    """How many there are, up to 100."""

    count: int


class InvariantsShape(TypedDict):
    """What moves the unfinished plays on, and those that nothing does."""

    holds: bool
    checked: int
    counts: dict[str, int]
    violations: list[dict[str, Any]]


def accepted(outcome: Outcome) -> AcceptedShape:
    """A play that is stored and not finished."""
    return {"playId": outcome.play_id, "state": outcome.state.value, "startedAt": outcome.created_at}


def finished(outcome: Outcome) -> FinishedShape:
    """A play that is over, with its output, and why it failed if it did."""
    shown: FinishedShape = {
        "playId": outcome.play_id,
        "state": outcome.state.value,
        "output": outcome.output,
    }
    if outcome.error is not None:
        shown["error"] = failure(outcome.error)
    return shown


def failure(error: Failure) -> FailureShape:
    """Why something failed."""
    return {"code": error.code, "message": error.message, "ref": error.ref}


def histogram(found: Histogram) -> HistogramShape:
    """Counts by time and state."""
    return {
        "from": found.since,
        "to": found.until,
        "widthSeconds": round(found.width.total_seconds()),
        "data": [
            {"from": each.since, "total": sum(each.counts.values()), "counts": each.counts}
            for each in found.buckets
        ],
    }
