"""How flow8 stands, as JSON."""

from datetime import datetime

from typing_extensions import TypedDict

from flow8.services.recent import Recent
from flow8.services.system import Status


class StatusShape(TypedDict):
    """How everything stands. `plays` are the unfinished ones, `recent` those of the last five minutes."""

    time: datetime
    broker: str
    encrypted: bool
    modules: int
    lanes: list[str]
    schedulerLeads: bool
    plays: dict[str, int]
    recent: dict[str, int]
    oldestNewSeconds: float


class WaitsShape(TypedDict):
    """How long plays waited for a worker: half of them, 95 of 100, the longest, in milliseconds."""

    p50Ms: int
    p95Ms: int
    longestMs: int


class SlowShape(TypedDict):
    """A flowlet that takes long."""

    flow: str
    ref: str
    averageMs: int
    longestMs: int
    count: int


class FailuresShape(TypedDict):
    """How many plays failed for a reason, and the last of them."""

    code: str
    count: int
    lastPlayId: str


class RecentShape(TypedDict):
    """How the newest plays since a moment went; `lookedAt` of them, 500 at most. `waits` is null without any.

    `sockets` are the open ones of the process that answers, `mongodbMs` what two questions to MongoDB took.
    """

    since: datetime
    lookedAt: int
    waits: WaitsShape | None
    slowest: list[SlowShape]
    failures: list[FailuresShape]
    mongodbMs: float
    sockets: int


def status(found: Status) -> StatusShape:
    """The status."""
    return {
        "time": found.numbers.moment,
        "broker": found.broker,
        "encrypted": found.is_encrypted,
        "modules": found.modules,
        "lanes": list(found.lanes),
        "schedulerLeads": found.numbers.scheduler_leads,
        "plays": found.numbers.unfinished,
        "recent": found.numbers.recent,
        "oldestNewSeconds": round(found.numbers.oldest_new_seconds, 3),
    }


def recent(found: Recent, sockets: int) -> RecentShape:
    """How things went lately."""
    waits = found.waits
    return {
        "since": found.since,
        "lookedAt": found.looked_at,
        "waits": None
        if waits is None
        else {"p50Ms": waits.half, "p95Ms": waits.most, "longestMs": waits.longest},
        "slowest": [
            {
                "flow": each.flow,
                "ref": each.ref,
                "averageMs": each.average_ms,
                "longestMs": each.longest_ms,
                "count": each.count,
            }
            for each in found.slowest
        ],
        "failures": [
            {"code": each.code, "count": each.count, "lastPlayId": each.last_play_id}
            for each in found.failures
        ],
        "mongodbMs": round(found.mongodb_ms, 2),
        "sockets": sockets,
    }
