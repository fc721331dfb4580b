"""Hands on a play: cancel, hold, resume, the event it waits for."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Actor, Right
from flow8.domain.model import Model
from flow8.engine.engine import Engine
from flow8.services import hands
from web import asked
from web.bodies import Nothing, Text, json_body
from web.describe import answers
from web.policy import needs
from web.present.plays import StandingShape

bp = Blueprint("hands", __name__)


class Event(Model):
    """What happened outside: the key that a flowlet waits for, and what it brings."""

    key: Text
    value: Any = None


@bp.post("/plays/<play_id>/cancel")
@needs(Right.RUN, somewhere=True)
@answers(
    StandingShape,
    HTTPStatus.ACCEPTED,
    body=Nothing,
    errors=(
        "PLAY_NOT_FOUND",
        "PLAY_FINISHED",
    ),
)
def cancel(play_id: str) -> ResponseReturnValue:
    """Ask a play to end."""
    return _asked(hands.cancel, play_id)


@bp.post("/plays/<play_id>/hold")
@needs(Right.RUN, somewhere=True)
@answers(
    StandingShape,
    HTTPStatus.ACCEPTED,
    body=Nothing,
    errors=(
        "PLAY_NOT_FOUND",
        "PLAY_FINISHED",
    ),
)
def hold(play_id: str) -> ResponseReturnValue:
    """Ask a play to pause."""
    return _asked(hands.hold, play_id)


@bp.post("/plays/<play_id>/resume")
@needs(Right.RUN, somewhere=True)
@answers(
    StandingShape,
    HTTPStatus.ACCEPTED,
    body=Nothing,
    errors=(
        "PLAY_NOT_FOUND",
        "PLAY_FINISHED",
    ),
)
def resume(play_id: str) -> ResponseReturnValue:
    """Let a play on hold go on."""
    return _asked(hands.resume, play_id)


def _asked(do: Callable[[Engine, Actor, str], dict[str, Any]], play_id: str) -> ResponseReturnValue:
    json_body(Nothing)
    return jsonify(do(asked.engine(), asked.actor(), play_id)), HTTPStatus.ACCEPTED


@bp.post("/plays/<play_id>/event")
@needs(Right.RUN, somewhere=True)
@answers(
    StandingShape,
    HTTPStatus.ACCEPTED,
    body=Event,
    errors=(
        "PLAY_NOT_FOUND",
        "PLAY_FINISHED",
        "NOT_WAITING",
    ),
)
def send_event(play_id: str) -> ResponseReturnValue:
    """Give a play the event that it waits for."""
    event = json_body(Event)
    standing = hands.send_event(asked.engine(), asked.actor(), play_id, event.key, event.value)
    return jsonify(standing), HTTPStatus.ACCEPTED
