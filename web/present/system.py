"""How flow8 stands, as JSON."""

from datetime import datetime

from typing_extensions import TypedDict

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
