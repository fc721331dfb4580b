"""What failed lately and nobody saw to: plays that failed in one flow for one reason stand together."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flow8.domain.access import Actor, Right
from flow8.domain.play import PlayState
from flow8.engine.engine import Engine
from flow8.services.reach import must_within
from flow8.store.database import Document
from flow8.store.play_filter import Which

SPAN: Final = timedelta(hours=24)
MOST_PLAYS: Final = 1_000
MOST_GROUPS: Final = 50
SECONDS: Final = 5.0
ID_DIGITS: Final = 24
_VARIES: Final = re.compile(r"\b[0-9a-f]{12,}\b|\d+|'[^']*'|\"[^\"]*\"")


@dataclass(frozen=True)
class FailureGroup:
    """Plays of one flow that failed at one flowlet for one reason; what is said is of the last of them.

    `id` is the same whenever it is asked for. `ref` is None where the play failed as a whole.
    """

    id: str
    flow_id: str
    flow: str
    ref: str | None
    code: str
    message: str
    count: int
    first_at: datetime
    last_at: datetime
    last_play_id: str
    last_title: str | None


@dataclass(frozen=True)
class FailureGroups:
    """The groups, the last failed one first; `is_all` is false if only the newest plays were looked at."""

    since: datetime
    is_all: bool
    groups: tuple[FailureGroup, ...]


def failures(engine: Engine, actor: Actor, since: datetime | None = None) -> FailureGroups:
    """What failed since a moment, else in the last 24 hours, and was not rerun; no tests of drafts.

    A play that was rerun is not told of: its rerun, if it failed as well, stands for both.

    Raises:
        Denied: without the right to view.
        Unavailable: TOO_MANY_PLAYS to be looked at in time.
    """
    within = must_within(engine, actor, Right.VIEW, "plays.failures")
    since = since or engine.store.clock.now() - SPAN
    which = Which(states=(PlayState.FAIL.value,), since=since, within=within)
    plays = engine.store.recent_plays
    found = plays.failed(actor.company_id, which, MOST_PLAYS, SECONDS)
    seen_to = plays.rerun_of(actor.company_id, [row["_id"] for row in found])
    left = (row for row in found if row["_id"] not in seen_to and row["version"] > 0)
    return FailureGroups(since, len(found) < MOST_PLAYS, tuple(_groups(left))[:MOST_GROUPS])


def _groups(rows: Iterable[Document]) -> Iterable[FailureGroup]:
    """Rows come with the last failure first, and so do the groups."""
    groups: dict[str, list[Document]] = defaultdict(list)
    for row in rows:
        groups[_group_id(row)].append(row)
    return (_group(name, group) for name, group in groups.items())


def _group_id(row: Document) -> str:
    """The same for plays that failed for one reason, whatever numbers, ids and quoted words it speaks of."""
    error = row.get("error", {})
    reason = _VARIES.sub("_", error.get("message", ""))
    told = "\0".join((row["flowId"], error.get("ref") or "", error.get("code", ""), reason))
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()[:ID_DIGITS]


def _group(name: str, rows: list[Document]) -> FailureGroup:
    first, last = rows[-1], rows[0]
    error = last.get("error", {})
    return FailureGroup(
        id=name,
        flow_id=last["flowId"],
        flow=last["flow"],
        ref=error.get("ref"),
        code=error.get("code", "UNKNOWN"),
        message=error.get("message", ""),
        count=len(rows),
        first_at=first["createdAt"],
        last_at=last["createdAt"],
        last_play_id=last["_id"],
        last_title=last.get("title"),
    )
