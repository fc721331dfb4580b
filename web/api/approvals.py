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
from web.bodies import Text, json_body, query
from web.policy import needs

bp = Blueprint("approvals", __name__)


class Decision(Model):
    """What somebody decided about a layer."""

    layer_id: Text
    decision: Literal["approved", "declined"]
    note: Text | None = None


class Waiting(Model):
    """Which page: `after` is what the one before gave as `next`."""

    size: int = USUAL_SIZE
    after: str | None = None


@bp.get("/approvals")
@needs(Right.APPROVE, somewhere=True)
def list_approvals() -> Response:
    """The plays that wait for my decision, oldest first."""
    wanted = query(Waiting)
    found = approvals.waiting_for_me(asked.engine(), asked.actor(), size=wanted.size, after=wanted.after)
    return jsonify({"data": found.rows, "next": found.next})


@bp.post("/plays/<play_id>/approve")
@needs(Right.APPROVE, somewhere=True)
def approve(play_id: str) -> ResponseReturnValue:
    """Approve or decline what a layer is about to do."""
    told = json_body(Decision)
    standing = approvals.decide(
        asked.engine(), asked.actor(), play_id, told.layer_id, decision=told.decision, note=told.note
    )
    return jsonify(standing), HTTPStatus.ACCEPTED
