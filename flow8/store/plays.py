"""Plays: accepted by one insert, taken by one claim, changed only by who holds the lease."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import DuplicateKeyError

from flow8.domain.play import UNFINISHED, Happening, Layer, LayerState, Lease, LogLine, Play, Wish
from flow8.ids import new_id
from flow8.store.database import Document, Documents, faults_in_words
from flow8.store.iterations import Iterations, Row
from flow8.store.payloads import Keeper, Kept, Payloads
from flow8.store.play_records import (
    failure_document,
    happening_document,
    layer_document,
    log_document,
    play_document,
    play_of,
    without_none,
    words_to_find,
)
from flow8.store.server_clock import ServerClock
from flow8.store.wish_records import wish_document, wish_of

LEASE_SECONDS = 30
FIRST_LOOK_SECONDS = 5
"""The sweep rings a play again that nobody claimed this long after its bell."""

KEPT_LOG_LINES = 1000
"""Of what a play's modules logged, the last lines are kept."""

NEVER = datetime(9999, 1, 1, tzinfo=UTC)

_UNFINISHED = [state.value for state in UNFINISHED]


class KeyIsTaken(Exception):
    """Another play of the same flow was started with the same idempotency key."""


@dataclass
class Change:
    """What the holder of a lease writes at once. Values are already kept as text or reference."""

    layers: list[Layer] = field(default_factory=list)
    inputs: dict[str, Kept] = field(default_factory=dict)
    outputs: dict[str, Kept] = field(default_factory=dict)
    history: list[Happening] = field(default_factory=list)
    logs: list[LogLine] = field(default_factory=list)
    payloads: list[Document] = field(default_factory=list)
    iterations: list[Row] = field(default_factory=list)
    """Iterations that are over, written apart from the play before it."""
    moved: list[str] = field(default_factory=list)
    """Layers in the play's document that are written with their iterations instead."""
    play: Document = field(default_factory=dict)
    release_until: datetime | None = None
    """When set, it ends the lease: from then on the play may be taken again. NEVER means not by itself."""
    ends: bool = False
    heard: list[str] = field(default_factory=list)
    """Ids of the wishes that are carried out with this write."""
    is_first: bool = False
    """The play has no layers yet, so all that there are may be written as one."""

    @property
    def makes_progress(self) -> bool:
        """Whether something ended or began to wait. That a flowlet starts, perhaps again, proves nothing."""
        return bool(self.iterations) or any(layer.state is not LayerState.RUN for layer in self.layers)


