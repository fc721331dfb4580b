"""Schedules: flows that start by the clock, when they are due next, and what became of each firing."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.domain.schedule import Misfire, Overlap, Timing
from flow8.services import backfill, schedule_lanes, schedules
from flow8.services.page import USUAL_SIZE
from flow8.services.schedule_rules import USUAL_COUNT, Wish
from flow8.services.shown_schedules import ShownSchedule
from web import asked
from web.bodies import Cursor, Flag, Nothing, Text, Whole, json_body, query
from web.describe import REV, answers
from web.moments import Moment
from web.paging import Paging
from web.policy import needs
from web.present import schedules as present
from web.present.lists import CursorShape, PageShape, page_of
from web.revs import wanted_rev, with_etag

bp = Blueprint("schedules", __name__)


class Schedules(Paging):
    """Which schedules: all, or those of one flow."""

    flow: Text | None = None


class TimingWish(Model):
    """When something is due: by `cron` in a `timeZone`, every `intervalSeconds` from `startsAt`, or `at`."""

    cron: Text | None = None
    time_zone: Text = "UTC"
    interval_seconds: int | None = None
    starts_at: Moment | None = None
    at: Moment | None = None

    def timing(self) -> Timing:
        """It as the services take it."""
        return Timing(self.cron, self.time_zone, self.interval_seconds, self.starts_at, self.at)


class Preview(TimingWish):
    """A timing, and how many due times of it are asked for."""

    count: int = USUAL_COUNT


class ScheduleWish(TimingWish):
    """A schedule as it is to be; `version` null plays whichever version is published."""

    name: Text
    flow: Text
    misfire: Text = Misfire.ONCE.value
    overlap: Text = Overlap.ALLOW.value
    args: Any = Field(default_factory=dict)
    version: Whole | None = None
    enabled: Flag = True

    def wish(self) -> Wish:
        """It as the services take it."""
        return Wish(
            self.name,
            self.flow,
            self.timing(),
            self.misfire,
            self.overlap,
            self.args,
            self.version,
            self.enabled,
        )


class Count(Model):
    """How many due times."""

    count: int = USUAL_COUNT


class FiringsQuery(Model):
    """Which firings, by cursor: `after` is what the page before gave as `next`."""

    state: tuple[str, ...] = ()
    size: int = USUAL_SIZE
    after: Cursor | None = None


class Backfill(Model):
    """Which due times to play after the fact: at most 500 of them."""

    from_: Moment = Field(alias="from")
    to: Moment
    dry_run: Flag = False


@bp.get("/schedules")
@needs(Right.VIEW, somewhere=True)
@answers(PageShape[present.ScheduleShape], query=Schedules, errors=("FLOW_NOT_FOUND",))
def list_schedules() -> Response:
    """The company's schedules by name."""
    wanted = query(Schedules)
    found = schedules.list_schedules(
        asked.engine(), asked.actor(), flow=wanted.flow, page=wanted.page, size=wanted.size
    )
    return jsonify(page_of(found, present.schedule))


@bp.post("/schedules")
@needs(Right.EDIT, somewhere=True)
@answers(present.ScheduleShape, HTTPStatus.CREATED, body=ScheduleWish, errors=("FLOW_NOT_FOUND",), etag=True)
def create_schedule() -> ResponseReturnValue:
    """A new schedule."""
    wish = json_body(ScheduleWish).wish()
    return _one(schedules.create_schedule(asked.engine(), asked.actor(), wish)), HTTPStatus.CREATED


@bp.post("/schedules/preview")
@needs(Right.VIEW, somewhere=True)
@answers(present.DueTimesShape, body=Preview)
def preview() -> Response:
    """When a schedule of this timing would be due."""
    wish = json_body(Preview)
    found = schedules.preview(asked.engine(), asked.actor(), wish.timing(), wish.count)
    return jsonify(present.due_times(found))


@bp.get("/schedules/lanes")
@needs(Right.VIEW, somewhere=True)
@answers(present.LanesShape)
def lanes() -> Response:
    """What was due in the last 12 hours with what became of it, and what is due in the next 12."""
    return jsonify(present.lanes(schedule_lanes.lanes(asked.engine(), asked.actor())))


@bp.get("/schedules/<schedule_id>")
@needs(Right.VIEW, somewhere=True)
@answers(present.ScheduleShape, errors=("SCHEDULE_NOT_FOUND",), etag=True)
def get_schedule(schedule_id: str) -> Response:
    """One schedule; its ETag is its `rev`."""
    return _one(schedules.get_schedule(asked.engine(), asked.actor(), schedule_id))


