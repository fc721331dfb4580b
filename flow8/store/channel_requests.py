"""The last requests of each channel, written in batches; some may be lost when a process dies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pymongo import UpdateOne

from flow8.store.database import QUICK, Document, Documents

KEPT: Final = 50
"""So many requests of each channel are kept."""


@dataclass(frozen=True)
class ChannelRequest:
    """One request as its channel answered it. `method` is MESSAGE for one message of a socket."""

    at: datetime
    method: str
    path: str
    status: int
    duration_ms: int
    ip: str
    door: str
    play_id: str | None = None
    error: str | None = None


class ChannelRequests:
    """The collection `channel_requests`: one document for each channel."""

    def __init__(self, database: Documents) -> None:
        self._requests = database["channel_requests"].with_options(write_concern=QUICK)

    def add(self, rows: Mapping[tuple[str, str], list[ChannelRequest]]) -> None:
        """Keep requests by company and channel; of each channel the last 50 stay."""
        self._requests.bulk_write(
            [
                UpdateOne({"_id": channel_id, "companyId": company_id}, _push(requests), upsert=True)
                for (company_id, channel_id), requests in rows.items()
            ],
            ordered=False,
        )

    def last(self, company_id: str, channel_id: str) -> list[ChannelRequest]:
        """What is kept of a channel, newest first."""
        row = self._requests.find_one({"_id": channel_id, "companyId": company_id})
        return [] if row is None else [_request(entry) for entry in reversed(row["requests"])]

    def last_of_all(self, company_id: str) -> dict[str, list[ChannelRequest]]:
        """What is kept of each of the company's channels, newest first, by the channel's id."""
        rows = self._requests.find({"companyId": company_id})
        return {row["_id"]: [_request(entry) for entry in reversed(row["requests"])] for row in rows}

    def remove(self, company_id: str, channel_id: str) -> None:
        """Forget what is kept of a channel."""
        self._requests.delete_one({"_id": channel_id, "companyId": company_id})


def _push(requests: list[ChannelRequest]) -> Document:
    entries = [_entry(request) for request in requests]
    return {"$push": {"requests": {"$each": entries, "$sort": {"at": 1}, "$slice": -KEPT}}}


def _entry(request: ChannelRequest) -> Document:
    entry: dict[str, Any] = {
        "at": request.at,
        "method": request.method,
        "path": request.path,
        "status": request.status,
        "ms": request.duration_ms,
        "ip": request.ip,
        "door": request.door,
        "playId": request.play_id,
        "error": request.error,
    }
    return {name: value for name, value in entry.items() if value is not None}


def _request(entry: Document) -> ChannelRequest:
    return ChannelRequest(
        at=entry["at"],
        method=entry["method"],
        path=entry["path"],
        status=entry["status"],
        duration_ms=entry["ms"],
        ip=entry["ip"],
        door=entry["door"],
        play_id=entry.get("playId"),
        error=entry.get("error"),
    )
