"""What failed lately and nobody saw to."""

from flask import Blueprint, Response, jsonify
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import failures
from web import asked
from web.bodies import query
from web.describe import answers
from web.moments import Moment
from web.policy import needs
from web.present import failures as present

bp = Blueprint("failures", __name__)


class Since(Model):
    """Plays that were accepted from `from` on; without it, in the last 24 hours."""

    from_: Moment | None = Field(None, alias="from")


@bp.get("/plays/failures")
@needs(Right.VIEW, somewhere=True)
@answers(present.FailureGroupsShape, query=Since, errors=("TOO_MANY_PLAYS",))
def list_failures() -> Response:
    """Plays that failed and were not rerun: those of one flow that failed for one reason together."""
    found = failures.failures(asked.engine(), asked.actor(), query(Since).from_)
    return jsonify(present.failures(found))
