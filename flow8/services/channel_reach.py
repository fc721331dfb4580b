"""Who can come in through a channel: where it is, whether it is listened on, what stands in the way."""

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from config.settings import Settings
from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.asking import must
from flow8.services.channel_rules import HTTP, MCP, PUBLIC, TCP, WEBSOCKET
from flow8.services.channels import channel_named
from flow8.store.channels import Channel, Route

KNOCK_SECONDS: Final = 1.0
SCHEMES: Final = {HTTP: "http", WEBSOCKET: "ws", TCP: "tcp"}
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not listened on


@dataclass(frozen=True)
class Reach:
    """`address` is that of its own port; `answers` whether it is listened on, None where it should not be.

    Each note has a code as its path, and a sentence with the fix.
    """

    address: str | None
    answers: bool | None
    notes: tuple[Problem, ...]


@dataclass(frozen=True)
class _Door:
    host: str
    port: int

    @property
    def near(self) -> str:
        """The host as it is called from the same machine."""
        return EVERYWHERE.get(self.host, self.host)

    @property
    def is_of_this_machine(self) -> bool:
        """Whether nobody else can come here."""
        return _is_loopback(self.host)


def reach(engine: Engine, actor: Actor, channel: str) -> Reach:
    """How far a channel reaches now; its port is knocked at, from here.

    Raises:
        Denied: without the right to view.
        NotFound: CHANNEL_NOT_FOUND.
    """
    must(engine, actor, Right.VIEW, "channels.reach", channel)
    found = channel_named(engine, actor.company_id, channel)
    door = _door(engine.settings, found)
    answers = _listens(door) if door and found.enabled else None
    notes = (*_own_notes(engine.settings, found, door, answers=answers), *_route_notes(engine, found))
    return Reach(_address(engine.settings, found, door), answers, notes)


def _door(settings: Settings, channel: Channel) -> _Door | None:
    if channel.kind == MCP:
        return (
            _Door(settings.mcp_server_host, settings.mcp_server_port) if settings.mcp_server_enabled else None
        )
    return _Door(settings.channel_host, channel.port) if channel.port else None


def _address(settings: Settings, channel: Channel, door: _Door | None) -> str | None:
    """As the others call it: by the name in PUBLIC_URL where the port is open to all."""
    if door is None:
        return None
    host = str(urlsplit(settings.public_url).hostname) if door.host in EVERYWHERE else door.host
    place = f"[{host}]" if ":" in host else host
    path = "/mcp" if channel.kind == MCP else ""
    return f"{SCHEMES.get(channel.kind, 'http')}://{place}:{door.port}{path}"


def _listens(door: _Door) -> bool:
    try:
        socket.create_connection((door.near, door.port), KNOCK_SECONDS).close()
    except OSError:
        return False
    return True


def _own_notes(
    settings: Settings, channel: Channel, door: _Door | None, *, answers: bool | None
) -> Iterator[Problem]:
    if channel.kind == MCP and door is None:
        yield Problem("MCP_OFF", "The MCP server is off; set MCP_SERVER_ENABLED=true.")
    if not channel.enabled:
        yield Problem("OFF", "The channel is off: every request is refused. Switch it on.")
        return
    if channel.port_problem:
        yield Problem("PORT_PROBLEM", f"{channel.port_problem}.")
    elif door and answers is False:
        yield Problem("NOT_LISTENED", _nobody_listens(channel, door))
    if channel.auth_mode == PUBLIC:
        yield Problem(
            "PUBLIC", "It is public: whoever knows its address can start its flows, without a token."
        )
    if door and door.is_of_this_machine:
        yield Problem("THIS_MACHINE", _only_here(channel, door))
    if channel.kind == HTTP and _is_loopback(str(urlsplit(settings.public_url).hostname)):
        sentence = f"PUBLIC_URL is {settings.public_url}, for this machine only; set it to what others use."
        yield Problem("PUBLIC_URL", sentence)


def _nobody_listens(channel: Channel, door: _Door) -> str:
    seen = f"Nothing listens on {door.near}:{door.port}, seen from the web"
    if channel.kind == MCP:
        return f"{seen}. Run ./flow8core mcp; one that runs on another machine cannot be seen from here."
    front = " Its address on the front works all the same." if channel.kind == HTTP else ""
    return (
        f"{seen}. A new channel is served within two seconds; then run a worker that serves channels: "
        f"./flow8core worker. One that runs on another machine cannot be seen from here.{front}"
    )


def _only_here(channel: Channel, door: _Door) -> str:
    name = "MCP_SERVER_HOST" if channel.kind == MCP else "CHANNEL_HOST"
    front = "; its address on the front is as open as the front" if channel.kind == HTTP else ""
    only = f"Its port is open to this machine only ({name} is {door.host})"
    return f"{only}; set {name} to 0.0.0.0 for others{front}."


def _route_notes(engine: Engine, channel: Channel) -> Iterator[Problem]:
    routes = [route for route in channel.routes if route.enabled]
    if not routes:
        what = "no tool" if channel.kind == MCP else "no route that is on"
        yield Problem("NO_ROUTE", f"It has {what}, so it leads nowhere. Add one below.")
    for route in routes:
        yield from _flow_notes(engine, channel, route)


def _flow_notes(engine: Engine, channel: Channel, route: Route) -> Iterator[Problem]:
    for flow_id in route.target_flow_ids:
        flow = engine.store.flows.find(channel.company_id, flow_id)
        if flow is None:
            yield Problem("FLOW_GONE", f"Route '{route.name}': its flow was deleted; name another one.")
        elif not flow.published:
            told = f"Route '{route.name}': flow '{flow.permanent_id}' was never published; publish it."
            yield Problem("FLOW_NOT_PUBLISHED", told)
        elif not flow.enabled:
            told = f"Route '{route.name}': flow '{flow.permanent_id}' is disabled; enable it."
            yield Problem("FLOW_DISABLED", told)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
