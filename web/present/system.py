"""How flow8 stands, as JSON and as Prometheus reads it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from typing_extensions import TypedDict

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


def metrics(found: Numbers) -> str:
    """The figures in the text format of Prometheus."""
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: Numbers) -> Iterator[str]:
    yield from _by_state("flow8_plays_unfinished", "Plays that are not finished.", found.unfinished)
    yield from _by_state("flow8_plays_recent", "Plays accepted in the last five minutes.", found.recent)
    waits = f"{found.oldest_new_seconds:.3f}"
    yield from _one("flow8_oldest_new_play_seconds", "How long the oldest play waits for a worker.", waits)
    leads = str(int(found.scheduler_leads))
    overdue = f"{found.retention_overdue_seconds:.3f}"
    told = "How long the oldest play is overdue that retention should have removed."
    yield from _one("flow8_retention_overdue_seconds", told, overdue)
    yield from _one("flow8_scheduler_leads", "Whether a scheduler leads, which rings for due plays.", leads)


def _by_state(name: str, told: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield from (f"# HELP {name} {told}", f"# TYPE {name} gauge")
    for state, count in counts.items():
        yield f'{name}{{state="{state}"}} {count}'


def _one(name: str, told: str, value: str) -> Iterator[str]:
    yield from (f"# HELP {name} {told}", f"# TYPE {name} gauge", f"{name} {value}")
