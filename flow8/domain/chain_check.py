"""Whether a chain of audit entries is whole; names every entry that was changed, moved, removed or added."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from flow8.domain.chain import (
    START,
    ChainKey,
    Entry,
    Fit,
    Head,
    id_of,
    is_position,
    is_sealed,
    is_sealed_head,
)

MOST: Final = 300
"""So many entries are looked into and so many faults named; more did not come about by a slip."""


class Kind(StrEnum):
    """What became of an entry, or of the head or the anchor of the chain."""

    EDITED = "edited"
    MOVED = "moved"
    MISSING = "missing"
    CUT_OFF = "cut_off"
    INSERTED = "inserted"
    OTHER_KEY = "other_key"
    FORKED = "forked"
    HEAD = "head"
    ANCHOR = "anchor"
    SPOILED = "spoiled"
    PLAYS = "plays"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a chain: at which position, with which entry, and what."""

    kind: Kind
    seq: int | None
    entry_id: str | None
    message: str


@dataclass(frozen=True)
class _Suspect:
    """An entry that is not as it was sealed, or stands elsewhere."""

    entry_id: str
    seq: int | None
    fit: Fit


class ChainCheck:
    """Looks at the entries of one chain in the order of their positions, then tells what is wrong."""

    def __init__(self, key: ChainKey, company_id: str, anchor: Head | None, head: Head | None) -> None:
        self._key = key
        self._company_id = company_id
        self._head = head
        self._last = anchor if anchor is not None and is_position(anchor.seq) else START
        self._gaps: list[range] = []
        self._suspects: list[_Suspect] = []
        self._at_head: str | None = None
        self._faults: list[Fault] = []
        self.entries = 0
        if anchor is not None:
            self._look_at_anchor(anchor)

    def see(self, entry: Entry) -> bool:
        """Look at the next entry; whether it is as it was sealed."""
        self.entries += 1
        seq = entry.get("seq")
        if not is_sealed(self._key, self._company_id, entry):
            self._suspect(entry)
            return False
        if isinstance(seq, int) and seq > self._last.seq:
            self._follow(Head(seq, str(entry["mac"])), str(entry["prev"]), str(entry["_id"]))
        return True

    def _follow(self, this: Head, prev: str, entry_id: str) -> None:
        if this.seq > self._last.seq + 1:
            self._gaps.append(range(self._last.seq + 1, this.seq))
        elif prev != self._last.mac:
            self._note(Kind.FORKED, this.seq, entry_id, "was sealed behind another entry than the one before")
        if self._head is not None and this.seq == self._head.seq:
            self._at_head = this.mac
        self._last = this

    def _suspect(self, entry: Entry) -> None:
        if len(self._suspects) < MOST:
            seq, fit = entry.get("seq"), Fit(self._key, self._company_id, entry)
            self._suspects.append(_Suspect(str(entry.get("_id")), seq if is_position(seq) else None, fit))

    def faults(self) -> list[Fault]:
        """Everything that is wrong, at most 300 faults in the order of positions; none when all is well."""
        self._look_at_head()
        self._sort_out()
        return sorted(self._faults, key=lambda fault: fault.seq or 0)[:MOST]

    def _look_at_anchor(self, anchor: Head) -> None:
        if not is_sealed_head(self._key, self._company_id, "anchor", anchor):
            self._note(Kind.ANCHOR, None, None, "the anchor, where the chain begins, was changed")
        elif anchor.spoiled:
            told = f"{anchor.spoiled} entries were not as they had been sealed when retention removed them"
            self._note(Kind.SPOILED, anchor.seq, None, told)

    def _look_at_head(self) -> None:
        head, last = self._head, self._last
        if head is None:
            if self.entries:
                self._note(Kind.HEAD, None, None, "the head, which tells where the chain ends, was removed")
        elif not is_sealed_head(self._key, self._company_id, "head", head):
            self._note(Kind.HEAD, None, None, "the head, which tells where the chain ends, was changed")
        elif head.seq > last.seq:
            self._gaps.append(range(last.seq + 1, head.seq + 1))
        elif self._at_head not in (None, head.mac):
            told = "is another entry than the one that the head was sealed over"
            self._note(Kind.FORKED, head.seq, id_of(self._company_id, head.seq), told)

    def _sort_out(self) -> None:
        """Say of each suspect what it is, and of each position without an entry what became of that."""
        empty = list(islice(self._empty(), MOST))
        homes = {each.entry_id: self._home(each, empty) for each in self._suspects}
        found = {home for home in homes.values() if home is not None}
        explained: set[int | None] = {None, *found}
        end = max([self._last.seq, *found])
        for each in self._suspects:
            home = homes[each.entry_id]
            if home is not None:
                self._moved(each, home)
            elif each.seq in explained or (each.fit.is_ours and each.seq not in empty):
                self._note(Kind.INSERTED, each.seq, each.entry_id, "was never sealed here")
            else:
                explained.add(each.seq)
                self._changed(each)
        for seq in empty:
            if seq not in explained:
                kind = Kind.CUT_OFF if seq > end else Kind.MISSING
                self._note(kind, seq, id_of(self._company_id, seq), "was removed")

    def _empty(self) -> Iterator[int]:
        """The positions at which no entry stands that was sealed for it."""
        for gap in self._gaps:
            yield from gap

    def _home(self, suspect: _Suspect, empty: list[int]) -> int | None:
        """The position that an entry was sealed for, if it is one of those."""
        # Whoever inserts or removes one moves all that follow by one, so its neighbours come first.
        near = [seq for seq in empty if suspect.seq is not None and abs(seq - suspect.seq) == 1]
        return next((seq for seq in (*near, *empty) if suspect.fit.at(seq)), None)

    def _moved(self, suspect: _Suspect, home: int) -> None:
        told = f"is the entry of position {home}, moved"
        self._note(Kind.MOVED, suspect.seq, suspect.entry_id, told)

    def _changed(self, suspect: _Suspect) -> None:
        if suspect.fit.is_ours:
            self._note(Kind.EDITED, suspect.seq, suspect.entry_id, "is not as it was sealed")
        else:
            told = "is sealed with a key that this flow8 does not have, or not at all"
            self._note(Kind.OTHER_KEY, suspect.seq, suspect.entry_id, told)

    def _note(self, kind: Kind, seq: int | None, entry_id: str | None, message: str) -> None:
        self._faults.append(Fault(kind, seq, entry_id, message))
