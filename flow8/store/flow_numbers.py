"""How the last plays of flows went, told of many flows by one question."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from flow8.store.database import Document, Documents
from flow8.store.play_filter import STATES

_SHORT: Final = {"flowId": 1, "version": 1, "state": 1, "title": 1, "startedAt": 1, "endedAt": 1}


class FlowNumbers:
    """The same collection `plays`, read for what it says of flows."""

    def __init__(self, database: Documents) -> None:
        self._plays = database["plays"]

    def latest(self, company_id: str, flow_ids: Sequence[str], each: int) -> list[Document]:
        """The last plays of each of these flows, newest first, `each` at most; no tests of drafts.

        For every flow the same piece of the index is read, so none costs more than `each` plays and its tests
        among them.
        """
        if not flow_ids:
            return []
        first, *others = (self._of_flow(company_id, flow_id, each) for flow_id in flow_ids)
        more = [{"$unionWith": {"coll": "plays", "pipeline": steps}} for steps in others]
        return list(self._plays.aggregate([*first, *more], hint="list_of_flow"))

    def by_version(self, company_id: str, flow_id: str, most: int) -> Iterator[Document]:
        """`{version, state, count}` of the last `most` plays of a flow."""
        group = {"_id": {"version": "$version", "state": "$state"}, "count": {"$sum": 1}}
        steps = [*self._of_flow(company_id, flow_id, most), {"$group": group}]
        for row in self._plays.aggregate(steps, hint="list_of_flow"):
            yield {**row["_id"], "count": row["count"]}

    def _of_flow(self, company_id: str, flow_id: str, most: int) -> list[dict[str, Any]]:
        # With every state named, MongoDB merges the pieces of the index in the order of time.
        mine = {"companyId": company_id, "flowId": flow_id, "state": {"$in": STATES}}
        return [
            {"$match": mine},
            {"$sort": {"_id": -1}},
            {"$limit": 2 * most},
            {"$project": _SHORT},
            {"$match": {"version": {"$gt": 0}}},
            {"$limit": most},
        ]
