"""What a notice says: which plays of which flow, and where to look. No values, no titles, no messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flow8.clock import iso
from flow8.domain.flow import Flow
from flow8.domain.notices import Notice, NoticeKind

MOST_LISTED: Final = 10
LONGEST_CODE: Final = 60


@dataclass(frozen=True)
class Told:
    """Notices about the same thing, those that hold true, each with its play; and how many more there are."""

    flow: Flow
    plays: Sequence[tuple[Notice, dict[str, Any]]]
    more: int

    @property
    def count(self) -> int:
        """How many plays it is about."""
        return len(self.plays) + self.more

    @property
    def first(self) -> Notice:
        """The first notice."""
        return self.plays[0][0]


def subject_of(told: Told) -> str:
    """One line."""
    name = " ".join(told.flow.name.split())
    times = f", {told.count} plays" if told.count > 1 else ""
    if told.first.kind is NoticeKind.FAILURE:
        return f"Flow '{name}' failed{times}"
    return f"Flow '{name}' waits for approval{times}"


def text_of(told: Told, public_url: str) -> str:
    """The mail's text."""
    failed = told.first.kind is NoticeKind.FAILURE
    what = "failed" if failed else f"waits for an approval of '{told.first.ref}'"
    lines = [f"The flow '{told.flow.name}' ({told.flow.flow}, version {told.first.version}) {what}.", ""]
    for notice, play in told.plays[:MOST_LISTED]:
        where = _where(play) if failed else f"since {iso(notice.created_at)}"
        lines += [f"Play {notice.play_id}, {where}:", _link(public_url, notice), ""]
    left = told.count - len(told.plays[:MOST_LISTED])
    lines += [f"And {left} more.", ""] if left else []
    lines += ["This mail comes from flow8. A flow says under `notify` who is told."]
    return "\n".join(lines)


def json_of(told: Told, public_url: str) -> dict[str, Any]:
    """The same for programs."""
    return {
        "kind": told.first.kind.value,
        "flow": told.flow.flow,
        "flowName": told.flow.name,
        "version": told.first.version,
        "ref": told.first.ref,
        "count": told.count,
        "plays": [
            {
                "playId": notice.play_id,
                "at": iso(notice.created_at),
                "url": _link(public_url, notice),
                "code": _code(play) if notice.kind is NoticeKind.FAILURE else None,
            }
            for notice, play in told.plays[:MOST_LISTED]
        ],
    }


def _where(play: dict[str, Any]) -> str:
    error = play.get("error") or {}
    where = f" in '{error['ref']}'" if error.get("ref") else ""
    return f"{_code(play)}{where}"


def _code(play: dict[str, Any]) -> str:
    """The code of what failed; its message may hold anything."""
    return str((play.get("error") or {}).get("code", "FAILED"))[:LONGEST_CODE]


def _link(public_url: str, notice: Notice) -> str:
    """Where to look: what waits for a decision has a page of its own, on which one decides."""
    page = "plays" if notice.kind is NoticeKind.FAILURE else "approvals"
    return f"{public_url.rstrip('/')}/{page}/{notice.play_id}"
