"""Channels with their routes; a token is shown once, when its channel is made."""

from datetime import datetime

from typing_extensions import TypedDict

from flow8.services.channels import MadeChannel
from flow8.store.channels import Channel, Route


class RouteShape(TypedDict):
    """A route: an HTTP method and path, or a tool's name, to one or more flows."""

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
    """A channel with its routes; `port` is null while it has none."""

    id: str
    name: str
    slug: str
    kind: str
    authMode: str
    enabled: bool
    port: int | None
    createdAt: datetime
    routes: list[RouteShape]


class MadeChannelShape(ChannelShape):
    """A new channel with its token, which nobody is shown again; null where it needs none."""

    authToken: str | None


def channel(found: Channel) -> ChannelShape:
    """A channel."""
    return {
        "id": found.id,
        "name": found.name,
        "slug": found.slug,
        "kind": found.kind,
        "authMode": found.auth_mode,
        "enabled": found.enabled,
        "port": found.port or None,
        "createdAt": found.created_at,
        "routes": [route(each) for each in found.routes],
    }


def made(new: MadeChannel) -> MadeChannelShape:
    """A new channel with its token."""
    return {**channel(new.channel), "authToken": new.token}


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
