"""How flows fare and what leads to them, and the examples to begin with."""

from datetime import datetime

from typing_extensions import TypedDict

from flow8.services.channel_rules import HTTP
from flow8.services.examples import Example
from flow8.services.flow_overviews import Overview, VersionNumbers
from flow8.services.flow_uses import Uses
from flow8.store.channels import Channel, Route
from flow8.store.schedules import Schedule


class TickShape(TypedDict):
    """One of the last plays."""

    id: str
    state: str
    title: str | None


class DoorShape(TypedDict):
    """A route that leads to a flow; `address` is its URL where the front serves it."""

    channelId: str
    channel: str
    kind: str
    routeId: str
    route: str
    httpMethod: str | None
    path: str | None
    toolName: str | None
    port: int | None
    address: str | None
    enabled: bool


class TimerShape(TypedDict):
    """A schedule that plays a flow."""

    id: str
    name: str
    cron: str | None
    timeZone: str
    intervalSeconds: int | None
    enabled: bool
    nextAt: datetime | None


class OverviewShape(TypedDict):
    """How the last 50 plays of a flow went, the last 12 one by one, and what starts it.

    `wentWell` and `failed` count those that are over, but not the cancelled ones.
    """

    flowId: str
    latest: list[TickShape]
    wentWell: int
    failed: int
    p95Ms: int | None
    doors: list[DoorShape]
    timers: list[TimerShape]


class FlowUsesShape(TypedDict):
    """What leads to a flow; `flows` are permanent ids of published flows that play it."""

    doors: list[DoorShape]
    timers: list[TimerShape]
    flows: list[str]


class VersionNumbersShape(TypedDict):
    """How many of the last plays were of a version, and how they went."""

    version: int
    plays: int
    wentWell: int
    failed: int


class CategoryShape(TypedDict):
    """A category, and how many flows are of it."""

    name: str
    flows: int


class StarterShape(TypedDict):
    """A flow to begin with: import its `text`."""

    name: str
    title: str
    description: str | None
    flowlets: int
    makesChannels: bool
    text: str


def overview(found: Overview, front: str) -> OverviewShape:
    """How a flow fares; `front` is where the front serves the company's channels."""
    return {
        "flowId": found.flow_id,
        "latest": [
            {"id": play["_id"], "state": play["state"], "title": play.get("title")} for play in found.latest
        ],
        "wentWell": found.went_well,
        "failed": found.failed,
        "p95Ms": found.p95_ms,
        "doors": [_door(channel, route, front) for channel, route in found.routes],
        "timers": [_timer(each) for each in found.schedules],
    }


def uses(found: Uses, front: str) -> FlowUsesShape:
    """What leads to a flow."""
    return {
        "doors": [_door(channel, route, front) for channel, route in found.routes],
        "timers": [_timer(each) for each in found.schedules],
        "flows": list(found.flows),
    }


def version_numbers(found: VersionNumbers) -> VersionNumbersShape:
    """How the plays of a version went."""
    return {
        "version": found.version,
        "plays": found.plays,
        "wentWell": found.went_well,
        "failed": found.failed,
    }


def example(found: Example) -> StarterShape:
    """A flow to begin with."""
    return {
        "name": found.name,
        "title": found.title,
        "description": found.description,
        "flowlets": found.flowlets,
        "makesChannels": found.makes_channels,
        "text": found.text,
    }


def _door(channel: Channel, route: Route, front: str) -> DoorShape:
    return {
        "channelId": channel.id,
        "channel": channel.slug,
        "kind": channel.kind,
        "routeId": route.id,
        "route": route.name,
        "httpMethod": route.http_method,
        "path": route.path,
        "toolName": route.tool_name,
        "port": channel.port or None,
        "address": f"{front}{channel.slug}{route.path}" if channel.kind == HTTP and route.path else None,
        "enabled": channel.enabled and route.enabled,
    }


def _timer(found: Schedule) -> TimerShape:
    return {
        "id": found.id,
        "name": found.name,
        "cron": found.timing.cron,
        "timeZone": found.timing.time_zone,
        "intervalSeconds": found.timing.interval_seconds,
        "enabled": found.enabled,
        "nextAt": found.due_at,
    }
