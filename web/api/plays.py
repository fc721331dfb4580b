"""Plays and their layers."""

from flask import Blueprint, Response, jsonify

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import iterations, plays
from flow8.services.page import USUAL_SIZE
from web import asked
from web.bodies import query
from web.policy import needs

bp = Blueprint("plays", __name__)


class PlaysOfFlow(Model):
    """Which plays of one flow, by cursor: `after` is what the page before gave as `next`."""

    state: tuple[str, ...] = ()
    size: int = USUAL_SIZE
    after: str | None = None


class Plays(PlaysOfFlow):
    """Which plays of the company."""

    flow: str | None = None


class Iterations(Model):
    """Which iterations of a loop, by cursor: `after` is what the page before gave as `next`."""

    state: tuple[str, ...] = ()
    size: int = USUAL_SIZE
    after: int | None = None


@bp.get("/plays")
@needs(Right.VIEW, somewhere=True)
def list_plays() -> Response:
    """The company's plays, newest first."""
    wanted = query(Plays, lists={"state"})
    return _listed(wanted, wanted.flow)


@bp.get("/flows/<name>/plays")
@needs(Right.VIEW, somewhere=True)
def list_plays_of_flow(name: str) -> Response:
    """The plays of one flow, newest first."""
    return _listed(query(PlaysOfFlow, lists={"state"}), name)


def _listed(wanted: PlaysOfFlow, flow: str | None) -> Response:
    found = plays.list_plays(
        asked.engine(),
        asked.actor(),
        size=wanted.size,
        after=wanted.after,
        flow=flow,
        states=wanted.state,
    )
    return jsonify({"data": found.rows, "next": found.next})


@bp.get("/plays/<play_id>")
@needs(Right.VIEW, somewhere=True)
def get_play(play_id: str) -> Response:
    """One play with its layers, without values."""
    return jsonify(plays.get_play(asked.engine(), asked.actor(), play_id))


@bp.get("/plays/<play_id>/layers/<layer_id>")
@needs(Right.VIEW, somewhere=True)
def get_layer(play_id: str, layer_id: str) -> Response:
    """One layer with its input and output; in a loop its id ends with the item's position, `price%233`."""
    return jsonify(plays.get_layer(asked.engine(), asked.actor(), play_id, layer_id))


@bp.get("/plays/<play_id>/layers/<layer_id>/iterations")
@needs(Right.VIEW, somewhere=True)
def list_iterations(play_id: str, layer_id: str) -> Response:
    """The iterations of a loop in the order of its items, without values."""
    wanted = query(Iterations, lists={"state"})
    found = iterations.list_iterations(
        asked.engine(),
        asked.actor(),
        play_id,
        layer_id,
        size=wanted.size,
        after=wanted.after,
        states=wanted.state,
    )
    return jsonify({"data": found.rows, "next": found.next})
