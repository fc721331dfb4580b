"""The list of plays, one play with its layers, one layer with its whole values, the items of a loop."""

from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.domain.play import LayerState, PlayState
from flow8.services import flows, iterations, plays
from flow8.services.page import LARGEST_SIZE, USUAL_SIZE
from flow8.services.play_filter import Filter
from web import asked
from web.bodies import Cursor, query
from web.pages.shown import LONGEST_VALUE, Text, text_of
from web.pages.ui import in_the_ui
from web.policy import needs

SHOWN_LAYERS: Final = 20
"""The layers whose values a play's page shows; those of more have a page each."""
REFRESH_SECONDS: Final = 2
CHANGING: Final = frozenset({PlayState.NEW, PlayState.RUN})

bp = Blueprint("play_pages", __name__)


class Wanted(Model):
    """Which plays to list; empty fields of the form mean any."""

    state: str = ""
    flow: str = ""
    after: Cursor | None = None


class View(Model):
    """How to look at a play: `refresh=off` keeps its page still."""

    refresh: str = "on"


class Items(Model):
    """Which items of a loop to list; an empty state means any."""

    state: str = ""
    after: int | None = None


@dataclass(frozen=True)
class Layer:
    """A layer and, where they are shown, its values; `depth` is in how many loops it stands."""

    about: dict[str, Any]
    input: Text | None = None
    output: Text | None = None
    depth: int = 0


@bp.get("/plays")
@needs(Right.VIEW, somewhere=True)
@in_the_ui
def list_plays() -> str:
    """Plays, newest first."""
    wanted = query(Wanted)
    found = plays.list_plays(
        asked.engine(),
        asked.actor(),
        Filter(flow=wanted.flow or None, states=(wanted.state,) if wanted.state else ()),
        size=USUAL_SIZE,
        after=wanted.after,
    )
    known = flows.list_flows(asked.engine(), asked.actor(), page=1, size=LARGEST_SIZE)
    return render_template("plays.html", found=found, wanted=wanted, states=list(PlayState), flows=known.data)


@bp.get("/plays/<play_id>")
@needs(Right.VIEW, somewhere=True)
@in_the_ui
def show_play(play_id: str) -> Response:
    """One play; its page renews itself while the play goes on."""
    view = query(View)
    play = plays.get_play(asked.engine(), asked.actor(), play_id)
    renews = play["state"] in CHANGING and view.refresh == "on"
    depths = _depths(play["layers"])
    layers = [
        replace(_layer(play_id, about, place), depth=depths[about["ref"]])
        for place, about in enumerate(play["layers"])
    ]
    page = make_response(
        render_template(
            "play.html", play=play, layers=layers, renews=renews, opened=_opened(play), values=_values(play)
        )
    )
    if renews:
        page.headers["Refresh"] = str(REFRESH_SECONDS)
    return page


@bp.get("/plays/<play_id>/layers/<layer_id>")
@needs(Right.VIEW, somewhere=True)
def show_layer(play_id: str, layer_id: str) -> str:
    """One layer with as much of its values as the service shows."""
    play = plays.get_play(asked.engine(), asked.actor(), play_id)
    layer = _with_values(play_id, layer_id, asked.settings().unit_output_ui_max_bytes)
    return render_template("layer.html", play=play, layer=layer, loop=_loop_around(layer.about))


@bp.get("/plays/<play_id>/layers/<layer_id>/iterations")
@needs(Right.VIEW, somewhere=True)
def list_items(play_id: str, layer_id: str) -> str:
    """The items of a loop with what became of each."""
    wanted = query(Items)
    engine, actor = asked.engine(), asked.actor()
    layer = plays.get_layer(engine, actor, play_id, layer_id)
    states = (wanted.state,) if wanted.state else ()
    found = iterations.list_iterations(engine, actor, play_id, layer_id, after=wanted.after, states=states)
    play = plays.get_play(engine, actor, play_id)
    return render_template(
        "iterations.html",
        play=play,
        about=layer,
        found=found,
        wanted=wanted,
        states=iterations.STATES,
        loop=_loop_around(layer),
    )


def _loop_around(about: dict[str, Any]) -> str | None:
    """The id of the loop's layer in which a layer stands."""
    if about["inside"] is None:
        return None
    suffix, _, _ = about["layerId"].removeprefix(about["ref"]).rpartition("#")
    return f"{about['inside']}{suffix}"


def _depths(rows: list[dict[str, Any]]) -> dict[str, int]:
    """In how many loops each flowlet stands; a loop comes before what is inside it."""
    depths: dict[str, int] = {}
    for row in rows:
        depths[row["ref"]] = 0 if row["inside"] is None else depths[row["inside"]] + 1
    return depths


def _values(play: dict[str, Any]) -> dict[str, Text]:
    """What the play was given and, once it is over, what came of it."""
    shown = {"Args": text_of(play["args"], truncated=play["argsTruncated"], longest=LONGEST_VALUE)}
    if play["output"] is not None:
        shown["Output"] = text_of(play["output"], truncated=play["outputTruncated"], longest=LONGEST_VALUE)
    return shown


def _opened(play: dict[str, Any]) -> set[str]:
    """The layers that one wants to see first: what failed; of a play that is done, the last that is."""
    states = {layer["layerId"]: layer["state"] for layer in play["layers"] if layer["layerId"]}
    failed = {name for name, state in states.items() if state == LayerState.FAIL}
    done = [name for name, state in states.items() if state == LayerState.DONE]
    return failed | set(done[-1:] if play["state"] == PlayState.DONE else ())


def _layer(play_id: str, about: dict[str, Any], place: int) -> Layer:
    if about["startedAt"] is None or place >= SHOWN_LAYERS:
        return Layer(about)
    return replace(_with_values(play_id, about["layerId"], LONGEST_VALUE), about=about)


def _with_values(play_id: str, layer_id: str, longest: int) -> Layer:
    found = plays.get_layer(asked.engine(), asked.actor(), play_id, layer_id)
    return Layer(
        found,
        text_of(found["input"], truncated=found["inputTruncated"], longest=longest),
        text_of(found["output"], truncated=found["truncated"], longest=longest),
    )
