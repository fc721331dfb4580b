"""Plays as people ask for them: lists without payloads, one layer with them, what retention takes away."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flow8.domain.play import UNFINISHED, Play
from flow8.ids import id_at, time_of
from flow8.store.database import Document, Documents
from flow8.store.iterations import Iterations
from flow8.store.payloads import Payloads
from flow8.store.play_filter import EVERY_PLAY, STATES, Which, told_when_slow
from flow8.store.play_records import SUMMARY, failure_of, play_of

_ENDED = ("DONE", "FAIL", "SKIP", "FILTERED", "CANCELLED")
COUNTED = 10_000
COMMON = 1_000
"""A word that so many plays have is not counted further."""
_STANDING = {"companyId": 1, "flowId": 1, "version": 1, "state": 1, "layers": 1}
_END = {"state": 1, "createdAt": 1, "output": 1, "reply": 1, "error": 1}
_ROW = {**SUMMARY, "layers": 0, "lease": 0, "idempotencyKey": 0, "argsDigest": 0}


@dataclass(frozen=True)
class Span:
    """When a play began and ended, and the state it is in."""

    state: str
    started_at: datetime | None
    ended_at: datetime | None


class PlayViews:
    """The same collection `plays`, read for people; the company always comes first."""

    def __init__(self, database: Documents, payloads: Payloads, iterations: Iterations) -> None:
        self._plays = database["plays"]
        self._flows = database["flows"]
        self._payloads = payloads
        self._iterations = iterations

    def page(
        self, company_id: str, which: Which = EVERY_PLAY, *, size: int, after: str | None = None
    ) -> list[Document]:
        """Newest first, `size` rows without layers and values, those older than the play `after`."""
        which = self._rarest_word_first(company_id, which)
        wanted, index = which.wanted(company_id, before=after), which.index
        return list(self._plays.find(wanted, _ROW, hint=index).sort("_id", -1).limit(size))

    def count(self, company_id: str, which: Which, seconds: float) -> int:
        """How many plays these are.

        Raises:
            Unavailable: TOO_MANY_PLAYS, it took longer than so many seconds.
        """
        with told_when_slow():
            wanted = self._rarest_word_first(company_id, which).wanted(company_id)
            return self._plays.count_documents(wanted, hint=which.index, maxTimeMS=int(seconds * 1000))

    def histogram(
        self, company_id: str, which: Which, since: datetime, width: timedelta, seconds: float
    ) -> list[tuple[int, str, int]]:
        """How many plays in which state were accepted in each span of `width` from `since` on.

        Everything stands in the index, so that no play is read, unless words or a trigger are asked for.

        Raises:
            Unavailable: TOO_MANY_PLAYS, it took longer than so many seconds.
        """
        # An id begins with the seconds in which it was made, as an ObjectId does.
        made = {"$convert": {"input": {"$toObjectId": "$_id"}, "to": "date"}}
        span = {"$floor": {"$divide": [{"$subtract": [made, since]}, width // timedelta(milliseconds=1)]}}
        steps: list[Document] = [
            {"$match": which.wanted_by_id(company_id)},
            {"$project": {"_id": 1, "state": 1}},
            {"$group": {"_id": {"span": span, "state": "$state"}, "count": {"$sum": 1}}},
        ]
        with told_when_slow():
            found = list(self._plays.aggregate(steps, hint=which.index, maxTimeMS=int(seconds * 1000)))
        return [(int(row["_id"]["span"]), row["_id"]["state"], row["count"]) for row in found]

    def flow_of(self, company_id: str, play_id: str) -> str | None:
        """The id of the flow that a play is of."""
        row = self._plays.find_one({"_id": play_id, "companyId": company_id}, {"flowId": 1})
        return None if row is None else str(row["flowId"])

    def any_of_flows(self, company_id: str, play_ids: Collection[str], flow_ids: Collection[str]) -> bool:
        """Whether one of these plays is there and of one of these flows."""
        wanted = {"companyId": company_id, "_id": {"$in": list(play_ids)}, "flowId": {"$in": list(flow_ids)}}
        return bool(play_ids) and self._plays.find_one(wanted, {"_id": 1}) is not None

    def find(self, company_id: str, play_id: str) -> Document | None:
        """One play with its layers' states, without values."""
        return self._plays.find_one({"_id": play_id, "companyId": company_id}, SUMMARY)

    def with_layer(self, company_id: str, play_id: str, layer_id: str) -> Document | None:
        """One play with its layers' states, and the values of one of them as they are kept."""
        values = {f"{field}.{layer_id}": 1 for field in ("inputs", "outputs")}
        return self._plays.find_one({"_id": play_id, "companyId": company_id}, {**_STANDING, **values})

    def inputs(self, company_id: str, play_id: str, layer_ids: Sequence[str]) -> dict[str, str]:
        """The JSON texts of the inputs of layers in the play's own document, as far as there are any."""
        wanted = {f"inputs.{layer_id}": 1 for layer_id in layer_ids}
        row = self._plays.find_one({"_id": play_id, "companyId": company_id}, wanted)
        found = {} if row is None else row.get("inputs", {})
        texts = {layer_id: self._payloads.read_text(play_id, kept) for layer_id, kept in found.items()}
        return {layer_id: text for layer_id, text in texts.items() if text is not None}

    def waiting_since(self, company_id: str, play_id: str) -> dict[str, datetime]:
        """Since when the layers of a play wait, by their ids; of others, since when they last did."""
        lines = {"$filter": {"input": "$history", "cond": {"$eq": ["$$this.state", "WAIT"]}}}
        row = self._plays.find_one({"_id": play_id, "companyId": company_id}, {"history": lines})
        return {} if row is None else {line["ref"]: line["at"] for line in row["history"] if "ref" in line}

    def loops(self, company_id: str, play_id: str) -> dict[str, Document]:
        """The layers of the play's outermost loops that have begun."""
        row = self._plays.find_one({"_id": play_id, "companyId": company_id}, {"layers": 1})
        layers = {} if row is None else row.get("layers", {})
        return {name: layer for name, layer in layers.items() if "loop" in layer and "#" not in name}

    def started_by(self, company_id: str, play_id: str) -> Iterator[tuple[str, Play]]:
        """The plays that layers of a play started, without values, each with the id of its layer."""
        flows = [row["_id"] for row in self._flows.find({"companyId": company_id}, {"_id": 1})]
        start = f"subflow/{play_id}/"
        # "0" is the character after "/".
        keys = {"$gte": start, "$lt": f"subflow/{play_id}0"}
        mine = {"companyId": company_id, "flowId": {"$in": flows}, "idempotencyKey": keys}
        for row in self._plays.find(mine, SUMMARY, hint="idempotency"):
            yield row["idempotencyKey"].removeprefix(start), play_of(row, lambda _: None)

    def end_of(self, play_id: str) -> Document | None:
        """How a play stands, for callers that wait: state, createdAt, and the values of its end."""
        row = self._plays.find_one({"_id": play_id}, _END)
        if row is None:
            return None
        read = self._payloads.read
        return {
            **row,
            "output": read(play_id, row.get("output")),
            "reply": read(play_id, row.get("reply")),
            "error": failure_of(row.get("error")),
        }

    def state_of(self, play_id: str) -> str | None:
        """Only the state, for callers that wait."""
        row = self._plays.find_one({"_id": play_id}, {"state": 1})
        return None if row is None else str(row["state"])

    def history(self, company_id: str, play_id: str, after: int = 0) -> list[Document] | None:
        """The lines of history after position `after`."""
        row = self._plays.find_one({"_id": play_id, "companyId": company_id}, {"history": 1})
        return None if row is None else list(row.get("history", ()))[after:]

    def events(self, company_id: str, play_id: str, after: int, size: int) -> list[Document] | None:
        """At most `size` lines of history behind position `after`; None when there is no such play."""
        row = self._plays.find_one(
            {"_id": play_id, "companyId": company_id}, {"history": {"$slice": [after, size]}, "state": 1}
        )
        return None if row is None else list(row.get("history", ()))

    def logs(self, company_id: str, play_id: str) -> list[Document] | None:
        """The lines that modules logged and that are kept; None when there is no such play."""
        row = self._plays.find_one({"_id": play_id, "companyId": company_id}, {"logs": 1})
        return None if row is None else list(row.get("logs", ()))

    def value(self, company_id: str, play_id: str, field: str) -> str | None:
        """The JSON text of `args`, `output`, `request`, `inputs.<ref>` or `outputs.<ref>`, if any."""
        row: Any = self._plays.find_one({"_id": play_id, "companyId": company_id}, {field: 1})
        for part in field.split("."):
            row = None if row is None else row.get(part)
        return self._payloads.read_text(play_id, row)

    def waiting_for_approval(
        self, company_id: str, after: str | None = None, within: Collection[str] | None = None
    ) -> Iterator[Document]:
        """Parked plays with a layer that waits for approval, oldest first, those younger than `after`."""
        wanted: Document = {"companyId": company_id, "state": "WAIT", **Which(within=within).of_flows()}
        if after:
            wanted["_id"] = {"$gt": after}
        layers = {"$objectToArray": {"$ifNull": ["$layers", {}]}}
        asking = {"$map": {"input": layers, "in": "$$this.v.waiting.what"}}
        yield from self._plays.aggregate(
            [
                {"$match": wanted},
                {"$sort": {"_id": 1}},
                {"$project": SUMMARY},
                {"$match": {"$expr": {"$in": ["approval", asking]}}},
            ],
            # Left to itself, MongoDB may as well read the company's whole list.
            hint="list_of_state",
        )

    def unfinished_of_origin(self, company_id: str, origin: Mapping[str, Any], since: datetime) -> list[str]:
        """Ids of unfinished plays of exactly this origin that were accepted since then, at most two."""
        mine: Document = {f"origin.{name}": value for name, value in origin.items()}
        states = {"$in": [state.value for state in UNFINISHED]}
        wanted = {"companyId": company_id, "state": states, "_id": {"$gte": id_at(since.timestamp())}, **mine}
        return [row["_id"] for row in self._plays.find(wanted, {"_id": 1}, hint="list_of_state").limit(2)]

    def spans(self, company_id: str, flow_id: str, play_ids: Sequence[str]) -> dict[str, Span]:
        """From when until when these plays of a flow went on, by id; those that are gone are left out."""
        mine: Document = {"companyId": company_id, "flowId": flow_id, "_id": {"$in": list(play_ids)}}
        rows = self._plays.find(mine, {"state": 1, "startedAt": 1, "endedAt": 1}, hint="_id_")
        return {row["_id"]: Span(row["state"], row.get("startedAt"), row.get("endedAt")) for row in rows}

    def ended_of(self, company_id: str, play_ids: list[str]) -> list[str]:
        """Those of these plays that are over, or gone."""
        mine = {"companyId": company_id, "_id": {"$in": play_ids}, "state": {"$nin": _ENDED}}
        unfinished = {row["_id"] for row in self._plays.find(mine, {"_id": 1})}
        return [play_id for play_id in play_ids if play_id not in unfinished]

    def matching(self, company_id: str, which: Which, *, limit: int, after: str | None = None) -> list[str]:
        """Ids of these plays, oldest first, those younger than the play `after`."""
        wanted = self._rarest_word_first(company_id, which).wanted(company_id, behind=after)
        found = self._plays.find(wanted, {"_id": 1}, hint=which.index)
        return [row["_id"] for row in found.sort("_id", 1).limit(limit)]

    def _rarest_word_first(self, company_id: str, which: Which) -> Which:
        """The same question, to be answered by the word that the fewest plays have."""
        words = which.words
        if len(words) < 2:  # noqa: PLR2004 - one word is the rarest
            return which
        having = {
            word: self._plays.count_documents(
                {"companyId": company_id, "words": word}, hint="list_of_word", limit=COMMON
            )
            for word in words
        }
        return replace(which, text=" ".join(sorted(words, key=having.__getitem__)))

    def ahead(self, play_id: str, lane: str) -> int:
        """How many plays of this lane, of whatever company, wait longer for a first worker, up to 10,000."""
        before = {"dueAt": {"$exists": True}, "state": "NEW", "lane": lane, "_id": {"$lt": play_id}}
        return self._plays.count_documents(before, limit=COUNTED)

    def unfinished(self, company_id: str) -> Iterator[Document]:
        """Every unfinished play with its layers' states, without values. Reads the company's whole list."""
        yield from self._plays.find({"companyId": company_id, "state": {"$nin": _ENDED}}, SUMMARY)

    def unfinished_by_state(self, company_id: str, seconds: float) -> dict[str, int]:
        """How many plays of the company are in each state that is not an end.

        Raises:
            Unavailable: TOO_MANY_PLAYS, it took longer than so many seconds.
        """
        going = [state for state in STATES if state not in _ENDED]
        return {state: self.count(company_id, Which(states=(state,)), seconds) for state in going}

    def unfinished_of_all(self, company_ids: Sequence[str]) -> dict[str, float]:
        """How many plays of these companies are in each state that is not an end."""
        going = [state for state in STATES if state not in _ENDED]
        of_all = {"companyId": {"$in": list(company_ids)}}
        return {
            state: self._plays.count_documents({**of_all, "state": state}, hint="list_of_state")
            for state in going
        }

    def longest_new(self, company_ids: Sequence[str]) -> float:
        """For how many seconds the oldest play of these companies has been waiting for a first worker."""
        new = {"companyId": {"$in": list(company_ids)}, "state": "NEW"}
        row = self._plays.find_one(new, {"_id": 1}, sort=[("_id", 1)], hint="list_of_state")
        return 0.0 if row is None else max(0.0, time.time() - time_of(row["_id"]))

    def oldest_new(self, company_id: str) -> str | None:
        """The id of the play that waits longest for a first worker."""
        new = {"companyId": company_id, "state": "NEW"}
        row = self._plays.find_one(new, {"_id": 1}, sort=[("_id", 1)], hint="list_of_state")
        return None if row is None else str(row["_id"])

    def remove(self, play_ids: list[str]) -> int:
        """Remove finished plays and, first, their payloads and iterations; how many plays there were.

        The plays go last: after a crash between the two, the play is still there to be found again.
        """
        ended = {"_id": {"$in": play_ids}, "state": {"$in": _ENDED}}
        ids = [row["_id"] for row in self._plays.find(ended, {"_id": 1})]
        self._payloads.remove_of(ids)
        self._iterations.remove_of(ids)
        return self._plays.delete_many({"_id": {"$in": ids}, "state": {"$in": _ENDED}}).deleted_count
