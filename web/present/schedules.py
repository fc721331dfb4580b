"""Schedules with what stands in their way, and their firings."""

from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from flow8.errors import Problem
from flow8.services.backfill import Backfilled
from flow8.services.schedule_lanes import Lane, Lanes
from flow8.services.schedules import FiringPage
from flow8.services.shown_schedules import ShownSchedule
from flow8.store.firings import Firing
from flow8.store.play_views import Span
from web.present.lists import CursorShape


class ReasonShape(TypedDict):
    """Why something is not played: a code for programs, a sentence for people."""

    code: str
    message: str


class FiringShape(TypedDict):
    """One due time and what became of it: `open`, `played`, `skipped` or `missed`.

    A line of missed firings stands for `count` of them, from `dueAt` until `until`. A skipped or missed one
    has a play only when somebody made it afterwards.
    """

    id: str
    dueAt: datetime
    until: datetime
    count: int
    state: str
    playId: str | None
    reason: ReasonShape | None
    settledAt: datetime | None


class BackfilledShape(TypedDict):
    """Of how many due times plays were made, or would be, the first and the last of them, and the plays.

    `already` counts those of the span that had a play before.
    """

    count: int
    already: int
    playIds: list[str]
    first: datetime | None
    last: datetime | None


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


class LaneFiringShape(FiringShape):
    """A firing with its play's state, and from when until when that play went on."""

    playState: str | None
    startedAt: datetime | None
    endedAt: datetime | None


class LaneShape(TypedDict):
    """One schedule's day: its firings, the last due first, and when it is due next.

    With `more` it goes on being due after the last of these times.
    """

    id: str
    name: str
    timeZone: str
    enabled: bool
    firings: list[LaneFiringShape]
    due: list[datetime]
    more: bool


class LanesShape(TypedDict):
    """The lanes of the schedules by name, from `begin` until `end`; `now` is the server's."""

    now: datetime
    begin: datetime
    end: datetime
    data: list[LaneShape]


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


def lanes(found: Lanes) -> LanesShape:
    """The day of all schedules."""
    return {
        "now": found.now,
        "begin": found.begin,
        "end": found.end,
        "data": [_lane(each) for each in found.rows],
    }


def _lane(found: Lane) -> LaneShape:
    kept = found.schedule
    return {
        "id": kept.id,
        "name": kept.name,
        "timeZone": kept.timing.time_zone,
        "enabled": kept.enabled,
        "firings": [_lane_firing(each, found.spans.get(each.play_id or "")) for each in found.firings],
        "due": list(found.due),
        "more": found.more,
    }


def _lane_firing(found: Firing, span: Span | None) -> LaneFiringShape:
    return {
        **firing(found),
        "playState": None if span is None else span.state,
        "startedAt": None if span is None else span.started_at,
        "endedAt": None if span is None else span.ended_at,
    }


def due_times(found: list[datetime]) -> DueTimesShape:
    """Due times as they are and as the clock on the wall shows them."""
    return {"data": [{"dueAt": each, "localTime": each.isoformat(timespec="seconds")} for each in found]}


def backfilled(found: Backfilled) -> BackfilledShape:
    """What became of due times that were played after the fact."""
    return {
        "count": found.count,
        "already": found.already,
        "playIds": found.play_ids,
        "first": found.first,
        "last": found.last,
    }
