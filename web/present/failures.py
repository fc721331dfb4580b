"""Plays that failed, by what they have in common."""

from datetime import datetime

from typing_extensions import TypedDict

from flow8.services.failures import FailureGroup, FailureGroups


class FailureGroupShape(TypedDict):
    """Plays of one flow that failed for one reason; `message`, `ref` and title are those of the last one.

    `id` is the same whenever it is asked for; `ref` is null where the play failed as a whole.
    """

    id: str
    flowId: str
    flow: str
    ref: str | None
    code: str
    message: str
    count: int
    firstAt: datetime
    lastAt: datetime
    lastPlayId: str
    lastTitle: str | None


FailureGroupsShape = TypedDict(
    "FailureGroupsShape", {"from": datetime, "isAll": bool, "data": list[FailureGroupShape]}
)
"""The groups, the one that failed last first; `isAll` is false if only the newest plays were looked at."""


def failures(found: FailureGroups) -> FailureGroupsShape:
    """All groups, and from when on they are."""
    return {"from": found.since, "isAll": found.is_all, "data": [_group(each) for each in found.groups]}


def _group(group: FailureGroup) -> FailureGroupShape:
    return {
        "id": group.id,
        "flowId": group.flow_id,
        "flow": group.flow,
        "ref": group.ref,
        "code": group.code,
        "message": group.message,
        "count": group.count,
        "firstAt": group.first_at,
        "lastAt": group.last_at,
        "lastPlayId": group.last_play_id,
        "lastTitle": group.last_title,
    }
