"""What an expression comes to with the values of a play."""

from typing import Any

from flask import Blueprint, Response, jsonify
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.flow import Filter
from flow8.domain.model import Model
from flow8.services import evaluating
from web import asked
from web.bodies import Text, json_body
from web.describe import answers
from web.policy import needs
from web.present import evaluating as present

bp = Blueprint("evaluating", __name__)


class Evaluate(Model):
    """The text of a setting with its `{{ }}`, or conditions, or both; where they stand in the play.

    Outputs in `prev` are read in place of those on record, as outputs that somebody pinned.
    """

    expression: Text = ""
    filters: tuple[Filter, ...] = Field((), max_length=evaluating.MOST)
    layer_id: Text | None = None
    prev: dict[str, Any] = Field(default_factory=dict)


@bp.post("/plays/<play_id>/evaluate")
@needs(Right.VIEW, somewhere=True)
@answers(present.EvaluatedShape, body=Evaluate, errors=("PLAY_NOT_FOUND",))
def evaluate(play_id: str) -> Response:
    """Work out an expression with what the play has on record; nothing is stored, `$kv` is refused."""
    wish = json_body(Evaluate)
    question = evaluating.Question(wish.expression, wish.filters, wish.layer_id, wish.prev)
    found = evaluating.evaluate(asked.engine(), asked.actor(), play_id, question)
    return jsonify(present.evaluated(found))
