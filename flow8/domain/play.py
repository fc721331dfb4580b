"""One performance of a flow version: its states, the changes allowed between them, and its records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final


class PlayState(StrEnum):
    """Where a play stands."""

    NEW = "NEW"
    RUN = "RUN"
    WAIT = "WAIT"
    DEFERRED = "DEFERRED"
    ON_HOLD = "ON_HOLD"
    DONE = "DONE"
    FAIL = "FAIL"
    SKIP = "SKIP"
    FILTERED = "FILTERED"
    CANCELLED = "CANCELLED"


class LayerState(StrEnum):
    """Where one flowlet of a play stands."""

    NEW = "NEW"
    RUN = "RUN"
    DONE = "DONE"
    FAIL = "FAIL"
    SKIP = "SKIP"
    FILTERED = "FILTERED"
    DEFERRED = "DEFERRED"
    WAIT = "WAIT"
    CANCELLED = "CANCELLED"


_P, _L = PlayState, LayerState
_PLAY_ENDS = frozenset({_P.DONE, _P.FAIL, _P.SKIP, _P.FILTERED, _P.CANCELLED})
_LAYER_ENDS = frozenset({_L.DONE, _L.FAIL, _L.SKIP, _L.FILTERED, _L.CANCELLED})

PLAY_CHANGES: Mapping[PlayState, frozenset[PlayState]] = {
    _P.NEW: frozenset({_P.RUN, _P.ON_HOLD, _P.CANCELLED}),
    _P.RUN: frozenset({_P.RUN, _P.WAIT, _P.DEFERRED, _P.ON_HOLD}) | _PLAY_ENDS,
    _P.WAIT: frozenset({_P.RUN, _P.ON_HOLD, _P.CANCELLED}),
    _P.DEFERRED: frozenset({_P.RUN, _P.ON_HOLD, _P.CANCELLED}),
    _P.ON_HOLD: frozenset({_P.RUN, _P.CANCELLED}),
    **{end: frozenset() for end in _PLAY_ENDS},
}
"""The allowed changes of a play; RUN to RUN is another worker taking over a lease that ran out."""

LAYER_CHANGES: Mapping[LayerState, frozenset[LayerState]] = {
    _L.NEW: frozenset({_L.RUN, _L.WAIT, _L.DEFERRED, _L.FAIL, _L.SKIP, _L.FILTERED, _L.CANCELLED}),
    _L.RUN: frozenset({_L.RUN, _L.DONE, _L.FAIL, _L.SKIP, _L.DEFERRED, _L.WAIT, _L.CANCELLED}),
    _L.DEFERRED: frozenset({_L.RUN, _L.DONE, _L.WAIT, _L.FAIL, _L.SKIP, _L.CANCELLED}),
    _L.WAIT: frozenset({_L.RUN, _L.DONE, _L.FAIL, _L.SKIP, _L.CANCELLED}),
    **{end: frozenset() for end in _LAYER_ENDS},
}
"""The allowed changes of a layer; RUN to RUN is a flowlet run again after its worker died."""

UNFINISHED = frozenset(PLAY_CHANGES) - _PLAY_ENDS
"""Plays in these states may be taken by a worker once they are due, or wished for, and not leased."""


def may_change(old: PlayState, new: PlayState) -> bool:
    """Whether a play may go from one state to the other."""
    return new in PLAY_CHANGES[old]


def layer_may_change(old: LayerState, new: LayerState) -> bool:
    """Whether a layer may go from one state to the other."""
    return new in LAYER_CHANGES[old]


def is_finished(state: PlayState) -> bool:
    """Whether a play in this state is never changed again."""
    return state in _PLAY_ENDS


def layer_is_finished(state: LayerState) -> bool:
    """Whether a flowlet in this state lets the ones after it start."""
    return state in _LAYER_ENDS


KEYS_OF_OURS: Final = ("subflow/", "on_fail/", "mcp/", "message:")
"""How the idempotency keys begin that flow8 itself gives to plays; nobody else's may."""


@dataclass(frozen=True)
class Failure:
    """Why a flowlet or a play failed, in a sentence its reader can act on."""

    code: str
    message: str
    ref: str | None = None


@dataclass(frozen=True)
class Origin:
    """Through which door a play came and who asked for it; of a firing, its schedule and its due time."""

    door: str
    actor: str | None = None
    key_id: str | None = None
    ip: str | None = None
    request_id: str | None = None
    schedule_id: str | None = None
    scheduled_for: str | None = None


class Awaited(StrEnum):
    """What a layer that is not running waits for."""

    APPROVAL = "approval"
    EVENT = "event"
    PLAY = "play"
    TIME = "time"


