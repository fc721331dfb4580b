"""Play finished plays again, and hands on many plays at once."""

from http import HTTPStatus
from typing import Any, Literal

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import bulk, rerun
from web import asked
from web.bodies import Cursor, Flag, Text, Whole, json_body
from web.describe import answers
from web.moments import Moment
from web.policy import needs
from web.present import plays as present

bp = Blueprint("reruns", __name__)


class Rerun(Model):
    """How to play again; what is left out is as it was."""

    from_: Text | None = Field(None, alias="from")
    args: dict[str, Any] | None = None
    version: Whole | None = None
    confirmed: Flag = False


class PlaysFilter(Model):
    """Which plays: in these states, of this flow, by this trigger, with these words, of this time."""

    states: tuple[Text, ...] = ()
    flow: Text | None = None
    trigger: Text | None = None
    text: Text | None = None
    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None


class Bulk(Model):
    """What to do with many plays; `after` is the `next` of the call before."""

    filter: PlaysFilter = PlaysFilter()
    action: Literal["cancel", "rerun", "hold", "resume"]
    dry_run: Flag = False
    confirmed: Flag = False
    after: Cursor | None = None


@bp.post("/plays/<play_id>/rerun")
@needs(Right.RUN, somewhere=True)
@answers(
    present.RerunShape,
    HTTPStatus.ACCEPTED,
    body=Rerun,
    errors=(
        "PLAY_NOT_FOUND",
        "FLOW_NOT_FOUND",
        "FLOW_VERSION_NOT_FOUND",
        "PLAY_NOT_FINISHED",
        "FLOW_DISABLED",
        "ITERATIONS_GONE",
        "IRREVERSIBLE_AGAIN",
    ),
)
def rerun_play(play_id: str) -> ResponseReturnValue:
    """Start a new play that names this one as its origin."""
    told = json_body(Rerun)
    wanted = rerun.Wanted(told.from_, told.args, told.version, told.confirmed)
    outcome = rerun.rerun(asked.engine(), asked.actor(), play_id, wanted)
    place = {"Location": f"/api/v1/plays/{outcome.play_id}"}
    return jsonify({**present.accepted(outcome), "rerunOf": play_id}), HTTPStatus.ACCEPTED, place


@bp.post("/plays/bulk")
@needs(Right.RUN, somewhere=True)
@answers(
    present.BulkShape,
    HTTPStatus.ACCEPTED,
    body=Bulk,
    also={HTTPStatus.OK: present.BulkShape},
    errors=("FLOW_NOT_FOUND",),
)
def act_on_many() -> ResponseReturnValue:
    """Do the same with many plays, or with `dryRun` only count them."""
    told = json_body(Bulk)
    done = bulk.act(asked.engine(), asked.actor(), _order(told))
    return jsonify(done.shape()), HTTPStatus.OK if told.dry_run else HTTPStatus.ACCEPTED


def _order(told: Bulk) -> bulk.Order:
    return bulk.Order(
        action=told.action,
        states=told.filter.states,
        flow=told.filter.flow,
        since=told.filter.from_,
        until=told.filter.to,
        trigger=told.filter.trigger,
        text=told.filter.text,
        dry_run=told.dry_run,
        confirmed=told.confirmed,
        after=told.after,
    )