class Plays:
    """The collection `plays`."""

    def __init__(
        self, database: Documents, payloads: Payloads, iterations: Iterations, clock: ServerClock
    ) -> None:
        self._plays = database["plays"]
        self._payloads = payloads
        self._iterations = iterations
        self._clock = clock

    def insert(self, play: Play, history: Sequence[Happening]) -> None:
        """Accept a play. When this returns it is stored and will be performed, whatever dies.

        Raises:
            KeyIsTaken: its idempotency key belongs to another play.
            ValueTooLarge: its args or request cannot be stored.
            Unavailable: MongoDB does not answer.
        """
        keeper = Keeper(play.company_id, play.id)
        seconds = FIRST_LOOK_SECONDS if play.lease is None else LEASE_SECONDS
        document = play_document(play, keeper, play.created_at + timedelta(seconds=seconds), history)
        self._insert(document, keeper.rows)

    def insert_performed(self, play: Play, change: Change) -> None:
        """Store a play that nobody holds together with all that was done in it, its end or how it is left.

        Raises: as `insert` does.
        """
        keeper = Keeper(play.company_id, play.id)
        document = play_document(play, keeper, change.release_until, change.history)
        document |= {**_layer_sets(change), **change.play, "crashes": 0}
        if change.logs:
            document["logs"] = [log_document(line) for line in change.logs[-KEPT_LOG_LINES:]]
        if change.release_until is not None:
            document["notBefore"] = change.release_until
        self._insert(document, [*keeper.rows, *change.payloads])

    def _insert(self, document: Document, payloads: list[Document]) -> None:
        with faults_in_words():
            self._payloads.write(payloads)
            try:
                self._plays.insert_one(document)
            except DuplicateKeyError:
                raise KeyIsTaken from None

    def claim(self, play_id: str, owner: str) -> Play | None:
        """Take a play that is due and not leased, under a fresh token; None when there is nothing to take."""
        token = new_id()
        until = {"$add": ["$$NOW", LEASE_SECONDS * 1000]}
        taken = self._plays.find_one_and_update(
            {"_id": play_id, "state": {"$in": _UNFINISHED}, "$expr": _MAY_BE_TAKEN},
            [
                {
                    "$set": {
                        "state": "RUN",
                        "lease": {"owner": {"$literal": owner}, "token": token, "until": until},
                        "dueAt": until,
                        "crashes": {"$add": ["$crashes", 1]},
                        "claims": {"$add": [{"$ifNull": ["$claims", 0]}, 1]},
                        "startedAt": {"$ifNull": ["$startedAt", "$$NOW"]},
                    }
                },
                {"$unset": ["notBefore", "rings"]},
            ],
            return_document=ReturnDocument.AFTER,
        )
        return None if taken is None else self._whole(taken)

    def write(self, play: Play, change: Change) -> bool:
        """Write what the holder did; False when the lease is lost or, at its end, a wish came meanwhile."""
        assert play.lease is not None  # noqa: S101 - only a claimed play is ever written
        self._payloads.write(change.payloads)
        self._iterations.write(play, change.iterations)
        held: Document = {"_id": play.id, "lease.token": play.lease.token}
        if change.ends or change.release_until is not None:
            held["wake"] = play.wake
        if self._plays.update_one(held, _update(change, self._lease_end())).matched_count == 1:
            return True
        self._iterations.take_back(play, change.iterations)
        return False

    def _lease_end(self) -> datetime:
        return self._clock.now() + timedelta(seconds=LEASE_SECONDS)

    def wish(self, company_id: str, play_id: str, wish: Wish) -> Document | None:
        """Leave a wish for whoever holds the play; its `{lane, priority}`, None once it is over."""
        mine = {"_id": play_id, "companyId": company_id, "state": {"$in": _UNFINISHED}}
        left = {
            "$push": {"wishes": wish_document(wish)},
            "$inc": {"wake": 1},
            "$min": {"dueAt": self._clock.now()},
        }
        return self._plays.find_one_and_update(mine, left, {"lane": 1, "priority": 1})

    def hear(self, play: Play) -> bool:
        """Bring `wake` and `wishes` of a held play up to date; False when its lease is lost."""
        held = {"_id": play.id, "lease.token": play.lease.token if play.lease else None}
        row = self._plays.find_one(held, {"wake": 1, "wishes": 1})
        if row is None:
            return False
        play.wake = row["wake"]
        play.wishes = [wish_of(wish) for wish in row.get("wishes", ())]
        return True

    def wakes(self, play_ids: Sequence[str]) -> dict[str, int]:
        """How often somebody left a wish with each of these plays."""
        found = self._plays.find({"_id": {"$in": list(play_ids)}}, {"wake": 1})
        return {row["_id"]: row["wake"] for row in found}

    def renew(self, held: Iterable[Lease], ids: Sequence[str]) -> set[str]:
        """Lengthen the leases with these tokens; the ids of the plays that somebody else has taken."""
        tokens = [lease.token for lease in held]
        until = {"$add": ["$$NOW", LEASE_SECONDS * 1000]}
        mine = {"_id": {"$in": list(ids)}, "lease.token": {"$in": tokens}}
        self._plays.update_many(mine, [{"$set": {"lease.until": until, "dueAt": until}}])
        taken = {"_id": {"$in": list(ids)}, "lease.token": {"$exists": True, "$nin": tokens}}
        return {row["_id"] for row in self._plays.find(taken, {"_id": 1})}

    def give_back(self, leases: Mapping[str, Lease], seconds: float) -> None:
        """End leases, by play, whose holders did not die: each play may be taken after so many seconds."""
        tokens = [lease.token for lease in leases.values()]
        later = {"$add": ["$$NOW", round(seconds * 1000)]}
        innocent = {"$max": [0, {"$subtract": ["$crashes", 1]}]}
        self._plays.update_many(
            {"_id": {"$in": list(leases)}, "lease.token": {"$in": tokens}},
            [{"$set": {"dueAt": later, "notBefore": later, "crashes": innocent}}, {"$unset": "lease"}],
        )

    def due(self, limit: int) -> list[Document]:
        """Unfinished plays that nobody holds and that are due, longest due first, without what they hold."""
        now = self._clock.now()
        found = self._plays.find(
            {"dueAt": {"$lte": now}}, {"lane": 1, "rings": 1, "priority": 1, "state": 1, "lease": 1}
        )
        return list(found.sort("dueAt", 1).limit(limit))

    def longest_due(self) -> float:
        """For how many seconds the play that nobody holds and that is due longest has been due."""
        now = self._clock.now()
        found = self._plays.find_one({"dueAt": {"$lte": now}}, {"dueAt": 1}, sort=[("dueAt", 1)])
        return 0.0 if found is None else float((now - found["dueAt"]).total_seconds())

    def put_off(self, plays: Sequence[Document], seconds: Sequence[float]) -> None:
        """Look at each of these again after so many seconds, unless it is claimed meanwhile."""
        now = self._clock.now()
        changes = [
            UpdateOne(
                {"_id": play["_id"], "dueAt": {"$lte": now}},
                {"$set": {"dueAt": now + timedelta(seconds=later)}, "$inc": {"rings": 1}},
            )
            for play, later in zip(plays, seconds, strict=True)
        ]
        if changes:
            self._plays.bulk_write(changes, ordered=False)

    def next_of_slot(self, company_id: str, slot: str) -> Document | None:
        """The play that waits longest for a slot, due at once from now on: `{_id, lane, priority}`."""
        now = self._clock.now()
        waiting = {"companyId": company_id, "slot": slot, "state": "DEFERRED"}
        sooner = {"$set": {"dueAt": now, "notBefore": now}}
        shown = {"lane": 1, "priority": 1}
        return self._plays.find_one_and_update(waiting, sooner, shown, sort=[("_id", 1)])

    def load(self, play_id: str) -> Play | None:
        """The whole play, for the engine."""
        row = self._plays.find_one({"_id": play_id})
        return None if row is None else self._whole(row)

    def by_key(self, company_id: str, flow_id: str, key: str) -> Play | None:
        """The play that holds an idempotency key."""
        row = self._plays.find_one({"companyId": company_id, "flowId": flow_id, "idempotencyKey": key})
        return None if row is None else self._whole(row)

    def forget_key(self, company_id: str, play_id: str) -> None:
        """Let a play's idempotency key be used again."""
        self._plays.update_one({"_id": play_id, "companyId": company_id}, {"$unset": {"idempotencyKey": 1}})

    def _whole(self, row: Document) -> Play:
        return play_of(row, lambda kept: self._payloads.read(row["_id"], kept))


