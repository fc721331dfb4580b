"""Iterations of loops that are over, each in a document of its own, so that a long loop's play stays small.

A play's document counts them; they are written just before it. A worker that lost its lease may have written
some that count for nothing: the next one writes them anew, and a later claim is never overwritten by an
earlier one's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import ReplaceOne
from pymongo.errors import BulkWriteError

from flow8.domain.play import Iteration, Layer, LayerState, Loop, Play
from flow8.store.database import QUICK, Document, Documents
from flow8.store.payloads import Kept, Payloads
from flow8.store.play_records import layer_document, layer_of

DUPLICATE_KEY = 11000
_BY_INDEX = [("index", 1)]
_DONE = LayerState.DONE.value
ENDS = (_DONE, LayerState.FAIL.value, LayerState.SKIP.value)
"""The states of an iteration that is over."""


@dataclass
class Row:
    """An iteration with its values, kept as text or reference."""

    iteration: Iteration
    inputs: dict[str, Kept] = field(default_factory=dict)
    outputs: dict[str, Kept] = field(default_factory=dict)


class Iterations:
    """The collection `iterations`."""

    def __init__(self, database: Documents, payloads: Payloads) -> None:
        self._iterations = database["iterations"]
        self._payloads = payloads

    def write(self, play: Play, rows: Sequence[Row]) -> None:
        """Store iterations; what an earlier claim wrote of them is replaced, what a later one wrote stays."""
        if not rows:
            return
        documents = [_document(play, row) for row in rows]
        try:
            self._iterations.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            _only_duplicates(error)
            self._replace(play, documents)

    def _replace(self, play: Play, documents: list[Document]) -> None:
        older = {"claim": {"$lte": play.claims}}
        changes = [ReplaceOne({"_id": row["_id"], **older}, row, upsert=True) for row in documents]
        try:
            self._iterations.bulk_write(changes, ordered=False)
        except BulkWriteError as error:
            _only_duplicates(error)

    def take_back(self, play: Play, rows: Sequence[Row]) -> None:
        """Remove what was written for a play that others have by now; what a later claim wrote stays."""
        if rows:
            ids = [f"{play.id}/{row.iteration.id}" for row in rows]
            self._iterations.delete_many({"_id": {"$in": ids}, "claim": play.claims})

    def find(self, company_id: str, play_id: str, iteration_id: str) -> Document | None:
        """One iteration with its layers' states and its values."""
        return self._iterations.find_one({"_id": f"{play_id}/{iteration_id}", "companyId": company_id})

    def page(
        self,
        company_id: str,
        play_id: str,
        loop: str,
        *,
        size: int,
        after: int = -1,
        before: int | None = None,
        without: Sequence[int] = (),
        states: Sequence[str] = ENDS,
    ) -> list[Document]:
        """Iterations of a loop between positions `after` and `before`, in order, without their values."""
        bounds = {"$gt": after, "$nin": list(without)} | ({} if before is None else {"$lt": before})
        wanted: Document = {"playId": play_id, "loop": loop, "companyId": company_id, "index": bounds}
        # With its states named, the index gives a loop in order, however long it is.
        wanted["state"] = {"$in": list(states)}
        found = self._iterations.find(wanted, {"inputs": 0, "outputs": 0})
        return list(found.sort(_BY_INDEX).limit(size))

    def outputs(
        self, company_id: str, play_id: str, loop: str, refs: Sequence[str], counts: Loop | None = None
    ) -> Iterator[Any]:
        """The outputs of a loop in order of its items: of the first ref that is done, in each that is DONE.

        With the loop's own `counts`, what a worker without lease wrote of further items is left out.

        Raises:
            LookupError: a payload is gone or, by the `counts`, an iteration, which only retention does.
        """
        wanted: Document = {"playId": play_id, "loop": loop, "companyId": company_id, "state": _DONE}
        if counts is not None:
            wanted["index"] = {"$lt": counts.count}
        found = 0
        shown = {f"layers.{ref}.state": 1 for ref in refs} | {f"outputs.{ref}": 1 for ref in refs}
        for row in self._iterations.find(wanted, shown).sort(_BY_INDEX):
            ref = next((each for each in refs if _is_done(row, each)), None)
            found += 1
            if ref is not None:
                yield self._payloads.read(play_id, row["outputs"].get(ref))
        if counts is not None and found != counts.done:
            raise LookupError(f"of {counts.done} iterations of play {play_id} {found} are there")

    def layers(self, company_id: str, play_id: str, loops: Sequence[str]) -> Iterator[Layer]:
        """Every layer of the iterations of these iterators, by ref, with its input and without its output."""
        wanted = {"companyId": company_id, "playId": play_id, "ref": {"$in": list(loops)}}
        for row in self._iterations.find(wanted, {"outputs": 0}).sort("_id", 1):
            suffix = row["_id"].partition("/")[2].removeprefix(row["ref"])
            for ref, document in row["layers"].items():
                value = self._payloads.read(play_id, row["inputs"].get(ref))
                yield layer_of(ref + suffix, document, value, None)

    def irreversible(self, company_id: str, play_id: str, loops: Sequence[str] | None) -> Iterator[Layer]:
        """What ran in the iterations of these iterators, by ref, and cannot be undone; without values.

        None means those of every iterator.
        """
        mine: Document = {"playId": play_id, "companyId": company_id}
        if loops is not None:
            mine["ref"] = {"$in": list(loops)}
        ran = {"$and": [{"$eq": ["$$each.v.effect", "irreversible"]}, {"$gt": ["$$each.v.attempts", 0]}]}
        layers = {"$filter": {"input": {"$objectToArray": "$layers"}, "as": "each", "cond": ran}}
        found = self._iterations.aggregate(
            [
                {"$match": mine},
                {"$project": {"ref": 1, "loop": 1, "index": 1, "layers": layers}},
                {"$match": {"layers": {"$ne": []}}},
                {"$sort": {"loop": 1, "index": 1}},
            ]
        )
        for row in found:
            suffix = f"{row['loop'].removeprefix(row['ref'])}#{row['index']}"
            for each in row["layers"]:
                yield layer_of(each["k"] + suffix, each["v"], None, None)

    def plays_behind(self, place: str, before: str, most: int) -> tuple[list[str], int]:
        """The plays of the next rows behind one play and before another, and how many rows these are."""
        bounds = {"$gt": place, "$lt": before}
        shown = {"_id": 0, "playId": 1}
        found = self._iterations.find({"playId": bounds}, shown).sort("playId", 1).limit(most)
        plays = [row["playId"] for row in found]
        return sorted(set(plays)), len(plays)

    def remove_of(self, play_ids: Sequence[str]) -> int:
        """Remove all iterations of these plays; how many there were."""
        # Quick, as payloads are.
        iterations = self._iterations.with_options(write_concern=QUICK)
        return iterations.delete_many({"playId": {"$in": list(play_ids)}}).deleted_count


def _is_done(row: Document, ref: str) -> bool:
    return bool(row["layers"].get(ref, {}).get("state") == _DONE)


def _only_duplicates(error: BulkWriteError) -> None:
    if any(each["code"] != DUPLICATE_KEY for each in error.details["writeErrors"]):
        raise error


def _document(play: Play, row: Row) -> Document:
    iteration = row.iteration
    return {
        "_id": f"{play.id}/{iteration.id}",
        "companyId": play.company_id,
        "playId": play.id,
        "loop": iteration.loop,
        "ref": iteration.loop.partition("#")[0],
        "index": iteration.index,
        "state": iteration.state.value,
        "claim": play.claims,
        "endedAt": iteration.ended_at,
        "layers": {ref: layer_document(layer) for ref, layer in iteration.layers.items()},
        "inputs": row.inputs,
        "outputs": row.outputs,
    }
