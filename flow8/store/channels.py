"""Channels with their routes: the ways in from outside."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from flow8.clock import utc_now
from flow8.errors import Conflict, Unavailable
from flow8.store.database import Document, Documents
from flow8.store.sealed import Sealed

NO_FREE_PORT = "NO_FREE_PORT"


@dataclass(frozen=True)
class Route:
    """One way through a channel to a flow: an HTTP method and path, a path, or a tool name."""

    id: str
    name: str
    target_flow_ids: tuple[str, ...]
    http_method: str | None = None
    path: str | None = None
    tool_name: str | None = None
    description: str | None = None
    response_mode: str = "sync"
    timeout_seconds: float = 30.0
    enabled: bool = True


@dataclass(frozen=True)
class Channel:
    """A way in. `port` is 0 without one; `rev` counts changes; `sealed_token` is its token, sealed.

    `sender` says how requests are signed that an `hmac` channel lets in. `port_problem` is why a worker could
    not open the port when it last tried.

    A channel of before tokens were sealed has `token_digest` instead, its token's SHA-256.
    """

    id: str
    company_id: str
    name: str
    slug: str
    kind: str
    auth_mode: str
    token_digest: str | None
    enabled: bool
    created_at: datetime
    port: int = 0
    rev: int = 1
    sealed_token: str | None = None
    routes: tuple[Route, ...] = field(default_factory=tuple)
    sender: str = "flow8"
    port_problem: str | None = None


class Channels:
    """The collection `channels`."""

    def __init__(self, database: Documents) -> None:
        self._channels = database["channels"]

    def create(self, channel: Channel) -> Channel:
        """Keep a new channel.

        Raises:
            Conflict: the company has a channel of this slug.
        """
        try:
            self._channels.insert_one(_document(channel))
        except DuplicateKeyError:
            raise Conflict(f"There is a channel '{channel.slug}' already.", code="CHANNEL_EXISTS") from None
        return channel

    def get(self, company_id: str, name: str) -> Channel | None:
        """The channel of an id or slug."""
        row = self._channels.find_one({"companyId": company_id, "$or": [{"_id": name}, {"slug": name}]})
        return None if row is None else _channel(row)

    def page(self, company_id: str, *, skip: int, size: int) -> tuple[list[Channel], int]:
        """Channels by slug, and how many there are in all."""
        found = self._channels.find({"companyId": company_id}).sort("slug", 1).skip(skip).limit(size)
        return [_channel(row) for row in found], self._channels.count_documents({"companyId": company_id})

    def enabled(self, kinds: Iterable[str], company_id: str | None = None) -> list[Channel]:
        """Every enabled channel of these kinds: of one company, or of all for who serves them."""
        wanted: Document = {"enabled": True, "kind": {"$in": list(kinds)}}
        if company_id is not None:
            wanted["companyId"] = company_id
        return [_channel(row) for row in self._channels.find(wanted).sort("_id", 1)]

    def add_route(self, channel: Channel, route: Route) -> Channel:
        """Add a route to the channel as it was read."""
        return self._change(channel, {"$push": {"routes": _route_document(route)}})

    def set_routes(self, channel: Channel, routes: Iterable[Route]) -> Channel:
        """Put these routes in the place of those of the channel as it was read."""
        return self._change(channel, {"$set": {"routes": [_route_document(route) for route in routes]}})

    def change(self, channel: Channel, wanted: Channel) -> Channel:
        """Give the channel as it was read the name and the way to sign in that `wanted` has."""
        fields = _document(wanted)
        names = ("name", "authMode", "sender", "sealedToken", "tokenDigest")
        return self._change(channel, {"$set": {name: fields[name] for name in names}})

    def remove(self, company_id: str, channel_id: str) -> bool:
        """Forget a channel; its port is free. False when it is gone already."""
        return self._channels.delete_one({"_id": channel_id, "companyId": company_id}).deleted_count == 1

    def note_port_problem(self, company_id: str, channel_id: str, problem: str | None) -> None:
        """Keep why the port of a channel cannot be opened, for whoever looks at the channel."""
        mine = {"_id": channel_id, "companyId": company_id}
        self._channels.update_one(mine, {"$set": {"portProblem": problem}})

    def set_enabled(self, channel: Channel, *, enabled: bool) -> Channel:
        """Switch a channel; it keeps its port."""
        return self._change(channel, {"$set": {"enabled": enabled}})

    def enable_on_free_port(self, channel: Channel, ports: Iterable[int]) -> Channel:
        """Enable on the lowest port that no channel has; two that ask at once get different ones.

        Raises:
            Unavailable: every port of the range is taken.
        """
        taken = set(self._channels.distinct("port", {"port": {"$gt": 0}}))
        for port in ports:
            if port in taken:
                continue
            try:
                return self._change(channel, {"$set": {"enabled": True, "port": port}})
            except DuplicateKeyError:
                continue
        raise Unavailable(
            "Every port of CHANNEL_PORT_RANGE is taken; widen it or remove a channel.", code=NO_FREE_PORT
        )

    def sealed(self, company_id: str) -> Iterator[Sealed]:
        """Every sealed token of a company."""
        mine = {"companyId": company_id, "sealedToken": {"$type": "string"}}
        yield from (Sealed(row["_id"], row["sealedToken"]) for row in self._channels.find(mine))

    def reseal(self, company_id: str, old: Sealed, text: str) -> None:
        """Put the same token, sealed anew, in the place of a text that is still there."""
        as_read = {"_id": old.record, "companyId": company_id, "sealedToken": old.text}
        self._channels.update_one(as_read, {"$set": {"sealedToken": text}})

    def _change(self, channel: Channel, update: Document) -> Channel:
        as_read = {"_id": channel.id, "companyId": channel.company_id, "rev": channel.rev}
        update["$inc"] = {"rev": 1}
        row = self._channels.find_one_and_update(as_read, update, return_document=ReturnDocument.AFTER)
        if row is None:
            raise Conflict("Somebody changed this channel meanwhile; load it again.", code="CHANNEL_CHANGED")
        return _channel(row)


_NAMES = {
    "target_flow_ids": "targetFlowIds",
    "http_method": "httpMethod",
    "tool_name": "toolName",
    "response_mode": "responseMode",
    "timeout_seconds": "timeoutSeconds",
}


def _route_document(route: Route) -> Document:
    values: dict[str, Any] = {**asdict(route), "target_flow_ids": list(route.target_flow_ids)}
    return {_NAMES.get(name, name): value for name, value in values.items()}


def _route(row: Document) -> Route:
    back = {outside: inside for inside, outside in _NAMES.items()}
    values = {back.get(name, name): value for name, value in row.items()}
    return Route(**{**values, "target_flow_ids": tuple(values["target_flow_ids"])})


def _document(channel: Channel) -> Document:
    return {
        "_id": channel.id,
        "companyId": channel.company_id,
        "name": channel.name,
        "slug": channel.slug,
        "kind": channel.kind,
        "authMode": channel.auth_mode,
        "sealedToken": channel.sealed_token,
        "tokenDigest": channel.token_digest,
        "enabled": channel.enabled,
        "port": channel.port,
        "rev": channel.rev,
        "routes": [_route_document(route) for route in channel.routes],
        "sender": channel.sender,
        "createdAt": channel.created_at or utc_now(),
    }


def _channel(row: Document) -> Channel:
    return Channel(
        id=row["_id"],
        company_id=row["companyId"],
        name=row["name"],
        slug=row["slug"],
        kind=row["kind"],
        auth_mode=row["authMode"],
        sealed_token=row.get("sealedToken"),
        token_digest=row["tokenDigest"],
        enabled=row["enabled"],
        created_at=row["createdAt"],
        port=row["port"],
        rev=row["rev"],
        routes=tuple(_route(route) for route in row["routes"]),
        sender=row.get("sender", "flow8"),
        port_problem=row.get("portProblem"),
    )
