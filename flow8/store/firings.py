"""Firings: each due time of a schedule once, however many leaders lay it out, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pymongo.errors import BulkWriteError

from flow8.domain.schedule import FiringState
from flow8.store.database import Document, Documents

KEPT: Final = timedelta(days=30)
"""What became of a firing is told for so long; its play is kept by the rules of plays."""
TAKEN: Final = 11000
"""MongoDB's code for a key that is there already."""


@dataclass(frozen=True)
class Firing:
    """One due time of a schedule, laid out under the token of a leader; of a run of missed ones, the first.

    `until` is the last of that run and `count` how many they are. `code` and `message` say why it was not
    played.
    """

    id: str
    company_id: str
    schedule_id: str
    flow_id: str
    due_at: datetime
    state: FiringState
    token: int
    until: datetime
    count: int = 1
    settled_at: datetime | None = None
    play_id: str | None = None
    code: str | None = None
    message: str | None = None


class Firings:
    """The collection `firings`."""

    def __init__(self, database: Documents) -> None:
        self._firings = database["firings"]

    def lay_out(self, firings: Sequence[Firing]) -> bool:
        """Keep these, in their order, up to the first that is there already; False when one is."""
        try:
            self._firings.insert_many([_document(each) for each in firings], ordered=True)
        except BulkWriteError as error:
            if [each["code"] for each in error.details["writeErrors"]] != [TAKEN]:
                raise
            return False
        return True

    def last_due(self, company_id: str, schedule_id: str) -> datetime | None:
        """The last due time of a schedule that was laid out."""
        mine = {"companyId": company_id, "scheduleId": schedule_id}
        row = self._firings.find_one(mine, {"until": 1}, sort=[("dueAt", -1)])
        return None if row is None else row["until"]

    def open_of(self, schedule_id: str, limit: int) -> list[Firing]:
        """The firings of a schedule that are about to be played, the first due first."""
        wanted = {"state": FiringState.OPEN.value, "scheduleId": schedule_id}
        return [_firing(row) for row in self._firings.find(wanted).sort("dueAt", 1).limit(limit)]

    def left_open(self, limit: int) -> list[str]:
        """Schedules of all companies with firings that are still about to be played."""
        wanted = {"state": FiringState.OPEN.value}
        found = self._firings.find(wanted, {"scheduleId": 1}).sort([("scheduleId", 1), ("dueAt", 1)])
        return list(dict.fromkeys(row["scheduleId"] for row in found.limit(limit)))

    def last_played(self, company_id: str, schedule_id: str, before: datetime) -> str | None:
        """The play of the last firing of a schedule that was played before a due time."""
        earlier = {"companyId": company_id, "scheduleId": schedule_id, "dueAt": {"$lt": before}}
        played = {**earlier, "state": FiringState.PLAYED.value}
        row = self._firings.find_one(played, {"playId": 1}, sort=[("dueAt", -1)])
        return None if row is None else row["playId"]

    def settle(self, firing: Firing) -> None:
        """Write what became of a firing, unless that is known already."""
        as_open = {"_id": firing.id, "state": FiringState.OPEN.value}
        names = ("state", "settledAt", "playId", "code", "message")
        became = {name: value for name, value in _document(firing).items() if name in names}
        self._firings.update_one(as_open, {"$set": became})

    def page(
        self,
        company_id: str,
        schedule_id: str,
        states: Collection[FiringState],
        *,
        size: int,
        after: str | None = None,
    ) -> list[Firing]:
        """Firings in these states, in any if there are none, the last due first, those before `after`."""
        wanted: Document = {"companyId": company_id, "scheduleId": schedule_id}
        if states:
            wanted["state"] = {"$in": [state.value for state in states]}
        behind = None if after is None else self._firings.find_one({"_id": after, **wanted}, {"dueAt": 1})
        if behind is not None:
            wanted["dueAt"] = {"$lt": behind["dueAt"]}
        return [_firing(row) for row in self._firings.find(wanted).sort("dueAt", -1).limit(size)]

    def since(self, company_id: str, schedule_id: str, moment: datetime, *, limit: int) -> list[Firing]:
        """What was due since a moment, the last due first; also what was missed from before until then."""
        mine: Document = {"companyId": company_id, "scheduleId": schedule_id}
        rows = list(self._firings.find({**mine, "dueAt": {"$gte": moment}}).sort("dueAt", -1).limit(limit))
        before = self._firings.find_one({**mine, "dueAt": {"$lt": moment}}, sort=[("dueAt", -1)])
        if before is not None and before["until"] >= moment and len(rows) < limit:
            rows.append(before)
        return [_firing(row) for row in rows]

    def with_play(self, company_id: str, schedule_id: str, since: datetime, until: datetime) -> set[datetime]:
        """The due times from `since` on and before `until` that became a play, or are about to."""
        mine: Document = {"companyId": company_id, "scheduleId": schedule_id}
        either = [{"playId": {"$ne": None}}, {"state": FiringState.OPEN.value}]
        found = self._firings.find(
            {**mine, "dueAt": {"$gte": since, "$lt": until}, "$or": either}, {"dueAt": 1}
        )
        return {row["dueAt"] for row in found}

    def make_up(self, company_id: str, firing: Firing) -> None:
        """Note the play of a due time that is over; what was skipped or missed stays so, beside its play."""
        row = _document(firing)
        of = {"companyId": company_id, **{name: row.pop(name) for name in ("scheduleId", "dueAt")}}
        now = {name: row.pop(name) for name in ("playId", "settledAt")}
        del row["companyId"]
        self._firings.update_one(of, {"$set": now, "$setOnInsert": row}, upsert=True)

    def last_of(self, company_id: str, schedule_id: str) -> Firing | None:
        """The last firing of a schedule."""
        found = self.page(company_id, schedule_id, (), size=1)
        return found[0] if found else None

    def remove_of(self, company_id: str, schedule_id: str) -> None:
        """Remove all firings of a schedule."""
        self._firings.delete_many({"companyId": company_id, "scheduleId": schedule_id})


def _document(firing: Firing) -> Document:
    return {
        "_id": firing.id,
        "companyId": firing.company_id,
        "scheduleId": firing.schedule_id,
        "flowId": firing.flow_id,
        "dueAt": firing.due_at,
        "until": firing.until,
        "count": firing.count,
        "state": firing.state.value,
        "token": firing.token,
        "settledAt": firing.settled_at,
        "playId": firing.play_id,
        "code": firing.code,
        "message": firing.message,
    }


def _firing(row: Document) -> Firing:
    return Firing(
        id=row["_id"],
        company_id=row["companyId"],
        schedule_id=row["scheduleId"],
        flow_id=row["flowId"],
        due_at=row["dueAt"],
        state=FiringState(row["state"]),
        token=row["token"],
        until=row["until"],
        count=row["count"],
        settled_at=row["settledAt"],
        play_id=row["playId"],
        code=row["code"],
        message=row["message"],
    )