@bp.put("/schedules/<schedule_id>")
@needs(Right.EDIT, somewhere=True)
@answers(
    present.ScheduleShape,
    body=ScheduleWish,
    errors=(
        "SCHEDULE_NOT_FOUND",
        "FLOW_NOT_FOUND",
        "SCHEDULE_CHANGED",
    ),
    etag=True,
    if_match=REV,
)
def change_schedule(schedule_id: str) -> Response:
    """Change a schedule; with `If-Match` only if it is still at that `rev`."""
    wish = json_body(ScheduleWish).wish()
    return _one(schedules.change_schedule(asked.engine(), asked.actor(), schedule_id, wish, rev=wanted_rev()))


@bp.delete("/schedules/<schedule_id>")
@needs(Right.EDIT, somewhere=True)
@answers(None, HTTPStatus.NO_CONTENT, errors=("SCHEDULE_NOT_FOUND", "SCHEDULE_CHANGED"), if_match=REV)
def remove_schedule(schedule_id: str) -> ResponseReturnValue:
    """Remove a schedule and what is told of its firings; its plays stay."""
    schedules.remove_schedule(asked.engine(), asked.actor(), schedule_id, rev=wanted_rev())
    return Response(status=HTTPStatus.NO_CONTENT)


@bp.post("/schedules/<schedule_id>/enable")
@needs(Right.EDIT, somewhere=True)
@answers(present.ScheduleShape, body=Nothing, errors=("SCHEDULE_NOT_FOUND", "SCHEDULE_CHANGED"), etag=True)
def enable_schedule(schedule_id: str) -> Response:
    """Switch a schedule on, from now on."""
    return _switched(schedule_id, enabled=True)


@bp.post("/schedules/<schedule_id>/disable")
@needs(Right.EDIT, somewhere=True)
@answers(present.ScheduleShape, body=Nothing, errors=("SCHEDULE_NOT_FOUND", "SCHEDULE_CHANGED"), etag=True)
def disable_schedule(schedule_id: str) -> Response:
    """Switch a schedule off; what would have been due meanwhile is not made up for."""
    return _switched(schedule_id, enabled=False)


@bp.get("/schedules/<schedule_id>/next")
@needs(Right.VIEW, somewhere=True)
@answers(present.DueTimesShape, query=Count, errors=("SCHEDULE_NOT_FOUND",))
def next_due(schedule_id: str) -> Response:
    """When a schedule is due next, also while it is disabled."""
    wanted = query(Count)
    found = schedules.next_due(asked.engine(), asked.actor(), schedule_id, wanted.count)
    return jsonify(present.due_times(found))


@bp.get("/schedules/<schedule_id>/firings")
@needs(Right.VIEW, somewhere=True)
@answers(CursorShape[present.FiringShape], query=FiringsQuery, errors=("SCHEDULE_NOT_FOUND",))
def list_firings(schedule_id: str) -> Response:
    """What became of each due time of the last 30 days, the last one first."""
    wanted = query(FiringsQuery, lists={"state"})
    found = schedules.list_firings(
        asked.engine(),
        asked.actor(),
        schedule_id,
        states=wanted.state,
        size=wanted.size,
        after=wanted.after,
    )
    return jsonify(present.firings(found))


@bp.post("/schedules/<schedule_id>/backfill")
@needs(Right.RUN, somewhere=True)
@answers(
    present.BackfilledShape,
    HTTPStatus.ACCEPTED,
    body=Backfill,
    also={HTTPStatus.OK: present.BackfilledShape},
    errors=(
        "SCHEDULE_NOT_FOUND",
        "FLOW_NOT_FOUND",
        "FLOW_VERSION_NOT_FOUND",
        "FLOW_NOT_PUBLISHED",
        "FLOW_DISABLED",
    ),
)
def backfill_schedule(schedule_id: str) -> ResponseReturnValue:
    """Play what was due from `from` on and before `to` and has no play; `dryRun` counts only."""
    wish = json_body(Backfill)
    found = backfill.backfill(
        asked.engine(), asked.actor(), schedule_id, wish.from_, wish.to, dry_run=wish.dry_run
    )
    return jsonify(present.backfilled(found)), HTTPStatus.OK if wish.dry_run else HTTPStatus.ACCEPTED


def _switched(schedule_id: str, *, enabled: bool) -> Response:
    json_body(Nothing)
    return _one(schedules.set_enabled(asked.engine(), asked.actor(), schedule_id, enabled=enabled))


def _one(found: ShownSchedule) -> Response:
    return with_etag(present.schedule(found), found.schedule.rev)
