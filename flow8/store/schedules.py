"""Schedules: what is due when, changed by people, and moved on by the one process that leads.

`fence` is the token of the last leader that worked on a schedule; a leader of before cannot move it on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from flow8.domain.schedule import Misfire, Overlap, Timing
from flow8.domain.values import from_text, to_text
from flow8.store.database import Document, Documents


@dataclass(frozen=True)
class Schedule:
    """A flow and when it is due. `due_at` is the next due time not dealt with yet, `rev` counts changes.

    `version` None means the published one.
    """

    id: str
    company_id: str
    name: str
    flow_id: str
    timing: Timing
    misfire: Misfire
    overlap: Overlap
    args: Any
    version: int | None
    enabled: bool
    due_at: datetime | None
    created_at: datetime
    updated_at: datetime
    updated_by: str
    rev: int = 1
    fence: int = 0


class Schedules:
    """The collection `schedules`."""

    def __init__(self, database: Documents) -> None:
        self._schedules = database["schedules"]

    def get(self, company_id: str, schedule_id: str) -> Schedule | None:
        """One schedule."""
        row = self._schedules.find_one({"_id": schedule_id, "companyId": company_id})
        return None if row is None else _schedule(row)

    def flow_of(self, company_id: str, schedule_id: str) -> str | None:
        """The id of the flow that a schedule plays."""
        row = self._schedules.find_one({"_id": schedule_id, "companyId": company_id}, {"flowId": 1})
        return None if row is None else str(row["flowId"])

    def page(
        self,
        company_id: str,
        *,
        skip: int,
        size: int,
        within: Collection[str] | None = None,
        flow_id: str | None = None,
    ) -> tuple[list[Schedule], int]:
        """Schedules by name, and how many there are; only those of these flows, or of one, if given."""
        flows: list[Document] = [{}] if within is None else [{"flowId": {"$in": sorted(within)}}]
        if flow_id is not None:
            flows.append({"flowId": flow_id})
        wanted = {"companyId": company_id, "$and": flows}
        found = self._schedules.find(wanted).sort([("name", 1), ("_id", 1)]).skip(skip).limit(size)
        return [_schedule(row) for row in found], self._schedules.count_documents(wanted)

    def create(self, company_id: str, schedule: Schedule) -> None:
        """Keep a new schedule."""
        self._schedules.insert_one({**_document(schedule), "companyId": company_id})

    def change(self, company_id: str, old: Schedule, new: Schedule) -> Schedule | None:
        """Take over what people say of a schedule; None when it is no longer at the rev of `old`.

        When it is due next is left to the leader, unless `new` says otherwise than `old`.
        """
        as_read = {"_id": old.id, "companyId": company_id, "rev": old.rev}
        kept = ("_id", "companyId", "rev", "fence", "createdAt")
        fields = {name: value for name, value in _document(new).items() if name not in kept}
        if new.due_at == old.due_at:
            del fields["dueAt"]
        row = self._schedules.find_one_and_update(
            as_read, {"$set": fields, "$inc": {"rev": 1}}, return_document=ReturnDocument.AFTER
        )
        return None if row is None else _schedule(row)

    def remove(self, company_id: str, schedule_id: str, rev: int | None = None) -> bool:
        """Remove a schedule, if it is still of this `rev` where one is given; False when it is not there."""
        mine: Document = {"_id": schedule_id, "companyId": company_id}
        if rev is not None:
            mine["rev"] = rev
        return self._schedules.delete_one(mine).deleted_count == 1

    def due_by(self, moment: datetime, limit: int) -> dict[str, datetime]:
        """The schedules of all companies that are due by a moment, the first due first, each with when."""
        found = self._schedules.find({"dueAt": {"$lte": moment}}, {"dueAt": 1})
        return {row["_id"]: row["dueAt"] for row in found.sort("dueAt", 1).limit(limit)}

    def due(self, schedule_id: str, now: datetime) -> Schedule | None:
        """A schedule, if it is due."""
        row = self._schedules.find_one({"_id": schedule_id, "dueAt": {"$lte": now}})
        return None if row is None else _schedule(row)

    def hold(self, schedule: Schedule, token: int) -> bool:
        """Keep leaders of before from moving it on; False for one of them."""
        return self._lead(schedule, token, {"$set": {"fence": token}})

    def move_on(self, schedule: Schedule, token: int, due_at: datetime | None) -> bool:
        """Say when it is due next; False when others lead, or somebody changed it meanwhile."""
        return self._lead(schedule, token, {"$set": {"fence": token, "dueAt": due_at}})

    def switch_off(self, schedule: Schedule) -> bool:
        """Disable it; False when somebody changed it meanwhile."""
        as_read = {"_id": schedule.id, "rev": schedule.rev}
        off = {"$set": {"enabled": False, "dueAt": None}, "$inc": {"rev": 1}}
        return self._schedules.update_one(as_read, off).matched_count == 1

    def _lead(self, schedule: Schedule, token: int, update: Document) -> bool:
        as_read = {"_id": schedule.id, "rev": schedule.rev, "dueAt": schedule.due_at}
        unled = {"fence": {"$lte": token}}
        return self._schedules.update_one({**as_read, **unled}, update).matched_count == 1


def _document(schedule: Schedule) -> Document:
    timing = schedule.timing
    return {
        "_id": schedule.id,
        "companyId": schedule.company_id,
        "name": schedule.name,
        "flowId": schedule.flow_id,
        "cron": timing.cron,
        "timeZone": timing.time_zone,
        "intervalSeconds": timing.interval_seconds,
        "startsAt": timing.starts_at,
        "at": timing.at,
        "misfire": schedule.misfire.value,
        "overlap": schedule.overlap.value,
        "args": to_text(schedule.args),
        "version": schedule.version,
        "enabled": schedule.enabled,
        "dueAt": schedule.due_at,
        "createdAt": schedule.created_at,
        "updatedAt": schedule.updated_at,
        "updatedBy": schedule.updated_by,
        "rev": schedule.rev,
        "fence": schedule.fence,
    }


def _schedule(row: Document) -> Schedule:
    return Schedule(
        id=row["_id"],
        company_id=row["companyId"],
        name=row["name"],
        flow_id=row["flowId"],
        timing=Timing(row["cron"], row["timeZone"], row["intervalSeconds"], row["startsAt"], row["at"]),
        misfire=Misfire(row["misfire"]),
        overlap=Overlap(row["overlap"]),
        args=from_text(row["args"]),
        version=row["version"],
        enabled=row["enabled"],
        due_at=row["dueAt"],
        created_at=row["createdAt"],
        updated_at=row["updatedAt"],
        updated_by=row["updatedBy"],
        rev=row["rev"],
        fence=row["fence"],
    )
