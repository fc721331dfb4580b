"""Notices: what people are told of plays that wait for them or failed, and when that is tried again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

BACKOFF_SECONDS: Final = (60.0, 300.0, 900.0, 3600.0, 4 * 3600.0, 12 * 3600.0)
"""How long after a failed try the next one comes; after the last of them a notice is given up."""


class NoticeKind(StrEnum):
    """What a notice is about."""

    APPROVAL = "approval"
    FAILURE = "failure"


@dataclass(frozen=True)
class Notice:
    """Something to tell of a play. `id` is the same for the same thing, `about` for all that one flow tells.

    `ref` is the flowlet that waits for an approval. `told` are the ways on which it was told already.
    """

    id: str
    about: str
    company_id: str
    kind: NoticeKind
    play_id: str
    flow_id: str
    version: int
    created_at: datetime
    ref: str | None = None
    tries: int = 0
    told: frozenset[str] = frozenset()


def failure_notice(company_id: str, play_id: str, flow_id: str, version: int, at: datetime) -> Notice:
    """That a play failed."""
    kind = NoticeKind.FAILURE
    about = f"{company_id}/{kind}/{flow_id}"
    return Notice(f"{kind}/{play_id}", about, company_id, kind, play_id, flow_id, version, at)


def approval_notice(
    company_id: str, play_id: str, flow_id: str, version: int, at: datetime, ref: str
) -> Notice:
    """That a flowlet of a play waits for an approval; in a loop, that its first item does."""
    kind = NoticeKind.APPROVAL
    about = f"{company_id}/{kind}/{flow_id}/{ref}"
    return Notice(f"{kind}/{play_id}/{ref}", about, company_id, kind, play_id, flow_id, version, at, ref)


def next_try(tries: int) -> float | None:
    """How many seconds after its so many tries a notice is tried again; None when it is given up."""
    return BACKOFF_SECONDS[tries - 1] if tries <= len(BACKOFF_SECONDS) else None