_SOMETHING_TO_DO = {"$or": [{"$lte": ["$notBefore", "$$NOW"]}, {"$gt": ["$wishes", []]}]}
_MAY_BE_TAKEN: Any = {"$and": [_SOMETHING_TO_DO, {"$lt": ["$lease.until", "$$NOW"]}]}
# A field that is missing is smaller than any date: no lease is a lease that ran out.


def _update(change: Change, lease_end: datetime) -> Document:
    sets = {**_layer_sets(change), **change.play}
    if change.ends or change.release_until is not None:
        sets["crashes"] = 0
    elif change.makes_progress:
        sets["crashes"] = 1  # this very claim may still end in a crash
    unsets: Document = {
        f"{field}.{layer_id}": 1 for layer_id in change.moved for field in ("layers", "inputs", "outputs")
    }
    if change.ends:
        unsets |= {"lease": 1, "dueAt": 1, "rings": 1, "slot": 1}
    elif change.release_until == NEVER:
        sets["notBefore"] = NEVER
        unsets |= {"lease": 1, "dueAt": 1}
    elif change.release_until is not None:
        sets |= {"dueAt": change.release_until, "notBefore": change.release_until}
        unsets |= {"lease": 1}
    else:
        # Who writes is alive: a beat that is late under load costs nobody his lease.
        sets |= {"dueAt": lease_end, "lease.until": lease_end}
    update: Document = {"$set": sets}
    if unsets:
        update["$unset"] = unsets
    if change.heard:
        update["$pull"] = {"wishes": {"id": {"$in": change.heard}}}
    if pushes := _pushes(change):
        update["$push"] = pushes
    return update


def _pushes(change: Change) -> Document:
    pushes: Document = {}
    if change.history:
        pushes["history"] = {"$each": [happening_document(line) for line in change.history]}
    if change.logs:
        pushes["logs"] = {"$each": [log_document(line) for line in change.logs], "$slice": -KEPT_LOG_LINES}
    return pushes


def _layer_sets(change: Change) -> Document:
    """Single layers, so that nothing beside them is touched; the whole of them when there is nothing yet."""
    layers = {layer.id: layer_document(layer) for layer in change.layers}
    fields: Document = {"layers": layers, "inputs": change.inputs, "outputs": change.outputs}
    if change.is_first:
        return {field: parts for field, parts in fields.items() if parts}
    return {f"{field}.{ref}": part for field, parts in fields.items() for ref, part in parts.items()}


def ending(play: Play, output: Kept | None, reply: Kept | None) -> Document:
    """The fields of a play that its end writes."""
    return without_none(
        {
            "state": play.state.value,
            "title": play.title,
            "words": words_to_find(play) or None,
            "output": output,
            "reply": reply,
            "error": failure_document(play.error),
            "startedAt": play.started_at,
            "endedAt": play.ended_at,
        }
    )
