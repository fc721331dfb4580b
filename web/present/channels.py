"""Channels with their routes; a token is shown once, when its channel is made."""

from typing import Any

from flow8.services.channels import MadeChannel
from flow8.store.channels import Channel, Route


def channel(found: Channel) -> dict[str, Any]:
    """A channel; `port` is null while it has none."""
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


def made(new: MadeChannel) -> dict[str, Any]:
    """A new channel with its token, which nobody is shown again; null where it needs none."""
    return {**channel(new.channel), "authToken": new.token}


def route(found: Route) -> dict[str, Any]:
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
