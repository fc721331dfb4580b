"""Approvals: what waits for me, and my decision."""

from http import HTTPStatus
from typing import Literal

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import approvals
from flow8.services.page import USUAL_SIZE
from web import asked
from web.bodies import Cursor, Text, json_body, query
from web.describe import answers
from web.policy import needs
from web.present.lists import CursorShape, ListShape
from web.present.plays import (
    ApprovalsOfPlayShape,
    CountShape,
    DecidedPlayShape,
    StandingShape,
    WaitingPlayShape,
)

bp = Blueprint("approvals", __name__)


class Decision(Model):
    """What somebody decided about a layer."""

    layer_id: Text
    decision: Literal["approved", "declined"]
    note: Text | None = None


class Waiting(Model):
    """Which page: `after` is what the one before gave as `next`."""

    size: int = USUAL_SIZE
    after: Cursor | None = None


@bp.get("/approvals")
@needs(Right.APPROVE, somewhere=True)
@answers(CursorShape[WaitingPlayShape], query=Waiting)
def list_approvals() -> Response:
    """The plays that wait for my decision, oldest first."""
    wanted = query(Waiting)
    found = approvals.waiting_for_me(asked.engine(), asked.actor(), size=wanted.size, after=wanted.after)
    return jsonify({"data": found.rows, "next": found.next})


@bp.get("/approvals/count")
@needs(Right.APPROVE, somewhere=True)
@answers(CountShape)
def count_approvals() -> Response:
    """How many plays wait for my decision, up to 100."""
    return jsonify({"count": approvals.count_waiting(asked.engine(), asked.actor())})


@bp.get("/approvals/decisions")
@needs(Right.VIEW, somewhere=True)
@answers(ListShape[DecidedPlayShape])
def list_decisions() -> Response:
    """The last decisions of people, newest first."""
    return jsonify({"data": approvals.latest_decisions(asked.engine(), asked.actor())})


@bp.get("/approvals/<play_id>")
@needs(Right.VIEW, somewhere=True)
@answers(ApprovalsOfPlayShape, errors=("PLAY_NOT_FOUND",))
def get_approvals(play_id: str) -> Response:
    """A play with all that waits for a decision in it, and why I may not take it if so; and who decided."""
    return jsonify(approvals.of_play(asked.engine(), asked.actor(), play_id))


@bp.post("/plays/<play_id>/approve")
@needs(Right.APPROVE, somewhere=True)
@answers(
    StandingShape,
    HTTPStatus.ACCEPTED,
    body=Decision,
    errors=(
        "NOT_AN_APPROVER",
        "REQUESTER_EXCLUDED",
        "PLAY_NOT_FOUND",
        "LAYER_NOT_FOUND",
        "NOT_WAITING",
        "PLAY_FINISHED",
    ),
)
def approve(play_id: str) -> ResponseReturnValue:
    """Approve or decline what a layer is about to do."""
    told = json_body(Decision)
    standing = approvals.decide(
        asked.engine(), asked.actor(), play_id, told.layer_id, decision=told.decision, note=told.note
    )
    return jsonify(standing), HTTPStatus.ACCEPTED
