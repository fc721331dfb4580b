"""Channels with their routes; a token is shown once, when its channel is made."""

from datetime import datetime

from typing_extensions import TypedDict

from flow8.services.channel_reach import Reach
from flow8.services.channel_requests import Traffic
from flow8.services.channel_rules import HTTP
from flow8.services.channels import MadeChannel
from flow8.store.channel_requests import ChannelRequest
from flow8.store.channels import Channel, Route


class RouteShape(TypedDict):
    """A route: an HTTP method and path, a path, a tool's name or its own name, to one or more flows."""

    id: str
    name: str
    httpMethod: str | None
    path: str | None
    toolName: str | None
    description: str | None
    targetFlowIds: list[str]
    responseMode: str
    timeoutSeconds: float
    enabled: bool


class ChannelShape(TypedDict):
    """A channel with its routes; `port` is null while it has none.

    `url` is where the front serves an `http` channel. `portProblem` says why its port could not be opened.
    """

    id: str
    name: str
    slug: str
    kind: str
    authMode: str
    sender: str
    enabled: bool
    port: int | None
    portProblem: str | None
    url: str | None
    createdAt: datetime
    routes: list[RouteShape]


class MadeChannelShape(ChannelShape):
    """A channel with its new token, which nobody is shown again; null where it has none, or no new one."""

    authToken: str | None


class RequestShape(TypedDict):
    """One request to a channel; `door` is `port` or `front`, `method` MESSAGE for a message of a socket."""

    at: datetime
    method: str
    path: str
    status: int
    durationMs: int
    ip: str
    door: str
    playId: str | None
    error: str | None


class TrafficShape(TypedDict):
    """How a channel's last requests went, at most 50; `refused` were answered 4xx, `failed` 5xx."""

    channelId: str
    count: int
    refused: int
    failed: int
    p95Ms: int
    last: RequestShape


class NoteShape(TypedDict):
    """What one has to know of a channel: a code for programs, a sentence with the fix for people."""

    code: str
    message: str


class ReachShape(TypedDict):
    """Where a channel's own port is, and whether something listens there; null where nothing should."""

    address: str | None
    answers: bool | None
    notes: list[NoteShape]


def channel(found: Channel, front: str) -> ChannelShape:
    """A channel; `front` is where the front serves channels of its company."""
    return {
        "id": found.id,
        "name": found.name,
        "slug": found.slug,
        "kind": found.kind,
        "authMode": found.auth_mode,
        "sender": found.sender,
        "enabled": found.enabled,
        "port": found.port or None,
        "portProblem": found.port_problem,
        "url": f"{front}{found.slug}" if found.kind == HTTP else None,
        "createdAt": found.created_at,
        "routes": [route(each) for each in found.routes],
    }


def made(new: MadeChannel, front: str) -> MadeChannelShape:
    """A channel with its new token."""
    return {**channel(new.channel, front), "authToken": new.token}


def request(found: ChannelRequest) -> RequestShape:
    """One request."""
    return {
        "at": found.at,
        "method": found.method,
        "path": found.path,
        "status": found.status,
        "durationMs": found.duration_ms,
        "ip": found.ip,
        "door": found.door,
        "playId": found.play_id,
        "error": found.error,
    }


def traffic(found: Traffic) -> TrafficShape:
    """How the last requests went."""
    return {
        "channelId": found.channel_id,
        "count": found.count,
        "refused": found.refused,
        "failed": found.failed,
        "p95Ms": found.p95_ms,
        "last": request(found.last),
    }


def route(found: Route) -> RouteShape:
    """One route."""
    return {
        "id": found.id,
        "name": found.name,
        "httpMethod": found.http_method,
        "path": found.path,
        "toolName": found.tool_name,
        "description": found.description,
        "targetFlowIds": list(found.target_flow_ids),
        "responseMode": found.response_mode,
        "timeoutSeconds": found.timeout_seconds,
        "enabled": found.enabled,
    }


def reach(found: Reach) -> ReachShape:
    """How far a channel reaches."""
    return {
        "address": found.address,
        "answers": found.answers,
        "notes": [{"code": note.path, "message": note.message} for note in found.notes],
    }
