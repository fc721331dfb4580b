"""The audit as people read it: listed and exported."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from flow8.clock import iso
from flow8.domain.access import Actor, Right
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.services.asking import must
from flow8.services.page import USUAL_SIZE, refuse, size_problems
from flow8.store.audit import Wanted

__all__ = ["AuditPage", "Wanted", "export", "list_entries"]

Shape = dict[str, Any]


class AuditEntryShape(TypedDict):
    """An entry as people and programs see it; `mac` seals it to the one before it."""

    id: str
    seq: int | None
    at: str
    action: str | None
    actor: str | None
    userId: str | None
    keyId: str | None
    door: str | None
    ip: str | None
    requestId: str | None
    subject: str | None
    before: Any
    after: Any
    details: Any
    mac: str | None


@dataclass(frozen=True)
class AuditPage:
    """Some entries, newest first; `next` is what to pass as `after` for the ones before them."""

    rows: list[AuditEntryShape]
    next: int | None


def list_entries(
    engine: Engine, actor: Actor, wanted: Wanted, *, size: int = USUAL_SIZE, after: int | None = None
) -> AuditPage:
    """The company's audit, newest first, those behind the entry at position `after`.

    Raises:
        Denied: only administrators read the audit.
        Invalid: a size, a cursor or a time that is none.
    """
    must(engine, actor, Right.ADMINISTER, "audit.list")
    refuse([*size_problems(size), *_problems(wanted, after)], "These entries cannot be listed.")
    rows = engine.store.audit.page(actor.company_id, wanted, size=size + 1, before=after)
    more = rows[size - 1]["seq"] if len(rows) > size else None
    return AuditPage([_shape(row) for row in rows[:size]], more)


def export(engine: Engine, actor: Actor, wanted: Wanted) -> Iterator[AuditEntryShape]:
    """All these entries, oldest first, read as they are asked for.

    Raises:
        Denied: only administrators read the audit.
        Invalid: a time that is none.
    """
    must(engine, actor, Right.ADMINISTER, "audit.export")
    refuse(_problems(wanted, None), "These entries cannot be exported.")
    return map(_shape, engine.store.audit.entries(actor.company_id, wanted))


def _problems(wanted: Wanted, after: int | None) -> list[Problem]:
    problems = []
    if after is not None and after < 1:
        problems.append(Problem("after", "must be the `next` of an earlier page"))
    if wanted.since is not None and wanted.until is not None and wanted.since > wanted.until:
        problems.append(Problem("to", "must not be before `from`"))
    return problems


def _shape(row: Shape) -> AuditEntryShape:
    """An entry, whatever a forger may have made of it."""
    at, seq = row.get("at"), row.get("seq")
    return {
        "id": str(row["_id"]),
        "seq": seq if isinstance(seq, int) else None,
        "at": iso(at) if isinstance(at, datetime) else str(at),
        "action": _text(row.get("action")),
        "actor": _text(row.get("actor")),
        "userId": _text(row.get("userId")),
        "keyId": _text(row.get("keyId")),
        "door": _text(row.get("door")),
        "ip": _text(row.get("ip")),
        "requestId": _text(row.get("requestId")),
        "subject": _text(row.get("subject")),
        "before": row.get("before") or {},
        "after": row.get("after") or {},
        "details": row.get("details") or {},
        "mac": _text(row.get("mac")),
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
