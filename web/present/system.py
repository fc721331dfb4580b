"""How flow8 stands, as JSON and as Prometheus reads it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from typing_extensions import TypedDict

from flow8.services.recent import Recent
from flow8.services.system import Numbers, Status

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


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


def metrics(found: Numbers) -> str:
    """The figures in the text format of Prometheus."""
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: Numbers) -> Iterator[str]:
    yield from _by_state("flow8_plays_unfinished", "Plays that are not finished.", found.unfinished)
    yield from _by_state("flow8_plays_recent", "Plays accepted in the last five minutes.", found.recent)
    waits = f"{found.oldest_new_seconds:.3f}"
    yield from _one("flow8_oldest_new_play_seconds", "How long the oldest play waits for a worker.", waits)
    leads = str(int(found.scheduler_leads))
    yield from _one("flow8_scheduler_leads", "Whether a scheduler leads, which rings for due plays.", leads)


def _by_state(name: str, told: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield from (f"# HELP {name} {told}", f"# TYPE {name} gauge")
    for state, count in counts.items():
        yield f'{name}{{state="{state}"}} {count}'


def _one(name: str, told: str, value: str) -> Iterator[str]:
    yield from (f"# HELP {name} {told}", f"# TYPE {name} gauge", f"{name} {value}")
