"""Schedules with what stands in their way, and their firings."""

from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from flow8.errors import Problem
from flow8.services.schedules import FiringPage
from flow8.services.shown_schedules import ShownSchedule
from flow8.store.firings import Firing
from web.present.lists import CursorShape


class ReasonShape(TypedDict):
    """Why something is not played: a code for programs, a sentence for people."""

    code: str
    message: str


class FiringShape(TypedDict):
    """One due time and what became of it: `open`, `played`, `skipped` or `missed`.

    A line of missed firings stands for `count` of them, from `dueAt` until `until`.
    """

    id: str
    dueAt: datetime
    until: datetime
    count: int
    state: str
    playId: str | None
    reason: ReasonShape | None
    settledAt: datetime | None


class ScheduleShape(TypedDict):
    """A schedule; one of `cron`, `intervalSeconds` and `at` says when its flow is due.

    `nextAt` is null while it is disabled, and once its one moment is over. `trouble` says why its flow could
    not be played now.
    """

    id: str
    name: str
    flowId: str
    flow: str | None
    cron: str | None
    timeZone: str
    intervalSeconds: int | None
    startsAt: datetime | None
    at: datetime | None
    misfire: str
    overlap: str
    args: Any
    version: int | None
    enabled: bool
    nextAt: datetime | None
    trouble: ReasonShape | None
    lastFiring: FiringShape | None
    rev: int
    createdAt: datetime
    updatedAt: datetime
    updatedBy: str


class DueShape(TypedDict):
    """A due time, and what the clock on the wall shows then."""

    dueAt: datetime
    localTime: str


class DueTimesShape(TypedDict):
    """The next due times, the first one first."""

    data: list[DueShape]


def schedule(found: ShownSchedule) -> ScheduleShape:
    """A schedule."""
    kept, timing = found.schedule, found.schedule.timing
    return {
        "id": kept.id,
        "name": kept.name,
        "flowId": kept.flow_id,
        "flow": None if found.flow is None else found.flow.permanent_id,
        "cron": timing.cron,
        "timeZone": timing.time_zone,
        "intervalSeconds": timing.interval_seconds,
        "startsAt": timing.starts_at,
        "at": timing.at,
        "misfire": kept.misfire.value,
        "overlap": kept.overlap.value,
        "args": kept.args,
        "version": kept.version,
        "enabled": kept.enabled,
        "nextAt": kept.due_at,
        "trouble": _trouble(found.trouble),
        "lastFiring": None if found.last is None else firing(found.last),
        "rev": kept.rev,
        "createdAt": kept.created_at,
        "updatedAt": kept.updated_at,
        "updatedBy": kept.updated_by,
    }


def _trouble(found: Problem | None) -> ReasonShape | None:
    return None if found is None else {"code": found.path, "message": found.message}


def firing(found: Firing) -> FiringShape:
    """A firing."""
    return {
        "id": found.id,
        "dueAt": found.due_at,
        "until": found.until,
        "count": found.count,
        "state": found.state.value,
        "playId": found.play_id,
        "reason": None if found.code is None else {"code": found.code, "message": found.message or ""},
        "settledAt": found.settled_at,
    }


def firings(found: FiringPage) -> CursorShape[FiringShape]:
    """A part of the list of firings."""
    return {"data": [firing(each) for each in found.rows], "next": found.next}


def due_times(found: list[datetime]) -> DueTimesShape:
    """Due times as they are and as the clock on the wall shows them."""
    return {"data": [{"dueAt": each, "localTime": each.isoformat(timespec="seconds")} for each in found]}
