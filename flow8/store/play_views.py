"""Plays as people ask for them: lists without payloads, one layer with them, what retention takes away."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from flow8.domain.play import Play
from flow8.store.database import Document, Documents
from flow8.store.iterations import Iterations
from flow8.store.payloads import Payloads
from flow8.store.play_records import SUMMARY, failure_of, play_of

_ENDED = ("DONE", "FAIL", "SKIP", "FILTERED", "CANCELLED")
COUNTED = 10_000
_STANDING = {"companyId": 1, "flowId": 1, "version": 1, "state": 1, "layers": 1}
_END = {"state": 1, "createdAt": 1, "output": 1, "reply": 1, "error": 1}
_ROW = {**SUMMARY, "layers": 0, "lease": 0, "idempotencyKey": 0, "argsDigest": 0}


class PlayViews:
    """The same collection `plays`, read for people; the company always comes first."""

    def __init__(self, database: Documents, payloads: Payloads, iterations: Iterations) -> None:
        self._plays = database["plays"]
        self._flows = database["flows"]
        self._payloads = payloads
        self._iterations = iterations

    def page(
        self,
        company_id: str,
        *,
        size: int,
        after: str | None = None,
        flow_id: str | None = None,
        states: tuple[str, ...] = (),
        within: Collection[str] | None = None,
    ) -> list[Document]:
        """Newest first, `size` rows without layers and values, those older than the play `after`.

        Only plays of the flows `within`, if some are given.
        """
        wanted: Document = {"companyId": company_id, **_of_flows(flow_id, within)}
        if after:
            wanted["_id"] = {"$lt": after}
        if states:
            wanted["state"] = {"$in": list(states)}
        return list(self._plays.find(wanted, _ROW).sort("_id", -1).limit(size))

    def flow_of(self, company_id: str, play_id: str) -> str | None:
        """The id of the flow that a play is of."""
        row = self._plays.find_one({"_id": play_id, "companyId": company_id}, {"flowId": 1})
        return None if row is None else str(row["flowId"])

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
        wanted: Document = {"companyId": company_id, "state": "WAIT", **_of_flows(None, within)}
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
            hint="waiting",
        )

    def ended_of(self, company_id: str, play_ids: list[str]) -> list[str]:
        """Those of these plays that are over, or gone."""
        mine = {"companyId": company_id, "_id": {"$in": play_ids}, "state": {"$nin": _ENDED}}
        unfinished = {row["_id"] for row in self._plays.find(mine, {"_id": 1})}
        return [play_id for play_id in play_ids if play_id not in unfinished]

    def matching(
        self,
        company_id: str,
        *,
        states: Sequence[str],
        limit: int,
        flow_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: str | None = None,
        within: Collection[str] | None = None,
    ) -> list[str]:
        """Ids of plays in these states, accepted from `since` on and before `until`, oldest first."""
        accepted = {"$gte": since, "$lt": until}
        bounds = {operator: moment for operator, moment in accepted.items() if moment is not None}
        wanted: Document = {
            "companyId": company_id,
            "state": {"$in": list(states)},
            **_of_flows(flow_id, within),
        }
        if bounds:
            wanted["createdAt"] = bounds
        if after:
            wanted["_id"] = {"$gt": after}
        return [row["_id"] for row in self._plays.find(wanted, {"_id": 1}).sort("_id", 1).limit(limit)]

    def ahead(self, play_id: str, lane: str) -> int:
        """How many plays of this lane, of whatever company, wait longer for a first worker, up to 10,000."""
        before = {"dueAt": {"$exists": True}, "state": "NEW", "lane": lane, "_id": {"$lt": play_id}}
        return self._plays.count_documents(before, limit=COUNTED)

    def unfinished(self, company_id: str) -> Iterator[Document]:
        """Every unfinished play with its layers' states, without values. Reads the company's whole list."""
        yield from self._plays.find({"companyId": company_id, "state": {"$nin": _ENDED}}, SUMMARY)

    def ended_before(self, moment: datetime, limit: int) -> list[str]:
        """Ids of finished plays that ended before a moment, oldest first, at most `limit`."""
        found = self._plays.find({"endedAt": {"$lt": moment}, "state": {"$in": _ENDED}}, {"_id": 1})
        return [row["_id"] for row in found.sort("endedAt", 1).limit(limit)]

    def remove(self, play_ids: list[str]) -> int:
        """Remove finished plays and, first, their payloads and iterations; how many plays there were.

        The plays go last: after a crash between the two, the play is still there to be found again.
        """
        ended = {"_id": {"$in": play_ids}, "state": {"$in": _ENDED}}
        ids = [row["_id"] for row in self._plays.find(ended, {"_id": 1})]
        self._payloads.remove_of(ids)
        self._iterations.remove_of(ids)
        return self._plays.delete_many({"_id": {"$in": ids}}).deleted_count


def _of_flows(flow_id: str | None, within: Collection[str] | None) -> Document:
    """Plays of one flow and, where only some flows may be looked at, of no other."""
    if within is None:
        return {"flowId": flow_id} if flow_id else {}
    return {"flowId": {"$in": sorted(flow for flow in within if flow_id in (None, flow))}}
