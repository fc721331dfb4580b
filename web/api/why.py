"""What a play waits for, and whether something moves every play on."""

from flask import Blueprint, Response, jsonify

from flow8.domain.access import Right
from flow8.services import invariants, why
from web import asked
from web.policy import needs

bp = Blueprint("why", __name__)


@bp.get("/plays/<play_id>/why")
@needs(Right.VIEW, somewhere=True)
def why_play(play_id: str) -> Response:
    """What the play waits for, and who holds it."""
    return jsonify(why.why(asked.engine(), asked.actor(), play_id))


@bp.get("/system/invariants")
@needs(Right.ADMINISTER)
def check_invariants() -> Response:
    """What moves the unfinished plays on, and those that nothing does."""
    return jsonify(invariants.check(asked.engine(), asked.actor()))
