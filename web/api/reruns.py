"""Play finished plays again, and hands on many plays at once."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import AfterValidator, AwareDatetime, Field

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import bulk, rerun
from web import asked
from web.bodies import Text, json_body
from web.policy import needs
from web.present import plays as present

bp = Blueprint("reruns", __name__)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("should be within the years 1 to 9999") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Rerun(Model):
    """How to play again; what is left out is as it was."""

    from_: Text | None = Field(None, alias="from")
    args: dict[str, Any] | None = None
    version: int | None = None
    confirmed: bool = False


class Which(Model):
    """Which plays: in these states, of this flow, accepted within this time."""

    states: tuple[Text, ...] = ()
    flow: Text | None = None
    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None


class Bulk(Model):
    """What to do with many plays; `after` is the `next` of the call before."""

    filter: Which = Which()
    action: Literal["cancel", "rerun", "hold", "resume"]
    dry_run: bool = False
    confirmed: bool = False
    after: Text | None = None


@bp.post("/plays/<play_id>/rerun")
@needs(Right.RUN, somewhere=True)
def rerun_play(play_id: str) -> ResponseReturnValue:
    """Start a new play that names this one as its origin."""
    told = json_body(Rerun)
    wanted = rerun.Wanted(told.from_, told.args, told.version, told.confirmed)
    outcome = rerun.rerun(asked.engine(), asked.actor(), play_id, wanted)
    place = {"Location": f"/api/v1/plays/{outcome.play_id}"}
    return jsonify({**present.accepted(outcome), "rerunOf": play_id}), HTTPStatus.ACCEPTED, place


@bp.post("/plays/bulk")
@needs(Right.RUN, somewhere=True)
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
        dry_run=told.dry_run,
        confirmed=told.confirmed,
        after=told.after,
    )
