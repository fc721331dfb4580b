"""Channels and their routes."""

from dataclasses import asdict
from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right
from flow8.domain.model import Model
from flow8.services import channel_changes, channel_reach, channel_requests, channels
from flow8.services.channel_changes import ChannelWish
from flow8.services.channel_rules import FLOW8, HEADER_TOKEN, SYNC, USUAL_TIMEOUT, RouteWish
from web import asked
from web.bodies import Flag, Number, Text, json_body, query
from web.describe import answers
from web.paging import Paging
from web.policy import needs
from web.present import channels as present
from web.present.lists import ListShape, PageShape, page_of

bp = Blueprint("channels", __name__)


class NewChannel(Model):
    """A wish for a channel; without `authToken` one is made where the channel needs one.

    `sender` says how requests to an `hmac` channel are signed: `flow8`, `github`, `stripe` or `slack`.
    """

    name: Text
    kind: Text
    auth_mode: Text = HEADER_TOKEN
    auth_token: Text | None = None
    sender: Text = FLOW8
    enabled: Flag = True


class ChannelChange(Model):
    """What shall be otherwise about a channel; what is left out stays. `renewToken` makes a new token."""

    name: Text | None = None
    auth_mode: Text | None = None
    auth_token: Text | None = None
    renew_token: Flag = False
    sender: Text | None = None
    enabled: Flag | None = None


class NewRoute(Model):
    """A wish for a route: with `httpMethod` and `path` in an `http` channel, `path` in a `websocket` one.

    In an `mcp` channel it has a `toolName`; in a `tcp` one its name alone says which it is.
    """

    name: Text
    target_flow_ids: tuple[Text, ...]
    http_method: Text | None = None
    path: Text | None = None
    tool_name: Text | None = None
    description: Text | None = None
    response_mode: Text = SYNC
    timeout_seconds: Number = USUAL_TIMEOUT
    enabled: Flag = True

    def wish(self) -> RouteWish:
        """It as the services take it."""
        fields = dict(self)
        return RouteWish(target_flows=fields.pop("target_flow_ids"), **fields)


@bp.get("/channels")
@needs(Right.VIEW)
@answers(PageShape[present.ChannelShape], query=Paging)
def list_channels() -> Response:
    """The company's channels."""
    wanted = query(Paging)
    found = channels.list_channels(asked.engine(), asked.actor(), page=wanted.page, size=wanted.size)
    front = _front()
    return jsonify(page_of(found, lambda each: present.channel(each, front)))


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
    return jsonify(present.made(made, _front())), HTTPStatus.CREATED


@bp.get("/channels/<name>")
@needs(Right.VIEW)
@answers(present.ChannelShape, errors=("CHANNEL_NOT_FOUND",))
def get_channel(name: str) -> Response:
    """One channel, by id or slug."""
    return jsonify(present.channel(channels.get_channel(asked.engine(), asked.actor(), name), _front()))


@bp.put("/channels/<name>")
@needs(Right.EDIT)
@answers(
    present.MadeChannelShape,
    body=ChannelChange,
    errors=(
        "CHANNEL_NOT_FOUND",
        "CHANNEL_CHANGED",
        "NO_FREE_PORT",
    ),
)
def change_channel(name: str) -> Response:
    """Change a channel, or switch it on or off; a new token is in this answer and nowhere else."""
    wish = ChannelWish(**dict(json_body(ChannelChange)))
    made = channel_changes.change_channel(asked.engine(), asked.actor(), name, wish)
    return jsonify(present.made(made, _front()))


@bp.delete("/channels/<name>")
@needs(Right.EDIT)
@answers(None, HTTPStatus.NO_CONTENT, errors=("CHANNEL_NOT_FOUND",))
def remove_channel(name: str) -> ResponseReturnValue:
    """Remove a channel with its routes; its port is free."""
    channel_changes.remove_channel(asked.engine(), asked.actor(), name)
    return "", HTTPStatus.NO_CONTENT


@bp.get("/channels/<name>/requests")
@needs(Right.VIEW)
@answers(ListShape[present.RequestShape], errors=("CHANNEL_NOT_FOUND",))
def list_requests(name: str) -> Response:
    """The last 50 requests to a channel, newest first, without their contents."""
    found = channel_requests.list_requests(asked.engine(), asked.actor(), name)
    return jsonify({"data": [present.request(each) for each in found]})


@bp.get("/channel-traffic")
@needs(Right.VIEW)
@answers(ListShape[present.TrafficShape])
def list_traffic() -> Response:
    """How the last requests of each channel went; a channel that was never sent anything is left out."""
    found = channel_requests.traffic(asked.engine(), asked.actor())
    return jsonify({"data": [present.traffic(each) for each in found]})


@bp.get("/channels/<name>/reach")
@needs(Right.VIEW)
@answers(present.ReachShape, errors=("CHANNEL_NOT_FOUND",))
def get_reach(name: str) -> Response:
    """Where a channel is, whether something listens there now, and what stands in the way of who comes."""
    return jsonify(present.reach(channel_reach.reach(asked.engine(), asked.actor(), name)))


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
    wish = asdict(json_body(NewRoute).wish())
    changed = channels.add_route(asked.engine(), asked.actor(), name, **wish)
    return jsonify(present.route(changed.routes[-1])), HTTPStatus.CREATED


@bp.put("/channels/<name>/routes/<route_id>")
@needs(Right.EDIT)
@answers(
    present.RouteShape,
    body=NewRoute,
    errors=("CHANNEL_NOT_FOUND", "ROUTE_NOT_FOUND", "CHANNEL_CHANGED"),
)
def change_route(name: str, route_id: str) -> Response:
    """Another route in the place of one, under its id; what is left out gets its usual value."""
    wish = json_body(NewRoute).wish()
    changed = channel_changes.change_route(asked.engine(), asked.actor(), name, route_id, wish)
    return jsonify(present.route(channel_changes.route_named(changed, route_id)))


@bp.delete("/channels/<name>/routes/<route_id>")
@needs(Right.EDIT)
@answers(
    None,
    HTTPStatus.NO_CONTENT,
    errors=("CHANNEL_NOT_FOUND", "ROUTE_NOT_FOUND", "CHANNEL_CHANGED"),
)
def remove_route(name: str, route_id: str) -> ResponseReturnValue:
    """Remove a route."""
    channel_changes.remove_route(asked.engine(), asked.actor(), name, route_id)
    return "", HTTPStatus.NO_CONTENT


def _front() -> str:
    return channels.front_address(asked.engine(), asked.actor().company_id)
