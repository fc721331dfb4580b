"""What belongs to a flow itself: its switch, its group, its end; and tests of its draft."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import draft_tests, switches
from web import asked
from web.bodies import Nothing, Number, Text, json_body
from web.describe import answers
from web.policy import needs
from web.present import flows as present
from web.present import plays as present_plays

bp = Blueprint("switches", __name__)


class Move(Model):
    """The group to stand in, by name or id; null for none."""

    group: Text | None = Field(...)


class DraftTest(Model):
    """What to test: all of the draft, what leads `upTo` a flowlet, or `only` one.

    `prev` holds outputs by ref that stand in place of running those flowlets, in this test only. `only` one
    runs whatever its conditions, with `input` as its args.
    """

    args: Any = Field(default_factory=dict)
    up_to: Text | None = None
    only: Text | None = None
    input: dict[str, Any] | None = None
    prev: dict[str, Any] | None = None
    wait: Number = 0.0


@bp.post("/flows/<name>/enable")
@needs(Right.EDIT, somewhere=True)
@answers(present.FlowRow, body=Nothing, errors=("FLOW_NOT_FOUND",))
def enable_flow(name: str) -> Response:
    """Switch a flow on."""
    return _switched(name, enabled=True)


@bp.post("/flows/<name>/disable")
@needs(Right.EDIT, somewhere=True)
@answers(present.FlowRow, body=Nothing, errors=("FLOW_NOT_FOUND",))
def disable_flow(name: str) -> Response:
    """Switch a flow off: channels answer 503, its tools are hidden, runs are refused unless forced."""
    return _switched(name, enabled=False)


def _switched(name: str, *, enabled: bool) -> Response:
    json_body(Nothing)
    return jsonify(present.row(switches.set_enabled(asked.engine(), asked.actor(), name, enabled=enabled)))


@bp.post("/flows/<name>/move")
@needs(Right.EDIT)
@answers(present.FlowRow, body=Move, errors=("FLOW_NOT_FOUND",))
def move_flow(name: str) -> Response:
    """Put a flow into a group, or into none."""
    wish = json_body(Move)
    return jsonify(present.row(switches.move_flow(asked.engine(), asked.actor(), name, wish.group)))


@bp.delete("/flows/<name>")
@needs(Right.EDIT, somewhere=True)
@answers(None, HTTPStatus.NO_CONTENT, errors=("FLOW_NOT_FOUND",))
def remove_flow(name: str) -> ResponseReturnValue:
    """Delete a flow; its plays and versions stay, its permanent id is free."""
    switches.remove_flow(asked.engine(), asked.actor(), name)
    return Response(status=HTTPStatus.NO_CONTENT)


@bp.post("/flows/<name>/test")
@needs(Right.EDIT, somewhere=True)
@answers(
    present_plays.AcceptedShape,
    HTTPStatus.ACCEPTED,
    body=DraftTest,
    also={HTTPStatus.OK: present_plays.FinishedShape},
    errors=("FLOW_NOT_FOUND",),
)
def test_flow(name: str) -> ResponseReturnValue:
    """Play the draft as it is now, or a part of it; with `wait` 200 once it is over, if that is in time."""
    wish = json_body(DraftTest)
    trial = draft_tests.Trial(wish.args, wish.up_to, wish.only, wish.input, wish.prev, wish.wait)
    outcome = draft_tests.test_draft(asked.engine(), asked.actor(), name, trial)
    place = {"Location": f"/api/v1/plays/{outcome.play_id}"}
    if wish.wait > 0 and outcome.finished:
        return jsonify(present_plays.finished(outcome)), HTTPStatus.OK, place
    return jsonify(present_plays.accepted(outcome)), HTTPStatus.ACCEPTED, place
