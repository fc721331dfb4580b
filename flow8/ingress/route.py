"""Which route of a channel a request means."""

import logging
from typing import ClassVar
from urllib.parse import unquote

from flow8.domain.routes import Entry, Found, compile_path, find_route
from flow8.errors import Flow8Error, Invalid, NotFound
from flow8.services.channel_rules import TCP, WEBSOCKET
from flow8.store.channels import Channel, Route

KEPT_CHANNELS = 1000

log = logging.getLogger("channels")


class WrongMethod(Flow8Error):
    """This path is served for other methods; the Allow header names them."""

    status: ClassVar[int] = 405
    code: ClassVar[str] = "METHOD_NOT_ALLOWED"

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self.allowed = allowed
        super().__init__()


def match(channel: Channel, method: str, path: str) -> Found[Route]:
    """The route for a method and a path as it came, percent-encoded.

    Raises:
        NotFound: no route has this path.
        WrongMethod: none has it with this method.
    """
    if channel.kind == TCP:
        return _by_name(channel, path)
    found = find_route(_entries(channel), method, path)
    if isinstance(found, Found):
        return found
    if found.allowed:
        raise WrongMethod(found.allowed)
    raise NotFound("This channel has no route for this path.", code="ROUTE_NOT_FOUND")


def _by_name(channel: Channel, path: str) -> Found[Route]:
    """The route of a `tcp` channel that is named, or its only one."""
    name, enabled = unquote(path.removeprefix("/")), [route for route in channel.routes if route.enabled]
    named = enabled if not name and len(enabled) == 1 else [each for each in enabled if each.name == name]
    if not named:
        raise NotFound("This channel has no route of this name; send it as 'route'.", code="ROUTE_NOT_FOUND")
    return Found(named[0], {})


_kept: dict[tuple[str, int], list[Entry[Route]]] = {}


def _entries(channel: Channel) -> list[Entry[Route]]:
    """The routes of a revision of a channel, compiled once: it never changes."""
    key = (channel.id, channel.rev)
    if key not in _kept:
        if len(_kept) >= KEPT_CHANNELS:
            _kept.clear()
        _kept[key] = [entry for route in channel.routes for entry in _compiled(channel, route)]
    return _kept[key]


def _compiled(channel: Channel, route: Route) -> list[Entry[Route]]:
    method = "GET" if channel.kind == WEBSOCKET else route.http_method
    if not route.enabled or method is None or route.path is None:
        return []
    try:
        return [Entry(method, compile_path(route.path), route)]
    except Invalid as error:
        log.warning("route '%s' of channel '%s' is not served: %s", route.name, channel.slug, error)
        return []
