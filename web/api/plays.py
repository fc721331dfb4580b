"""Plays and their layers."""

from flask import Blueprint, Response, jsonify
from pydantic import Field

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import histogram, iterations, play_lines, plays, raw_values
from flow8.services.page import USUAL_SIZE
from flow8.services.play_filter import Filter
from web import asked
from web.bodies import Cursor, Text, query
from web.describe import answers
from web.moments import Moment
from web.policy import needs
from web.present import plays as present

bp = Blueprint("plays", __name__)

EVENTS_AT_ONCE = 100


class Counted(Model):
    """Which plays: in these states, by this trigger, with these words, from `from` on and before `to`.

    `trigger` is a door: `web`, `channel`, `schedule`, `mcp`, `cli`, `subflow` or `on_fail`. `text` finds
    whole words of titles and errors, or a play's id.
    """

    state: tuple[str, ...] = ()
    trigger: Text | None = None
    text: Text | None = None
    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None

    def filter(self, flow: str | None) -> Filter:
        """It as the services take it."""
        return Filter(flow, self.state, self.trigger, self.text, self.from_, self.to)


class PlaysOfFlow(Counted):
    """Which plays of one flow, by cursor: `after` is what the page before gave as `next`.

    `total` asks how many there are in all, which takes longer the more there are.
    """

    size: int = USUAL_SIZE
    after: Cursor | None = None
    total: bool = False


class Plays(PlaysOfFlow):
    """Which plays of the company."""

    flow: Text | None = None


class Buckets(Counted):
    """Which plays to count, in how many spans of equal length; without a time, of the last 24 hours."""

    flow: Text | None = None
    buckets: int = histogram.USUAL_BUCKETS


class Iterations(Model):
    """Which iterations of a loop, by cursor: `after` is what the page before gave as `next`."""

    state: tuple[str, ...] = ()
    size: int = USUAL_SIZE
    after: int | None = None


class Lines(Model):
    """Which lines: those behind `after`."""

    after: int = 0
    size: int = EVENTS_AT_ONCE


class Values(Model):
    """How much of each value: `most` bytes, if that is less than UNIT_OUTPUT_UI_MAX_BYTES."""

    most: int | None = None


class RawOfLayer(Model):
    """Which value of a layer: `input` or `output`."""

    of: str = "output"


class RawOfPlay(Model):
    """Which value of a play: `args` or `output`."""

    of: str = "output"


@bp.get("/plays")
@needs(Right.VIEW, somewhere=True)
@answers(present.PlaysShape, query=Plays, errors=("FLOW_NOT_FOUND", "TOO_MANY_PLAYS"))
def list_plays() -> Response:
    """The company's plays, newest first."""
    wanted = query(Plays, lists={"state"})
    return _listed(wanted, wanted.flow)


@bp.get("/flows/<name>/plays")
@needs(Right.VIEW, somewhere=True)
@answers(present.PlaysShape, query=PlaysOfFlow, errors=("FLOW_NOT_FOUND", "TOO_MANY_PLAYS"))
def list_plays_of_flow(name: str) -> Response:
    """The plays of one flow, newest first."""
    return _listed(query(PlaysOfFlow, lists={"state"}), name)


def _listed(wanted: PlaysOfFlow, flow: str | None) -> Response:
    found = plays.list_plays(
        asked.engine(),
        asked.actor(),
        wanted.filter(flow),
        size=wanted.size,
        after=wanted.after,
        counted=wanted.total,
    )
    total = {} if found.total is None else {"total": found.total}
    return jsonify({"data": found.rows, "next": found.next, **total})


@bp.get("/plays/histogram")
@needs(Right.VIEW, somewhere=True)
@answers(present.HistogramShape, query=Buckets, errors=("FLOW_NOT_FOUND", "TOO_MANY_PLAYS"))
def count_plays() -> Response:
    """How many plays were accepted when, by state."""
    wanted = query(Buckets, lists={"state"})
    found = histogram.histogram(
        asked.engine(), asked.actor(), wanted.filter(wanted.flow), buckets=wanted.buckets
    )
    return jsonify(present.histogram(found))


@bp.get("/plays/<play_id>")
@needs(Right.VIEW, somewhere=True)
@answers(present.PlayShape, errors=("PLAY_NOT_FOUND",))
def get_play(play_id: str) -> Response:
    """One play with its layers, without their values."""
    return jsonify(plays.get_play(asked.engine(), asked.actor(), play_id))


@bp.get("/plays/<play_id>/raw")
@needs(Right.VIEW, somewhere=True)
@answers(object, query=RawOfPlay, errors=("PLAY_NOT_FOUND",))
def get_raw_play(play_id: str) -> Response:
    """The args or the output of a play whole, as JSON."""
    of = query(RawOfPlay).of
    pieces = raw_values.raw_play_value(asked.engine(), asked.actor(), play_id, of)
    return Response(pieces, mimetype="application/json")


@bp.get("/plays/<play_id>/events")
@needs(Right.VIEW, somewhere=True)
@answers(present.EventsShape, query=Lines, errors=("PLAY_NOT_FOUND",))
def list_events(play_id: str) -> Response:
    """What happened in a play, line by line, behind the line `after`."""
    wanted = query(Lines)
    found = play_lines.list_events(
        asked.engine(), asked.actor(), play_id, after=wanted.after, size=wanted.size
    )
    return jsonify({"data": found.rows, "next": found.next})


@bp.get("/plays/<play_id>/logs")
@needs(Right.VIEW, somewhere=True)
@answers(present.LogsShape, query=Lines, errors=("PLAY_NOT_FOUND",))
def list_logs(play_id: str) -> Response:
    """What the modules of a play logged; the last 1,000 lines are kept."""
    wanted = query(Lines)
    found = play_lines.list_logs(asked.engine(), asked.actor(), play_id, after=wanted.after, size=wanted.size)
    return jsonify({"data": found.rows, "next": found.next})


@bp.get("/plays/<play_id>/layers/<layer_id>")
@needs(Right.VIEW, somewhere=True)
@answers(present.LayerShape, query=Values, errors=("PLAY_NOT_FOUND", "LAYER_NOT_FOUND", "ITERATIONS_GONE"))
def get_layer(play_id: str, layer_id: str) -> Response:
    """One layer with its input and output; in a loop its id ends with the item's position, `price%233`."""
    most = query(Values).most
    return jsonify(plays.get_layer(asked.engine(), asked.actor(), play_id, layer_id, most=most))


@bp.get("/plays/<play_id>/layers/<layer_id>/raw")
@needs(Right.VIEW, somewhere=True)
@answers(object, query=RawOfLayer, errors=("PLAY_NOT_FOUND", "LAYER_NOT_FOUND", "ITERATIONS_GONE"))
def get_raw_layer(play_id: str, layer_id: str) -> Response:
    """The output or the input of a layer whole, as JSON."""
    of = query(RawOfLayer).of
    pieces = raw_values.raw_layer_value(asked.engine(), asked.actor(), play_id, layer_id, of)
    return Response(pieces, mimetype="application/json")


@bp.get("/plays/<play_id>/layers/<layer_id>/iterations")
@needs(Right.VIEW, somewhere=True)
@answers(
    present.IterationsShape,
    query=Iterations,
    errors=("PLAY_NOT_FOUND", "LAYER_NOT_FOUND", "LOOP_NOT_FOUND", "ITERATIONS_GONE"),
)
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