@dataclass(frozen=True)
class Waiting:
    """What a layer waits for: an event by its key or a play by its id, until when, and who may decide."""

    what: Awaited
    name: str | None = None
    until: datetime | None = None
    note: str | None = None
    approvers: tuple[str, ...] = ()
    exclude_requester: bool = False


@dataclass(frozen=True)
class Decision:
    """What a person decided about a layer that needed approval."""

    approved: bool
    by: str
    at: datetime
    note: str | None = None


class WishKind(StrEnum):
    """What others may ask of a play; whoever holds its lease carries it out."""

    APPROVE = "approve"
    DECLINE = "decline"
    EVENT = "event"
    PLAY_ENDED = "play_ended"
    CANCEL = "cancel"
    HOLD = "hold"
    RESUME = "resume"


@dataclass(frozen=True)
class Wish:
    """Something asked of a play: about a layer by its id in `ref`, or an event by its key in `name`."""

    id: str
    kind: WishKind
    by: str
    at: datetime
    ref: str | None = None
    name: str | None = None
    note: str | None = None
    value: Any = None


@dataclass(frozen=True)
class Parent:
    """The layer of another play that this play was started by; `depth` counts the plays above."""

    play_id: str
    ref: str
    depth: int


@dataclass(frozen=True)
class Unmet:
    """The condition that kept a flowlet from running, with the values it saw."""

    position: int
    left: Any
    operator: str
    right: Any


@dataclass
class Loop:
    """How far a loop is: so many of its `count` items are begun, done or failed; `open` are under way.

    `of` is the play whose iterations these are: a play that is played again takes over those of the first.
    """

    of: str
    count: int
    next: int = 0
    open: list[int] = field(default_factory=list)
    done: int = 0
    failed: int = 0


@dataclass
class Layer:
    """The record of one flowlet in one play; inside a loop there is one for each iteration.

    `id` is the flowlet's ref, followed in a loop by the position of each item: `price#3`. `input` and
    `output` are JSON values once they are known. `child` is the play that it started.
    """

    id: str
    state: LayerState = LayerState.NEW
    attempts: int = 0
    effect: str | None = None
    input: Any = None
    output: Any = None
    error: Failure | None = None
    unmet: tuple[Unmet, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    due_at: datetime | None = None
    waiting: Waiting | None = None
    decision: Decision | None = None
    loop: Loop | None = None
    child: str | None = None

    @property
    def ref(self) -> str:
        """The ref of its flowlet."""
        return ref_of(self.id)


def ref_of(layer_id: str) -> str:
    """The ref of a layer's flowlet."""
    return layer_id.partition("#")[0]


def is_of_iteration(layer_id: str) -> bool:
    """Whether a layer belongs to one iteration of a loop."""
    return "#" in layer_id


@dataclass(frozen=True)
class Iteration:
    """One iteration of a loop that is over; `id` is the loop's layer id and the item's position, `each#3`."""

    loop: str
    index: int
    state: LayerState
    ended_at: datetime
    layers: Mapping[str, Layer]

    @property
    def id(self) -> str:
        """Its name in its play."""
        return f"{self.loop}#{self.index}"


@dataclass(frozen=True)
class Lease:
    """A worker's right to perform a play until a moment; every write names the token."""

    owner: str
    token: str


@dataclass
class Play:
    """One play as the engine sees it. `args`, `request`, `output` and `reply` are JSON values."""

    id: str
    company_id: str
    flow_id: str
    flow: str
    version: int
    origin: Origin
    args: Any
    created_at: datetime
    state: PlayState = PlayState.NEW
    lane: str = "plays"
    title: str | None = None
    request: Any = None
    idempotency_key: str | None = None
    args_digest: str | None = None
    output: Any = None
    reply: Any = None
    error: Failure | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    due_at: datetime | None = None
    lease: Lease | None = None
    crashes: int = 0
    claims: int = 0
    wake: int = 0
    seq: int = 0
    logged: int = 0
    priority: int = 0
    on_hold: bool = False
    parent: Parent | None = None
    rerun_of: str | None = None
    slot: str | None = None
    wishes: list[Wish] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    kept_output: Any = None
    end_is_stored: bool = False
    layers: dict[str, Layer] = field(default_factory=dict)


@dataclass(frozen=True)
class Happening:
    """One line of a play's history; `seq` is its position there, without gaps, from 1."""

    seq: int
    type: str
    at: datetime
    ref: str | None = None
    state: str | None = None


@dataclass(frozen=True)
class LogLine:
    """One line that a module logged, for people who look at the play; `n` counts those of the play from 1."""

    n: int
    layer_id: str
    attempt: int
    at: datetime
    message: str
