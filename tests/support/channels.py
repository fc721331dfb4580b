"""Channels and requests for tests, complete and valid unless a test says otherwise."""

import hashlib
from typing import Any

from flow8.clock import utc_now
from flow8.engine.engine import Engine
from flow8.ids import new_id
from flow8.ingress import Inbound
from flow8.services.channel_rules import token_place
from flow8.store.channels import Channel, Route
from tests.support.factories import COMPANY

TOKEN = "a-token-of-the-tests"


def a_route(**changes: Any) -> Route:
    """`POST /orders`, answered with the play's output."""
    values: dict[str, Any] = {
        "id": new_id(),
        "name": "orders",
        "target_flow_ids": ("f" * 24,),
        "http_method": "POST",
        "path": "/orders",
    }
    return Route(**{**values, **changes})


def a_channel(*routes: Route, **changes: Any) -> Channel:
    """An enabled http channel whose token is `TOKEN`."""
    values: dict[str, Any] = {
        "id": new_id(),
        "company_id": COMPANY,
        "name": "Orders",
        "slug": "orders",
        "kind": "http",
        "auth_mode": "header_token",
        "token_digest": hashlib.sha256(TOKEN.encode()).hexdigest(),
        "enabled": True,
        "created_at": utc_now(),
        "routes": routes or (a_route(),),
    }
    return Channel(**{**values, **changes})


def token_of(engine: Engine, channel: Channel) -> str:
    """The token that a channel keeps, opened."""
    assert channel.sealed_token is not None
    return engine.vault.open(token_place(channel.company_id, channel.id), channel.sealed_token)


def an_inbound(body: bytes = b"", headers: dict[str, str] | None = None, **changes: Any) -> Inbound:
    """`POST /orders` with the token; a body is JSON unless `headers` say otherwise."""
    sent = {"authorization": f"Bearer {TOKEN}", "host": "localhost", **(headers or {})}
    if body:
        sent.setdefault("content-type", "application/json")
    values: dict[str, Any] = {"method": "POST", "path": "/orders", "query": "", "ip": "192.0.2.7"}
    return Inbound(**{**values, "headers": sent, "body": body, **changes})
