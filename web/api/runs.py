"""Run a flow."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.errors import Invalid, Problem
from flow8.services import plays
from web import asked
from web.bodies import Flag, Number, Text, Whole, json_body
from web.describe import answers
from web.policy import needs
from web.present import plays as present

bp = Blueprint("runs", __name__)


class Run(Model):
    """A wish that a flow be played; `wait` is in seconds."""

    args: Any = Field(default_factory=dict)
    idempotency_key: Text | None = None
    wait: Number = 0.0
    force: Flag = False
    version: Whole | None = None


@bp.post("/flows/<name>/run")
@needs(Right.RUN, somewhere=True)
@answers(
    present.AcceptedShape,
    HTTPStatus.ACCEPTED,
    body=Run,
    also={HTTPStatus.OK: present.FinishedShape},
    errors=(
        "FLOW_NOT_FOUND",
        "FLOW_VERSION_NOT_FOUND",
        "FLOW_NOT_PUBLISHED",
        "FLOW_DISABLED",
        "IDEMPOTENCY_MISMATCH",
    ),
    headers={"Idempotency-Key": "The same key gives the same play and the same answer for 24 hours."},
)
def run_flow(name: str) -> ResponseReturnValue:
    """Start a play: 202 once it is stored; with `wait` 200 once it is over, if that is in time."""
    wish = json_body(Run)
    outcome = plays.run(
        asked.engine(),
        asked.actor(),
        name,
        wish.args,
        idempotency_key=_key(wish.idempotency_key),
        wait=wish.wait,
        force=wish.force,
        version=wish.version,
    )
    place = {"Location": f"/api/v1/plays/{outcome.play_id}"}
    if wish.wait > 0 and outcome.finished:
        return jsonify(present.finished(outcome)), HTTPStatus.OK, place
    return jsonify(present.accepted(outcome)), HTTPStatus.ACCEPTED, place


def _key(in_body: str | None) -> str | None:
    in_header = request.headers.get("Idempotency-Key")
    if in_header is not None and in_body is not None and in_header != in_body:
        problem = Problem("idempotencyKey", "differs from the header Idempotency-Key")
        raise Invalid("The body is not right.", problems=[problem])
    return in_body if in_header is None else in_header
