"""Which plays somebody looks for, and the index that answers it.

Each index ends with the plays' ids, which are in the order of time: a page is read off it in order, and a
time is a range of ids. What a filter asks for besides is looked at in the plays that the index gives.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo.errors import ExecutionTimeout

from flow8.domain.play import PlayState
from flow8.errors import Unavailable
from flow8.ids import ID, id_at
from flow8.store.database import Document

SKEW: Final = timedelta(minutes=5)
"""How far the clock that made an id may be from the one that accepted the play, whose word counts."""
MOST_MERGED: Final = 200
"""MongoDB merges so many pieces of an index in order; more than that it would sort."""
STATES: Final = [state.value for state in PlayState]
MOST_WORDS: Final = 20
LONGEST_WORD: Final = 40
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Which:
    """Plays of one flow, in some states, by one trigger, with these words, accepted from `since` to `until`.

    Of the flows `within` only, if these are given.
    """

    flow_id: str | None = None
    states: tuple[str, ...] = ()
    trigger: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    within: Collection[str] | None = None

    @property
    def index(self) -> str:
        """The index that leaves the fewest plays to look at."""
        if self.text is not None:
            return "_id_" if ID.fullmatch(self.text) else "list_of_word"
        if self.flow_id is not None or (self.within is not None and self._merges <= MOST_MERGED):
            return "list_of_flow"
        if self.states:
            return "list_of_state"
        return "list" if self.trigger is None else "list_of_trigger"

    @property
    def _merges(self) -> int:
        """How many pieces of the index of flows would have to be merged."""
        return len(self.within or ()) * len(self.states or STATES)

    @property
    def words(self) -> list[str]:
        """The words that are looked for; the index is read by the first of them."""
        return [] if self.text is None or ID.fullmatch(self.text) else words_of(self.text)

    def wanted(self, company_id: str, *, before: str | None = None, behind: str | None = None) -> Document:
        """The question to MongoDB; only plays older than `before`, or younger than `behind`."""
        wanted: Document = {"companyId": company_id, **self.of_flows(), **self._of_text()}
        if self.states or "flowId" in wanted:
            wanted["state"] = {"$in": list(self.states or STATES)}
        if self.trigger is not None:
            wanted["origin.door"] = self.trigger
        accepted = _bounds(("$gte", self.since), ("$lt", self.until))
        if accepted:
            wanted["createdAt"] = accepted
        first = None if self.since is None else id_at((self.since - SKEW).timestamp())
        last = None if self.until is None else id_at((self.until + SKEW).timestamp())
        ids = _bounds(("$gte", first), ("$lte", last), ("$lt", before), ("$gt", behind))
        if ids:
            wanted["$and"] = [*wanted.get("$and", ()), {"_id": ids}]
        return wanted

    def wanted_by_id(self, company_id: str) -> Document:
        """The same with its time told by ids alone, so that an index with the state can answer it all."""
        wanted = replace(self, since=None, until=None).wanted(company_id)
        first = None if self.since is None else id_at(self.since.timestamp())
        last = None if self.until is None else id_at(self.until.timestamp())
        return {**wanted, "_id": ids} if (ids := _bounds(("$gte", first), ("$lt", last))) else wanted

    def of_flows(self) -> Document:
        """Plays of one flow and, where only some flows may be looked at, of no other."""
        if self.within is None:
            return {"flowId": self.flow_id} if self.flow_id else {}
        return {"flowId": {"$in": sorted(flow for flow in self.within if self.flow_id in (None, flow))}}

    def _of_text(self) -> Document:
        if self.text is None:
            return {}
        if ID.fullmatch(self.text):
            return {"$and": [{"_id": self.text}]}
        return {"words": {"$all": self.words}}


EVERY_PLAY: Final = Which()


def words_of(text: str | None) -> list[str]:
    """The words of a title, an error or a search: the first 20, without difference of case, each once."""
    words = (word[:LONGEST_WORD] for word in _WORD.findall((text or "").casefold()))
    return list(dict.fromkeys(words))[:MOST_WORDS]


def _bounds(*bounds: tuple[str, Any]) -> Document:
    return {operator: value for operator, value in bounds if value is not None}


@contextmanager
def told_when_slow() -> Iterator[None]:
    """Say of a question that takes too long that it asks for too much.

    Raises:
        Unavailable: TOO_MANY_PLAYS.
    """
    try:
        yield
    except ExecutionTimeout:
        message = "There are too many plays to count in time; ask for a shorter time or for one flow."
        raise Unavailable(message, code="TOO_MANY_PLAYS") from None
