"""Checks the audit for what was changed behind flow8's back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from typing_extensions import TypedDict

from flow8.clock import iso
from flow8.domain.access import Actor, Right
from flow8.domain.chain import Head
from flow8.domain.chain_check import ChainCheck, Fault, Kind
from flow8.engine.engine import Engine
from flow8.errors import Problem
from flow8.ids import time_of
from flow8.services.asking import must
from flow8.services.audit_key import chain_key
from flow8.services.audit_minutes import STARTED
from flow8.services.page import refuse
from flow8.services.retention_policies import whole_since

MOST_MINUTES: Final = 50_000
"""More minutes than a month has; plays of later ones are not counted again."""
TRIES: Final = 3
_MAC_LENGTH: Final = 64
_MOST_DIGITS: Final = 15

Shape = dict[str, Any]


class AuditHeadShape(TypedDict):
    """The place of an entry in its chain."""

    seq: int
    mac: str
    at: str | None


class AuditFaultShape(TypedDict):
    """What somebody did to an entry behind flow8's back."""

    kind: str
    seq: int | None
    id: str | None
    message: str


class AuditCheckShape(TypedDict):
    """Whether the chain `holds`, and its `faults`; `anchor` is the last entry that retention removed."""

    holds: bool
    sealedWithSecretKey: bool
    entries: int
    head: AuditHeadShape | None
    anchor: AuditHeadShape | None
    playMinutesCounted: int | None
    faults: list[AuditFaultShape]


def verify(engine: Engine, actor: Actor, *, head: str | None = None, plays: bool = False) -> AuditCheckShape:
    """Whether the company's chain is whole; `faults` name each entry that was changed, moved, added, removed.

    With `head`, `position:mac` as the log printed it, that entry must still be there as it was. With `plays`,
    the plays of each minute are counted again, as far as retention cannot have removed any.

    Raises:
        Denied: only administrators check the audit.
        Invalid: the head is none.
    """
    must(engine, actor, Right.ADMINISTER, "audit.verify")
    seen, company_id = _head_of(head), actor.company_id
    found = _look(engine, company_id, seen)
    for _ in range(TRIES):
        # Retention may have removed entries while they were read.
        if not found.faults or found.anchor == engine.store.audit.anchor(company_id):
            break
        found = _look(engine, company_id, seen)
    counted = _count_plays(engine, company_id, found) if plays else None
    return {
        "holds": not found.faults,
        "sealedWithSecretKey": chain_key(engine).is_secret,
        "entries": found.entries,
        "head": _head_shape(found.head),
        "anchor": _head_shape(found.anchor),
        "playMinutesCounted": counted,
        "faults": [_fault(each) for each in found.faults],
    }


@dataclass(frozen=True)
class _Found:
    """What a look at a chain found; `minutes` are the entries about plays."""

    head: Head | None
    anchor: Head | None
    entries: int
    minutes: list[Shape]
    faults: list[Fault]


def _look(engine: Engine, company_id: str, seen: Head | None) -> _Found:
    store, witness, minutes = engine.store.audit, _Witness(seen), list[Shape]()
    # The head first: what is added while we read stands behind it, and is no fault.
    head, anchor = store.head(company_id), store.anchor(company_id)
    check = ChainCheck(chain_key(engine), company_id, anchor, head)
    for entry in store.entries(company_id):
        witness.see(entry)
        if check.see(entry) and entry.get("action") == STARTED and len(minutes) < MOST_MINUTES:
            minutes.append(entry)
    faults = [*check.faults(), *witness.faults(anchor)]
    return _Found(head, anchor, check.entries, minutes, faults)


class _Witness:
    """Looks for the entry that somebody read of in a log."""

    def __init__(self, head: Head | None) -> None:
        self._head = head
        self._found = head is None

    def see(self, entry: Shape) -> None:
        """Look at the next entry."""
        head = self._head
        if head is not None and (entry.get("seq"), entry.get("mac")) == (head.seq, head.mac):
            self._found = True

    def faults(self, anchor: Head | None) -> list[Fault]:
        """Nothing if it was there, or if retention removed it; at the anchor its mac is still known."""
        head = self._head
        if head is None or self._found:
            return []
        if anchor and (head.seq < anchor.seq or (head.seq, head.mac) == (anchor.seq, anchor.mac)):
            return []
        return [Fault(Kind.CUT_OFF, head.seq, None, "is not the entry any more that the log tells of")]


def _head_of(text: str | None) -> Head | None:
    """The head that somebody read in a log."""
    if text is None:
        return None
    seq, _, mac = text.partition(":")
    is_one = seq.isascii() and seq.isdigit() and len(seq) <= _MOST_DIGITS and len(mac) == _MAC_LENGTH
    refuse([] if is_one else [Problem("head", "must be position:mac, as the log prints it")], "No such head.")
    return Head(int(seq), mac)


def _count_plays(engine: Engine, company_id: str, found: _Found) -> int:
    """Count the plays of all minutes again, and note those that do not agree; how many could be counted."""
    oldest = whole_since(engine, company_id) + timedelta(hours=1)
    counted = 0
    for entry in found.minutes:
        said = entry["details"]
        if said["from"] == "" or time_of(said["from"]) < oldest.timestamp():
            continue
        counted += 1
        now = engine.store.started_plays.between(company_id, said["from"], said["to"])
        if (now.count, now.digest) != (said["count"], said["digest"]):
            told = f"tells of {said['count']} plays; now there are {now.count}, or others"
            found.faults.append(Fault(Kind.PLAYS, entry["seq"], entry["_id"], told))
    return counted


def _head_shape(head: Head | None) -> AuditHeadShape | None:
    if head is None or not head.mac:
        return None
    return {"seq": head.seq, "mac": head.mac, "at": iso(head.at) if isinstance(head.at, datetime) else None}


def _fault(fault: Fault) -> AuditFaultShape:
    return {"kind": fault.kind.value, "seq": fault.seq, "id": fault.entry_id, "message": fault.message}
