"""Channels and their routes."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import channels
from flow8.services.channel_rules import HEADER_TOKEN, SYNC, USUAL_TIMEOUT
from web import asked
from web.bodies import Flag, Number, Text, json_body, query
from web.describe import answers
from web.paging import Paging
from web.policy import needs
from web.present import channels as present
from web.present.lists import ListShape, PageShape, page_of

bp = Blueprint("channels", __name__)


class NewChannel(Model):
    """A wish for a channel; without `authToken` one is made where the channel needs one."""

    name: Text
    kind: Text
    auth_mode: Text = HEADER_TOKEN
    auth_token: Text | None = None
    enabled: Flag = True


class ChannelSwitch(Model):
    """A channel on or off."""

    enabled: Flag


class NewRoute(Model):
    """A wish for a route: with `httpMethod` and `path`, or with `toolName`."""

    name: Text
    target_flow_ids: tuple[Text, ...]
    http_method: Text | None = None
    path: Text | None = None
    tool_name: Text | None = None
    description: Text | None = None
    response_mode: Text = SYNC
    timeout_seconds: Number = USUAL_TIMEOUT


@bp.get("/channels")
@needs(Right.VIEW)
@answers(PageShape[present.ChannelShape], query=Paging)
def list_channels() -> Response:
    """The company's channels."""
    wanted = query(Paging)
    found = channels.list_channels(asked.engine(), asked.actor(), page=wanted.page, size=wanted.size)
    return jsonify(page_of(found, present.channel))


@bp.post("/channels")
@needs(Right.EDIT)
@answers(
    present.MadeChannelShape,
    HTTPStatus.CREATED,
    body=NewChannel,
    errors=(
        "CHANNEL_EXISTS",
        "NO_FREE_PORT",
    ),
)
def create_channel() -> ResponseReturnValue:
    """A new channel; its token is in this answer and nowhere else."""
    wish = json_body(NewChannel)
    made = channels.create_channel(asked.engine(), asked.actor(), **dict(wish))
    return jsonify(present.made(made)), HTTPStatus.CREATED


@bp.get("/channels/<name>")
@needs(Right.VIEW)
@answers(present.ChannelShape, errors=("CHANNEL_NOT_FOUND",))
def get_channel(name: str) -> Response:
    """One channel, by id or slug."""
    return jsonify(present.channel(channels.get_channel(asked.engine(), asked.actor(), name)))


@bp.put("/channels/<name>")
@needs(Right.EDIT)
@answers(
    present.ChannelShape,
    body=ChannelSwitch,
    errors=(
        "CHANNEL_NOT_FOUND",
        "CHANNEL_CHANGED",
        "NO_FREE_PORT",
    ),
)
def switch_channel(name: str) -> Response:
    """ChannelSwitch a channel on or off."""
    wish = json_body(ChannelSwitch)
    found = channels.set_enabled(asked.engine(), asked.actor(), name, enabled=wish.enabled)
    return jsonify(present.channel(found))


@bp.get("/channels/<name>/routes")
@needs(Right.VIEW)
@answers(ListShape[present.RouteShape], errors=("CHANNEL_NOT_FOUND",))
def list_routes(name: str) -> Response:
    """All routes of a channel, in the order they were made."""
    found = channels.get_channel(asked.engine(), asked.actor(), name)
    return jsonify({"data": [present.route(route) for route in found.routes]})


@bp.post("/channels/<name>/routes")
@needs(Right.EDIT)
@answers(
    present.RouteShape,
    HTTPStatus.CREATED,
    body=NewRoute,
    errors=(
        "CHANNEL_NOT_FOUND",
        "CHANNEL_CHANGED",
    ),
)
def add_route(name: str) -> ResponseReturnValue:
    """A new route."""
    wish = dict(json_body(NewRoute))
    targets = wish.pop("target_flow_ids")
    changed = channels.add_route(asked.engine(), asked.actor(), name, target_flows=targets, **wish)
    return jsonify(present.route(changed.routes[-1])), HTTPStatus.CREATED
